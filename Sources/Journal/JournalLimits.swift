// SPDX-License-Identifier: Apache-2.0

/// The limits of this module.
public enum JournalLimits {
    /// Readings in one segment, the unit of writing, eviction and reading back.
    public static let segmentReadingsMax = 1024
    /// Encoded bytes of one segment.
    public static let segmentBytesMax = 65_536
    /// Default for readings waiting in memory while they cannot be written.
    public static let bufferedReadingsMax = 20_000
    /// Bytes of one attestation.
    public static let attestationBytesMax = 65_536
    /// Different points (name and unit) in one journal.
    public static let pointsMax = 16_384
    /// Smallest quota of the file set.
    public static let quotaBytesMin: Int64 = 4 << 20
    /// Default quota of the file set.
    public static let quotaBytesDefault: Int64 = 256 << 20
    /// Default quota of the attestations in it.
    public static let attestationQuotaBytesDefault: Int64 = 64 << 20
    /// Highest reading id or sequence number: the largest integer that JSON keeps exactly.
    public static let positionMax: UInt64 = 1 << 53 - 1
    /// Sequence numbers reserved ahead in the counters file.
    public static let sequenceBlock: UInt64 = 1024
    /// Reading ids reserved ahead in the counters file.
    public static let readingBlock: UInt64 = 1_000_000
    /// Damaged journals that are kept beside the live one.
    public static let quarantinedMax = 2
    /// Boots that are remembered.
    public static let bootsMax = 4096
    /// Gaps that one attestation is asked to sign, no more than it can state (PROFILE.md of
    /// Attestation).
    public static let unsignedGapsMax = 64
    /// Counters whose counts are kept.
    public static let totalsMax = 16_384
    /// Commands to outputs that are remembered; the oldest make room.
    public static let commandsMax = 4096
    /// Who gave a command, and what became of it, each in bytes of UTF-8; more is cut off.
    public static let commandTextBytesMax = 256
    /// Length of a boot identifier in bytes of UTF-8.
    public static let bootIDBytesMax = 36

    /// Uptime after which a commit raises the floor in the counters file: one small file a minute.
    static let floorIntervalMilliseconds: Int64 = 60_000
    /// Readings beyond the floor after which a commit raises it whatever the time.
    static let floorReadingsMax: UInt64 = 10_000
    /// Unsigned gaps that are looked at when a journal is opened, or saved from a damaged one.
    static let openingGapsMax = 256
    /// Page of a new file. Every commit dirties a leaf, its parent and page 1: small pages make
    /// these three cheap. Bytes written per reading on ext4 at 50 readings a commit, 13 bytes each:
    /// 139 with pages of 512, 173 with 1024, 189 with 2048, 216 with 4096.
    static let pageBytes: Int64 = 512
    /// WAL frames between checkpoints: about 1 MiB, whose index fits one 32 KiB block of shared memory.
    static let checkpointPages: Int64 = 2000
    /// The WAL file is cut back to this after a burst; the quota sets it aside.
    static let walBytesMax: Int64 = 2 << 20
    /// SQLite's page cache of one connection.
    static let cacheKibibytes: Int64 = 256
    /// Least room that one eviction makes, so that evictions are few.
    static let evictionBytesMin: Int64 = 65_536
    /// Longest wait for a lock that another connection holds for a moment.
    static let busyMilliseconds: CInt = 5000
    /// Largest value that SQLite may hand out, against damaged lengths.
    static let valueBytesMax: CInt = 1 << 20
    /// Time between two looks for readings past their retention.
    static let retentionIntervalMilliseconds: Int64 = 60_000
    /// Segments that one such look, one eviction step or one page of a scan goes through.
    static let scanSegmentsMax = 256
    /// Segments whose rows are held in memory at once.
    static let pageSegmentsMax = 8
    /// A wall time this far ahead of now is of a wrong clock.
    static let clockAheadMilliseconds: Int64 = 86_400_000
    /// Newest segments that are decoded when a journal is opened.
    static let openingSegments = 8
}
