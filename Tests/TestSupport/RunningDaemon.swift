// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// A `halcyond` process and what it has logged. It dies with the value.
public final class RunningDaemon {
    private let process: ChildProcess
    /// All that it has written so far, as far as it was collected.
    public private(set) var log = ""

    /// The daemon that runs as that process, or as a child of it that shares its output.
    public init(_ process: ChildProcess) { self.process = process }

    /// Its process id.
    public var id: Int32 { process.id }

    /// Collects its output until a moment or its end.
    public func collect(until moment: ContinuousClock.Instant) {
        while true {
            let left = (moment - .now) / .milliseconds(1)
            guard left > 0, let some = process.readSome(waitingMilliseconds: Int32(left) + 1) else {
                return
            }
            log += some
        }
    }

    /// Collects its output for so long.
    public func collect(seconds: Double) { collect(until: .now + .seconds(seconds)) }

    /// Collects its output until it holds `text` so many times; false if it does not in time.
    public func wait(for text: String, times: Int = 1, seconds: Double = 30) -> Bool {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while log.ranges(of: text).count < times {
            guard ContinuousClock.now < deadline,
                let some = process.readSome(waitingMilliseconds: 20)
            else { return false }
            log += some
        }
        return true
    }

    /// Sends a signal.
    public func send(_ signal: Int32) { process.send(signal) }

    /// Waits for its end; its exit status, or minus the signal that ended it.
    public func finish(seconds: Double = 30) -> Int32 {
        let (output, status) = process.finish(seconds: seconds)
        log += output
        return status
    }

    /// Sends SIGTERM and waits for its end; its exit status.
    public func stop() -> Int32 {
        send(SIGTERM)
        return finish()
    }

    /// Sends SIGKILL and waits for its end; minus the number of that signal if that ended it.
    @discardableResult
    public func kill() -> Int32 {
        send(SIGKILL)
        return finish()
    }

    /// Lines of the log that are whole and hold `text`.
    public func lines(_ text: String) -> [Substring] {
        log[..<(log.lastIndex(of: "\n") ?? log.startIndex)].split(separator: "\n")
            .filter { $0.contains(text) }
    }

    /// The value of `key` in a line of the log.
    public static func field(_ key: String, of line: some StringProtocol) -> Substring? {
        line.split(separator: " ").first { $0.hasPrefix(key + "=") }.map {
            Substring($0.dropFirst(key.count + 1))
        }
    }
}
