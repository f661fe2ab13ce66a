// SPDX-License-Identifier: Apache-2.0

internal import Bytes
internal import Ethereum

/// What a committee signed, with what follows from it (consensus-specs, `LightClientUpdate`).
///
/// Finality and optimistic updates are updates that tell less, as the specification has it.
public struct LightClientUpdate: Equatable, Sendable {
    /// The header that was signed.
    public let attestedHeader: LightClientHeader
    /// The committee of the period after the attested one; `nil` where the update has none.
    let nextSyncCommittee: SyncCommittee?
    let nextSyncCommitteeBranch: [Bytes32]
    /// The newest header that is final in the attested state; empty where the update has none.
    public internal(set) var finalizedHeader: LightClientHeader
    let finalityBranch: [Bytes32]
    /// Who signed.
    public let syncAggregate: SyncAggregate
    /// The slot of the block that brought the signature.
    public let signatureSlot: UInt64

    private static let noFinality = [Bytes32](
        repeating: .zero, count: ForkLayout.newest.finalizedRoot.depth)
    private static let noCommittee = [Bytes32](
        repeating: .zero, count: ForkLayout.newest.nextSyncCommittee.depth)

    /// Which of the three objects bytes are.
    public enum Kind: String, Sendable {
        /// `LightClientUpdate`.
        case update
        /// `LightClientFinalityUpdate`.
        case finality
        /// `LightClientOptimisticUpdate`.
        case optimistic
    }

    /// Reads an object in SSZ.
    ///
    /// - Parameters:
    ///   - bytes: the object alone.
    ///   - kind: which object.
    ///   - fork: whose layout it has: what `Eth-Consensus-Version` or the digest in front says.
    ///   - network: sizes and schedule.
    /// - Throws: `LightClientError` of rule `encoding`.
    public init(
        ssz bytes: [UInt8], _ kind: Kind = .update, fork: ConsensusFork, network: Network
    ) throws(LightClientError) {
        do throws(EthereumError) {
            var reader = try ObjectReader(bytes, kind.rawValue, fork: fork, network: network)
            try reader.header("attested header")
            var committee: SyncCommittee?
            var committeeBranch = Self.noCommittee
            if kind == .update {
                committee = try reader.syncCommittee()
                committeeBranch = try reader.branch(\.nextSyncCommittee)
            }
            nextSyncCommittee = committee.flatMap { $0.isEmpty ? nil : $0 }
            nextSyncCommitteeBranch = committeeBranch
            if kind != .optimistic { try reader.header("finalized header") }
            finalityBranch =
                kind == .optimistic ? Self.noFinality : try reader.branch(\.finalizedRoot)
            syncAggregate = try reader.syncAggregate()
            signatureSlot = try reader.slot()
            let headers = try reader.headers()
            attestedHeader = headers[0]
            finalizedHeader = headers.count > 1 ? headers[1] : .empty
        } catch {
            throw LightClientError(error, kind.rawValue)
        }
    }

    /// `is_sync_committee_update`.
    public var isSyncCommitteeUpdate: Bool { nextSyncCommitteeBranch != Self.noCommittee }

    /// `is_finality_update`.
    public var isFinalityUpdate: Bool { finalityBranch != Self.noFinality }

    /// The update in SSZ, in the newest layout.
    ///
    /// - Parameter network: for the size of a committee that is not there.
    /// - Returns: the bytes.
    public func encoded(_ network: Network) -> [UInt8] {
        var writer = SSZWriter()
        attestedHeader.encode(to: &writer)
        (nextSyncCommittee ?? .empty(size: network.syncCommitteeSize)).encode(to: &writer)
        writer.vector(nextSyncCommitteeBranch)
        finalizedHeader.encode(to: &writer)
        writer.vector(finalityBranch)
        syncAggregate.encode(to: &writer)
        writer.uint64(signatureSlot)
        return writer.encoded
    }
}
