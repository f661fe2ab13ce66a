// SPDX-License-Identifier: Apache-2.0

internal import Bytes
internal import Ethereum

/// Where trust starts: a header and the committee in its state (consensus-specs, `LightClientBootstrap`).
public struct LightClientBootstrap: Equatable, Sendable {
    /// The header whose root must be the trusted one.
    public let header: LightClientHeader
    let currentSyncCommittee: SyncCommittee
    let currentSyncCommitteeBranch: [Bytes32]

    /// Reads a bootstrap in SSZ.
    ///
    /// - Parameters:
    ///   - bytes: the object alone.
    ///   - fork: whose layout it has: what `Eth-Consensus-Version` says.
    ///   - network: sizes and schedule.
    /// - Throws: `LightClientError` of rule `encoding`.
    public init(
        ssz bytes: [UInt8], fork: ConsensusFork, network: Network
    ) throws(LightClientError) {
        do throws(EthereumError) {
            var reader = try ObjectReader(bytes, "bootstrap", fork: fork, network: network)
            try reader.header("header")
            currentSyncCommittee = try reader.syncCommittee()
            currentSyncCommitteeBranch = try reader.branch(\.currentSyncCommittee)
            header = try reader.headers()[0]
        } catch {
            throw LightClientError(error, "bootstrap")
        }
    }
}
