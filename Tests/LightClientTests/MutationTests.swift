// SPDX-License-Identifier: Apache-2.0

import Bytes
import JSON
import TestSupport
import Testing

@testable import LightClient

/// Real data with one thing changed is refused, always, with a rule, and leaves the store as it was.
@Suite(.enabled(if: SharedData.isThere, "no ../shared/data beside the project"))
struct MutationTests {
    private let chain: MainnetChain
    private let network: Network

    init() throws {
        chain = try MainnetChain.shared.get()
        network = chain.network
    }

    /// Updates of both chains and all kinds, whose signature came in the slot after what it signs: only then is every slot
    /// before wrong too, for nobody signs the slot of the signature.
    private var offers: [MainnetChain.Offer] {
        let tight = chain.offers.filter {
            $0.update.signatureSlot == $0.update.attestedHeader.beacon.slot + 1
        }
        let updates = tight.filter { $0.kind == .update }
        return stride(from: 0, to: updates.count, by: updates.count / 7).map { updates[$0] }
            + tight.filter { $0.kind != .update }
    }

    /// The rule that refuses an update; `nil` if it is accepted, or the same as the one that it was made from.
    private func rule(
        _ offer: MainnetChain.Offer, _ read: () throws(LightClientError) -> LightClientUpdate
    ) -> String? {
        var store = offer.before
        do throws(LightClientError) {
            let update = try read()
            if update == offer.update { return "same" }
            try SyncProtocol.processLightClientUpdate(
                &store, update, currentSlot: offer.update.signatureSlot, network: network)
            return nil
        } catch {
            return store.knowsTheSame(as: offer.before) ? error.code : nil
        }
    }

    private func rule(_ offer: MainnetChain.Offer, ssz: [UInt8]) -> String? {
        rule(offer) { () throws(LightClientError) in
            try LightClientUpdate(ssz: ssz, offer.kind, fork: offer.fork, network: network)
        }
    }

    private func rule(_ start: MainnetChain.Start, ssz: [UInt8]) -> String? {
        do throws(LightClientError) {
            let bootstrap = try LightClientBootstrap(ssz: ssz, fork: start.fork, network: network)
            _ = try SyncProtocol.initializeLightClientStore(
                trustedBlockRoot: start.root, bootstrap: bootstrap, network: network)
            return nil
        } catch {
            return error.code
        }
    }

