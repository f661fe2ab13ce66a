// SPDX-License-Identifier: Apache-2.0

/// Lets a level count once it has been steady for a while, as the kernel does where it can.
///
/// It goes by the times of the edges alone, so that it gives the same however late they are seen.
struct DebounceFilter: Hashable, Sendable {
    /// A level that counts from a moment on.
    struct Change: Hashable, Sendable {
        let level: Bool
        let nanoseconds: UInt64
    }

    private let period: UInt64
    /// The level that counts.
    private(set) var level: Bool
    /// The level after the last edge, and when that was.
    private(set) var raw: Bool
    private var since: UInt64

    /// A line that is steadily at `level`.
    init(periodNanoseconds: UInt64, level: Bool, at nanoseconds: UInt64) {
        period = periodNanoseconds
        self.level = level
        raw = level
        since = nanoseconds
    }

    /// Takes the next edge.
    ///
    /// - Returns: the change that was due before it.
    mutating func edge(isRising: Bool, at nanoseconds: UInt64) -> Change? {
        let change = settle(at: nanoseconds)
        // One to the level that it has already stands for a pair that was lost: not steady either.
        raw = isRising
        since = max(since, nanoseconds)
        return change
    }

    /// Lets time pass.
    ///
    /// - Returns: the change that became due.
    mutating func settle(at nanoseconds: UInt64) -> Change? {
        guard raw != level, nanoseconds >= since, nanoseconds - since >= period else { return nil }
        level = raw
        return Change(level: level, nanoseconds: since + period)
    }

    /// Takes the level that the line was found at. It differs from that after the last edge where
    /// an edge was lost.
    ///
    /// - Returns: the change that became due.
    mutating func observe(_ level: Bool, at nanoseconds: UInt64) -> Change? {
        level == raw ? settle(at: nanoseconds) : edge(isRising: level, at: nanoseconds)
    }
}
