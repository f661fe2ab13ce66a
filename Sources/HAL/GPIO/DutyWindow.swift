// SPDX-License-Identifier: Apache-2.0

/// Measures how much of the time between two reads a line was active.
struct DutyWindow: Hashable, Sendable {
    private var start: UInt64
    private var mark: UInt64
    private var level: Bool
    private var active: UInt64 = 0
    private var result: Double?

    /// A window that begins now, with the line at `level`.
    init(level: Bool, at nanoseconds: UInt64) {
        start = nanoseconds
        mark = nanoseconds
        self.level = level
    }

    /// Takes a change of level.
    mutating func change(to level: Bool, at nanoseconds: UInt64) {
        advance(to: nanoseconds)
        self.level = level
    }

    private mutating func advance(to nanoseconds: UInt64) {
        // An edge that comes to light late can't change a window that has been told.
        guard nanoseconds > mark else { return }
        if level { active += nanoseconds - mark }
        mark = nanoseconds
    }

    /// Ends the window and begins the next.
    ///
    /// - Returns: the active part, 0…1; of the last window if this one is too short; `nil` before the
    ///   first has passed.
    mutating func close(at nanoseconds: UInt64) -> Double? {
        guard nanoseconds >= start, nanoseconds - start >= GPIOLimits.windowNanosecondsMin else {
            return result
        }
        advance(to: nanoseconds)
        result = Double(active) / Double(max(mark - start, 1))
        start = mark
        active = 0
        return result
    }
}
