// SPDX-License-Identifier: Apache-2.0

public import Ethereum

/// How the objects of a fork are laid out: the one table of generalised indices.
///
/// Source: consensus-specs v1.7.0-beta.4, `specs/FORK/light-client/sync-protocol.md`, "Constants" of each fork.
public struct ForkLayout: Equatable, Sendable {
    /// What a light client's header says of the execution layer.
    enum Execution: Sendable {
        /// Nothing.
        case none
        /// The header of its payload, with a branch to it in the beacon block's body.
        case payloadHeader
        /// Its block's hash, with a branch.
        case blockHash
    }

    /// `FINALIZED_ROOT_GINDEX`, within the state.
    public let finalizedRoot: GeneralizedIndex
    /// `CURRENT_SYNC_COMMITTEE_GINDEX`, within the state.
    public let currentSyncCommittee: GeneralizedIndex
    /// `NEXT_SYNC_COMMITTEE_GINDEX`, within the state.
    public let nextSyncCommittee: GeneralizedIndex
    let execution: Execution
    /// The block hash within the beacon block's body, through the payload where there is one.
    public let executionBlockHash: GeneralizedIndex?

    /// The payload, or its header, in the body of a beacon block, capella to fulu.
    public static let executionPayload = index(25)

    private static func index(_ value: UInt64) -> GeneralizedIndex {
        GeneralizedIndex(value) ?? .root
    }

    private static func layout(
        _ finalized: UInt64, _ current: UInt64, _ next: UInt64, _ execution: Execution,
        _ blockHash: UInt64?
    ) -> ForkLayout {
        ForkLayout(
            finalizedRoot: index(finalized), currentSyncCommittee: index(current),
            nextSyncCommittee: index(next), execution: execution,
            executionBlockHash: blockHash.map(index))
    }

    private static let altair = layout(105, 54, 55, .none, nil)
    private static let capella = layout(105, 54, 55, .payloadHeader, 412)
    private static let deneb = layout(105, 54, 55, .payloadHeader, 812)
    private static let electra = layout(169, 86, 87, .payloadHeader, 812)
    private static let gloas = layout(735, 2945, 2946, .blockHash, 2856)

    /// The layout of a fork's objects.
    public static func of(_ fork: ConsensusFork) -> ForkLayout {
        switch fork {
        case .phase0, .altair, .bellatrix: altair
        case .capella: capella
        case .deneb: deneb
        case .electra, .fulu: electra
        case .gloas: gloas
        }
    }

    /// The newest layout, whose branches are the longest: every object is kept in it.
    static let newest = gloas
}
