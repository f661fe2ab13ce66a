// SPDX-License-Identifier: Apache-2.0

/// Lets so many lines of one message through in a window, and counts the rest.
///
/// A value: the caller brings the time. Bounded in memory: when too many different messages are
/// known, all are forgotten.
struct LogRateLimit {
    private struct Window {
        var start: Int64
        var count = 0
    }

    private var windows: [String: Window] = [:]

    /// What to do with a line.
    enum Decision: Equatable {
        /// Write it; before it, say that so many of the same message were left out, if not zero.
        case write(suppressed: Int)
        /// Leave it out.
        case drop
    }

    /// Decides on a line with this message at this uptime in milliseconds.
    mutating func decide(_ message: String, at now: Int64) -> Decision {
        if windows.count >= AgentLimits.logMessagesMax && windows[message] == nil {
            windows.removeAll()
        }
        var window = windows[message] ?? Window(start: now)
        defer { windows[message] = window }
        if now - window.start >= AgentLimits.logWindowMilliseconds || now < window.start {
            let suppressed = max(0, window.count - AgentLimits.logLinesPerWindowMax)
            window = Window(start: now, count: 1)
            return .write(suppressed: suppressed)
        }
        window.count += 1
        return window.count <= AgentLimits.logLinesPerWindowMax ? .write(suppressed: 0) : .drop
    }
}
