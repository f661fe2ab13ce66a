// SPDX-License-Identifier: Apache-2.0

/// What a commit made durable.
public struct Committed: Equatable, Sendable {
    /// The newest reading on the disk; it and all before it survive a power cut.
    public let lastID: UInt64
    /// Readings that this commit wrote.
    public let count: Int
    /// Readings that were lost in memory since the last commit, now recorded as a gap.
    public let lost: UInt64
    /// Readings evicted for quota or age.
    public let evicted: UInt64
}
