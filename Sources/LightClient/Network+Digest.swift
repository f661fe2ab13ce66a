// SPDX-License-Identifier: Apache-2.0

internal import BLS
internal import Bytes
internal import Ethereum

/// The four bytes that stand in front of objects and say which fork, of which network, they are of.
extension Network {
    /// `compute_fork_digest` (consensus-specs, fulu `beacon-chain.md`); `nil` since fulu where the epoch's blob parameters are
    /// not known.
    public func forkDigest(atEpoch epoch: UInt64) -> [UInt8]? {
        let fork = fork(atEpoch: epoch)
        let root = SHA256.digest(SSZTree.root(ofBytes: fork.version), genesisValidatorsRoot)
        let digest = Array(root.bytes.prefix(4))
        guard fork.fork >= .fulu else { return digest }
        guard let blobs = blobSchedule.last(where: { $0.epoch <= epoch }) else { return nil }
        var writer = SSZWriter()
        writer.uint64(blobs.epoch)
        writer.uint64(blobs.maxBlobsPerBlock)
        return zip(digest, SHA256.digest(writer.encoded).bytes).map { $0 ^ $1 }
    }

    /// The fork that a digest names; `nil` for one that is not known.
    public func fork(ofDigest digest: some Collection<UInt8>) -> ConsensusFork? {
        let epochs = forks.map(\.epoch) + blobSchedule.map(\.epoch)
        let match = epochs.first { epoch in
            forkDigest(atEpoch: epoch).map { $0.elementsEqual(digest) } ?? false
        }
        return match.map { fork(atEpoch: $0).fork }
    }

    /// Reads an object whose fork nobody told: that of the slot which its header shows decides the layout.
    ///
    /// Every layout of the schedule is tried, the newest first, and holds only if it is that of the slot which it leads to.
    /// Nothing is believed by it: what is read must still be proven.
    func readByOwnSlot<Object>(
        _ read: (ConsensusFork) throws(LightClientError) -> (object: Object, slot: UInt64)
    ) throws(LightClientError) -> Object {
        var tried: [ForkLayout] = []
        var failure: LightClientError?
        for entry in forks.reversed() {
            let layout = ForkLayout.of(entry.fork)
            guard !tried.contains(layout) else { continue }
            tried.append(layout)
            do throws(LightClientError) {
                let (object, slot) = try read(entry.fork)
                if ForkLayout.of(fork(atSlot: slot)) == layout { return object }
            } catch {
                failure = failure ?? error
            }
        }
        throw failure ?? LightClientError(EthereumError(.sszOffset, "header"), "no fork's layout")
    }
}
