// SPDX-License-Identifier: Apache-2.0

internal import Bytes
internal import Ethereum
internal import LightClient

/// An update that was good, with one thing changed for which exactly one rule refuses it.
struct SpoiledUpdate {
    /// What is wrong with it.
    let what: String
    /// The rule that must refuse it.
    let rule: LightClientError.Rule
    private let ssz: [UInt8]

    /// Ways to spoil an update that was accepted at `currentSlot`.
    static func all(
        of update: LightClientUpdate, currentSlot: UInt64, _ network: Network
    ) -> [SpoiledUpdate] {
        // In the newest layout everything has its place, counted from the end: slot, signature, bits, finality branch,
        // finalized header (beacon header, hash and eleven of a branch), committee branch.
        let good = update.encoded(network)
        let bits = network.syncCommitteeSize / 8
        let layout = ForkLayout.of(.gloas)
        let finality = 8 + 96 + bits + Bytes32.count * layout.finalizedRoot.depth
        let committee = finality + 112 + Bytes32.count * 12
        func spoiled(
            _ what: String, _ rule: LightClientError.Rule, _ change: (inout [UInt8]) -> Void
        ) -> SpoiledUpdate {
            var bytes = good
            change(&bytes)
            return SpoiledUpdate(what: what, rule: rule, ssz: bytes)
        }
        func flip(fromEnd place: Int) -> (inout [UInt8]) -> Void {
            { $0[$0.count - place] ^= 1 }
        }
        var all = [
            spoiled("another signature", .signature) { bytes in
                // The negative of the point: still a signature, of nobody.
                bytes[bytes.count - 8 - 96] ^= 0x20
            },
            spoiled("no participants", .participants) { bytes in
                for place in 1...bits { bytes[bytes.count - 8 - 96 - place] = 0 }
            },
        ]
        if currentSlot < .max {
            all.append(
                spoiled("signed in the future", .future) { bytes in
                    for byte in 0..<8 {
                        bytes[bytes.count - 8 + byte] = UInt8(
                            truncatingIfNeeded: (currentSlot + 1) >> UInt64(8 * byte))
                    }
                })
        }
        if update.isFinalityUpdate {
            let change = flip(fromEnd: 8 + 96 + bits + 1)
            all.append(spoiled("another finality branch", .finalityBranch, change))
        }
        if update.isSyncCommitteeUpdate {
            let change = flip(fromEnd: committee + 1)
            all.append(spoiled("another committee branch", .nextCommitteeBranch, change))
        }
        return all
    }

    /// The update, read as a provider's would be.
    func update(_ network: Network) throws(LightClientError) -> LightClientUpdate {
        try LightClientUpdate(ssz: ssz, fork: .gloas, network: network)
    }
}
