// SPDX-License-Identifier: Apache-2.0

/// Measures a frequency over the time between two reads.
///
/// Over whole periods, from the last edge before the window to the last one in it, so that a slow
/// signal is exact too: counting edges alone would be off by one in each window.
struct FrequencyWindow: Hashable, Sendable {
    private var start: UInt64
    private var previousStart: UInt64
    /// The last edge before the window.
    private var anchor: UInt64?
    private var first: UInt64?
    private var last: UInt64 = 0
    private var count: UInt64 = 0
    private var result: Double?

    /// A window that begins now, before any edge.
    init(at nanoseconds: UInt64) {
        start = nanoseconds
        previousStart = nanoseconds
    }

    /// Takes an edge.
    mutating func add(at nanoseconds: UInt64) {
        if first == nil { first = nanoseconds }
        last = max(last, nanoseconds)
        count += 1
    }

    /// Takes note of edges before the next one whose times are not known.
    mutating func lose(_ edges: UInt32) { count += UInt64(edges) }

    /// Ends the window and begins the next.
    ///
    /// - Returns: edges a second, 0 if there was none; of the last window if this one is too short;
    ///   `nil` before the first has passed.
    mutating func close(at nanoseconds: UInt64) -> Double? {
        guard nanoseconds >= start, nanoseconds - start >= GPIOLimits.windowNanosecondsMin else {
            return result
        }
        result = frequency(over: nanoseconds - start)
        if first != nil { anchor = last }
        first = nil
        count = 0
        previousStart = start
        start = nanoseconds
        return result
    }

    private func frequency(over window: UInt64) -> Double {
        guard let first else { return 0 }
        // A signal that comes back after a pause did not have one long period.
        let isPaused = count > 1 && anchor ?? 0 < previousStart
        if let anchor, !isPaused, last > anchor {
            return Double(count) * 1e9 / Double(last - anchor)
        }
        if count > 1, last > first { return Double(count - 1) * 1e9 / Double(last - first) }
        return Double(count) * 1e9 / Double(window)
    }
}