    @Test("the data itself is accepted, so that its mutations can't be refused for another reason")
    func original() {
        #expect(offers.count >= 8 && Set(offers.map(\.kind)).count >= 2)
        for offer in offers {
            var store = offer.before
            #expect(throws: Never.self) {
                try SyncProtocol.processLightClientUpdate(
                    &store, offer.update, currentSlot: offer.update.signatureSlot,
                    network: network)
            }
        }
    }

    @Test("bits flipped in every field of updates")
    func updateBits() {
        var tally = MutationTally("update, bit flipped")
        var random = TestRandom(seed: 51)
        for offer in offers {
            let type = SSZType.update(offer.kind, offer.fork, network)
            let fields = Dictionary(grouping: type.leaves(offer.ssz), by: \.field)
            for (field, leaves) in fields.sorted(by: { $0.key < $1.key }) {
                for _ in 0..<12 {
                    guard let leaf = leaves.randomElement(using: &random),
                        let ssz = offer.ssz.flippingBit(in: leaf.range, &random)
                    else { continue }
                    tally.add(rule(offer, ssz: ssz), "\(offer.name) \(field)")
                }
            }
        }
        tally.report(atLeast: 4_000)
    }

    @Test("bits flipped in every field of bootstraps")
    func bootstrapBits() {
        var tally = MutationTally("bootstrap, bit flipped")
        var random = TestRandom(seed: 52)
        for start in chain.starts {
            let type = SSZType.bootstrap(start.fork, network)
            let fields = Dictionary(grouping: type.leaves(start.ssz), by: \.field)
            for (field, leaves) in fields.sorted(by: { $0.key < $1.key }) {
                for _ in 0..<24 {
                    guard let leaf = leaves.randomElement(using: &random),
                        let ssz = start.ssz.flippingBit(in: leaf.range, &random)
                    else { continue }
                    tally.add(rule(start, ssz: ssz), field)
                }
            }
        }
        tally.report(atLeast: 1_500)
    }

    @Test("two values of one size swapped")
    func swaps() {
        var tally = MutationTally("values swapped")
        var random = TestRandom(seed: 53)
        for offer in offers {
            let type = SSZType.update(offer.kind, offer.fork, network)
            let sizes = Dictionary(grouping: type.leaves(offer.ssz), by: \.range.count)
                .sorted { $0.key < $1.key }.map(\.value)
            for _ in 0..<300 {
                guard let leaves = sizes.randomElement(using: &random),
                    let left = leaves.randomElement(using: &random),
                    let right = leaves.randomElement(using: &random),
                    offer.ssz[left.range] != offer.ssz[right.range]
                else { continue }
                var ssz = offer.ssz
                ssz.replaceSubrange(left.range, with: offer.ssz[right.range])
                ssz.replaceSubrange(right.range, with: offer.ssz[left.range])
                tally.add(rule(offer, ssz: ssz), "\(left.path) and \(right.path)")
            }
        }
        tally.report(atLeast: 800)
    }

    @Test("bytes cut off, put in, taken out and added")
    func lengths() {
        var tally = MutationTally("another length")
        var random = TestRandom(seed: 54)
        for offer in offers {
            for _ in 0..<100 {
                let place = Int.random(in: 0..<offer.ssz.count, using: &random)
                let byte = UInt8.random(in: .min ... .max, using: &random)
                tally.add(rule(offer, ssz: Array(offer.ssz.prefix(place))), "cut at \(place)")
                tally.add(rule(offer, ssz: offer.ssz + [byte]), "\(byte) added")
                var ssz = offer.ssz
                ssz.insert(byte, at: place)
                tally.add(rule(offer, ssz: ssz), "\(byte) put in at \(place)")
                ssz = offer.ssz
                ssz.remove(at: place)
                tally.add(rule(offer, ssz: ssz), "taken out at \(place)")
            }
        }
        tally.report(atLeast: 3_000)
    }

    @Test("values of JSON replaced by others, of the same kind or not")
    func values() {
        var tally = MutationTally("value in JSON replaced")
        var random = TestRandom(seed: 55)
        for offer in offers {
            let type = SSZType.update(offer.kind, offer.fork, network)
            let data = type.json(offer.ssz[...])
            for _ in 0..<160 {
                let changed = data.mutated(using: &random)
                guard changed != data else { continue }
                let answer = JSONValue.object([
                    "version": .string(offer.fork.rawValue), "data": changed,
                ])
                let rule = rule(offer) { () throws(LightClientError) in
                    try LightClientUpdate(json: answer, offer.kind, network: network)
                }
                tally.add(rule, "JSON")
            }
        }
        tally.report(atLeast: 1_000)
    }

    @Test("an update of another place in the chain, another kind or another fork")
    func strangers() {
        var tally = MutationTally("another object")
        for offer in offers {
            for other in chain.offers where other.update != offer.update {
                let distance =
                    network.syncCommitteePeriod(atSlot: other.update.signatureSlot)
                    .subtractingReportingOverflow(
                        network.syncCommitteePeriod(
                            atSlot: offer.before.finalizedHeader.beacon.slot)
                    ).partialValue
                // The neighbours may be good for that store too.
                if distance <= 1 { continue }
                tally.add(rule(offer, ssz: other.ssz), other.name)
            }
            for fork in ConsensusFork.allCases
            where ForkLayout.of(fork) != ForkLayout.of(offer.fork) {
                let rule = rule(offer) { () throws(LightClientError) in
                    try LightClientUpdate(
                        ssz: offer.ssz, offer.kind, fork: fork, network: network)
                }
                tally.add(rule, "read as of \(fork)")
            }
        }
        tally.report(atLeast: 400)
    }
}
