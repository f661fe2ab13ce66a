// SPDX-License-Identifier: Apache-2.0

/// What became of readings that were handed to the journal.
public struct Recorded: Equatable, Sendable {
    /// Readings that wait in memory for the next commit.
    public let buffered: Int
    /// Older readings that were given up for the new ones because the buffer is full; the next
    /// commit that succeeds records them as a gap.
    public let dropped: Int
}
