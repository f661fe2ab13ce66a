// SPDX-License-Identifier: Apache-2.0

internal import Glibc
public import Logging
internal import Platform
internal import Synchronization
internal import Telemetry

/// The daemon's log handler: logfmt lines on standard error, rate-limited by message.
///
/// Debug and trace lines are asked for explicitly and are not limited.
public struct StructuredLog: LogHandler {
    /// The level below which nothing is written; one for the whole process.
    public var logLevel: Logger.Level {
        get { Logger.Level.allCases[Self.level.load(ordering: .relaxed)] }
        set { Self.setLevel(newValue) }
    }

    /// Values that go with every line of this logger.
    public var metadata: Logger.Metadata = [:]

    private static let level = Atomic<Int>(2)
    private static let limit = Mutex(LogRateLimit())
    private let hasPriority: Bool

    /// A handler; lines bear a priority if the process's output goes to journald.
    public init(label: String) {
        hasPriority = getenv("JOURNAL_STREAM") != nil
        metadata["logger"] = "\(label)"
    }

    /// Changes the level of all loggers at once.
    public static func setLevel(_ level: Logger.Level) {
        Self.level.store(Logger.Level.allCases.firstIndex(of: level) ?? 2, ordering: .relaxed)
    }

    /// One value that goes with every line.
    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes one line, or counts it if there were too many of its kind.
    public func log(event: LogEvent) {
        let message = event.message.description
        var metadata = self.metadata
        if let more = event.metadata { metadata.merge(more) { _, new in new } }
        if event.level >= .info {
            let now = SystemClock.now().uptimeMilliseconds
            // The same of another bus is another message.
            let kind = message + (metadata["bus"].map { "\($0)" } ?? "")
            switch Self.limit.withLock({ $0.decide(kind, at: now) }) {
            case .drop: return
            case .write(let suppressed):
                if suppressed > 0 { metadata["suppressed"] = "\(suppressed)" }
            }
        }
        let line = LogLine.format(
            level: event.level, message: message, metadata: metadata, hasPriority: hasPriority)
        // One write a line, so that lines of several threads don't mix. A closed or full log
        // must never stop the agent: what it can't take at once is dropped.
        var output = pollfd(fd: 2, events: Int16(POLLOUT), revents: 0)
        guard poll(&output, 1, 0) > 0, output.revents & Int16(POLLOUT) != 0 else { return }
        let bytes = Array(line.utf8.prefix(AgentLimits.logLineBytesMax))
        _ = write(2, bytes, bytes.count)
    }
}
