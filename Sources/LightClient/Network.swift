// SPDX-License-Identifier: Apache-2.0

public import Bytes

/// What must be known of a network to follow it: values, never code, so that any network can be followed.
///
/// Names are those of the consensus specification's presets and configurations in Swift's case.
public struct Network: Equatable, Sendable {
    /// One fork of the schedule.
    public struct Fork: Equatable, Sendable {
        /// What changes.
        public let fork: ConsensusFork
        /// Four bytes that signatures are bound to.
        public let version: [UInt8]
        /// When it begins.
        public let epoch: UInt64

        /// A fork by its parts.
        public init(_ fork: ConsensusFork, version: [UInt8], epoch: UInt64) {
            self.fork = fork
            self.version = version
            self.epoch = epoch
        }
    }

    /// How many blobs a block may have from an epoch on (EIP-7892): fork digests since fulu are bound to it.
    public struct BlobParameters: Equatable, Sendable {
        /// When it begins.
        public let epoch: UInt64
        /// `MAX_BLOBS_PER_BLOCK`.
        public let maxBlobsPerBlock: UInt64

        /// Parameters by their parts.
        public init(epoch: UInt64, maxBlobsPerBlock: UInt64) {
            self.epoch = epoch
            self.maxBlobsPerBlock = maxBlobsPerBlock
        }
    }

    /// A name for people.
    public let name: String
    /// The execution layer's chain identifier (EIP-155).
    public let chainID: UInt64
    /// Seconds since 1970 of slot 0.
    public let genesisTime: UInt64
    /// What makes two networks with the same versions differ.
    public let genesisValidatorsRoot: Bytes32
    /// Seconds from one slot to the next.
    public let secondsPerSlot: UInt64
    /// Slots of an epoch.
    public let slotsPerEpoch: UInt64
    /// Epochs that a sync committee serves.
    public let epochsPerSyncCommitteePeriod: UInt64
    /// Keys of a sync committee.
    public let syncCommitteeSize: Int
    /// The schedule, oldest first; the first begins with epoch 0.
    public let forks: [Fork]
    /// Blobs since electra, oldest first; none where nobody told.
    public let blobSchedule: [BlobParameters]

    /// A network by its values. Without a blob schedule, digests of fulu and later are not known.
    ///
    /// - Throws: `LightClientError` of rule `network`, with the value as place.
    public init(
        name: String, chainID: UInt64, genesisTime: UInt64, genesisValidatorsRoot: Bytes32,
        secondsPerSlot: UInt64, slotsPerEpoch: UInt64, epochsPerSyncCommitteePeriod: UInt64,
        syncCommitteeSize: Int, forks: [Fork], blobSchedule: [BlobParameters] = []
    ) throws(LightClientError) {
        func check(_ holds: Bool, _ place: String) throws(LightClientError) {
            guard holds else { throw LightClientError(.network, place) }
        }
        try check((1...3600).contains(secondsPerSlot), "seconds per slot \(secondsPerSlot)")
        try check((1...1024).contains(slotsPerEpoch), "slots per epoch \(slotsPerEpoch)")
        try check(
            (1...4096).contains(epochsPerSyncCommitteePeriod),
            "epochs per sync committee period \(epochsPerSyncCommitteePeriod)")
        // Then the number of a period, and of the one after it, is always one of 64 bits.
        try check(
            slotsPerEpoch * epochsPerSyncCommitteePeriod > 1, "a sync committee serves one slot")
        try check(
            (1...LightClientLimits.syncCommitteeSizeMax).contains(syncCommitteeSize)
                && syncCommitteeSize.isMultiple(of: 8), "sync committee size \(syncCommitteeSize)")
        try check((1...LightClientLimits.forksMax).contains(forks.count), "\(forks.count) forks")
        try check(forks[0].epoch == 0, "first fork at epoch \(forks[0].epoch)")
        try check(forks.allSatisfy { $0.version.count == 4 }, "a fork version is not 4 bytes")
        for (early, late) in zip(forks, forks.dropFirst()) {
            try check(
                early.fork < late.fork && early.epoch <= late.epoch,
                "fork \(late.fork.rawValue) after \(early.fork.rawValue)")
        }
        try check(
            blobSchedule.count <= LightClientLimits.forksMax, "\(blobSchedule.count) blob schedules"
        )
        for (early, late) in zip(blobSchedule, blobSchedule.dropFirst()) {
            try check(early.epoch < late.epoch, "blob schedule at epoch \(late.epoch)")
        }
        self.name = name
        self.chainID = chainID
        self.genesisTime = genesisTime
        self.genesisValidatorsRoot = genesisValidatorsRoot
        self.secondsPerSlot = secondsPerSlot
        self.slotsPerEpoch = slotsPerEpoch
        self.epochsPerSyncCommitteePeriod = epochsPerSyncCommitteePeriod
        self.syncCommitteeSize = syncCommitteeSize
        self.forks = forks
        self.blobSchedule = blobSchedule
    }
}
