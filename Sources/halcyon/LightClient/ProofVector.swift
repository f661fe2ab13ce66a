// SPDX-License-Identifier: Apache-2.0

internal import Bytes
internal import Ethereum
internal import JSON
internal import LightClient

/// A case of the official `light_client/single_merkle_proof` vectors: a branch from a leaf to the root of a state or a body.
///
/// A light client can't compute that root from the object. Where `roots.yaml` is beside it, as in the `ssz_static` format, the
/// branch must lead there; without it the place in the tree and the length are all that is checked.
struct ProofVector {
    let folder: ReplayFolder

    func replay(_ report: inout ReplayReport) throws {
        let place = try VectorPlace(folder)
        let proof = try folder.yaml("proof.yaml")
        var step = ReplayStep(0, "merkle_proof", place.name)
        _ = step.attempt {
            let index = try index(place)
            let number = try proof.vectorInteger("leaf_index")
            guard number == index.value else {
                throw ReplayError(.check, "leaf_index: \(number), not \(index.value)")
            }
            var branch: [Bytes32] = []
            for element in proof["branch"]?.array ?? [] {
                branch.append(try JSONValue.object(["branch": element]).vectorRoot("branch"))
            }
            guard let root = index.root(leaf: try proof.vectorRoot("leaf"), branch: branch) else {
                throw ReplayError(.check, "a branch of \(branch.count)")
            }
            guard folder.names.contains("roots.yaml") else { return }
            guard root == (try folder.yaml("roots.yaml").vectorRoot("root")) else {
                throw ReplayError(.check, "root: \(root)")
            }
        }
        try report.add(step)
    }

    private func index(_ place: VectorPlace) throws(ReplayError) -> GeneralizedIndex {
        let layout = ForkLayout.of(place.fork)
        switch place.name {
        case "current_sync_committee_merkle_proof": return layout.currentSyncCommittee
        case "next_sync_committee_merkle_proof": return layout.nextSyncCommittee
        case "finality_root_merkle_proof": return layout.finalizedRoot
        case "execution_merkle_proof": return ForkLayout.executionPayload
        case "execution_block_hash_merkle_proof":
            if let index = layout.executionBlockHash { return index }
        default: break
        }
        throw ReplayError(.vector, "no proof is named \(place.name)")
    }
}

/// A case of the official `light_client/update_ranking` vectors: updates, the best first.
struct RankingVector {
    let folder: ReplayFolder

    func replay(_ report: inout ReplayReport) throws {
        let place = try VectorPlace(folder)
        let network = try place.network
        let count = try folder.yaml("meta.yaml").vectorInteger("updates_count")
        var better: LightClientUpdate?
        for number in 0..<Int(min(count, UInt64(ReplayLimits.namesMax))) {
            let name = "updates_\(number)"
            var step = ReplayStep(number, "rank", name)
            let update = step.attempt {
                try LightClientUpdate(
                    ssz: folder.object(name, bytesMax: LightClientLimits.objectBytesMax),
                    fork: place.fork, network: network)
            }
            if let better, let update {
                if !better.isBetter(than: update, network) {
                    step.fail("not worse than the one before")
                } else if update.isBetter(than: better, network) {
                    step.fail("better than the one before too")
                }
            }
            better = update
            try report.add(step)
        }
    }
}
