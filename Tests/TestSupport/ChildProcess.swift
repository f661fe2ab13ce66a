// SPDX-License-Identifier: Apache-2.0

public import Glibc
import Synchronization

/// A child process of a test: its output is collected, it is ended with the test.
public final class ChildProcess: Sendable {
    /// The process id.
    public let id: pid_t
    private let output: FileDescriptor
    private let status = Mutex<Int32?>(nil)

    /// A descriptor that closes itself.
    private final class FileDescriptor: Sendable {
        let number: Int32
        init(_ number: Int32) { self.number = number }
        deinit { close(number) }
    }

    /// Starts `path` with standard output and standard error in one pipe and no standard input.
    ///
    /// - Throws: `ChildProcessError` if it cannot be started.
    public init(
        _ path: String, _ arguments: [String], environment: [String: String] = [:]
    ) throws {
        var pipes: [Int32] = [0, 0]
        guard pipe(&pipes) == 0 else { throw ChildProcessError.pipe(errno) }
        for descriptor in pipes { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        output = FileDescriptor(pipes[0])
        defer { close(pipes[1]) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, pipes[1], 1)
        posix_spawn_file_actions_adddup2(&actions, pipes[1], 2)
        var merged: [String: String] = environment
        for name in ["PATH", "HOME", "LANG"] where merged[name] == nil {
            merged[name] = getenv(name).map { String(cString: $0) }
        }
        let argv: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) } + [nil]
        let envp: [UnsafeMutablePointer<CChar>?] =
            merged.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for pointer in argv + envp { free(pointer) } }
        var id: pid_t = 0
        let result = posix_spawn(&id, path, &actions, nil, argv, envp)
        guard result == 0 else { throw ChildProcessError.spawn(path, result) }
        self.id = id
    }

    deinit {
        if status.withLock({ $0 }) == nil {
            kill(id, SIGKILL)
            var status: Int32 = 0
            waitpid(id, &status, 0)
        }
    }

    /// Sends a signal.
    public func send(_ signal: Int32) { kill(id, signal) }

    /// Reads what the process has written so far; waits up to `milliseconds` for the first byte.
    /// `nil` at the end of its output.
    public func readSome(waitingMilliseconds milliseconds: Int32) -> String? {
        var poller = pollfd(fd: output.number, events: Int16(POLLIN), revents: 0)
        guard poll(&poller, 1, milliseconds) > 0 else { return "" }
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = Glibc.read(output.number, &bytes, bytes.count)
        guard count > 0 else { return nil }
        return String(decoding: bytes[..<count], as: UTF8.self)
    }

    /// Reads until `text` appears, the output ends or `seconds` have passed; all that was read.
    public func read(until text: String, seconds: Double) -> String {
        var all = ""
        let deadline = ContinuousClock.now + .seconds(seconds)
        while !all.contains(text), ContinuousClock.now < deadline {
            guard let some = readSome(waitingMilliseconds: 50) else { break }
            all += some
        }
        return all
    }

    /// Waits for the end and returns the rest of the output and the exit status, or minus the
    /// number of the signal that ended it. A process that is still there after `seconds` is killed.
    public func finish(seconds: Double = 30) -> (output: String, status: Int32) {
        var all = ""
        let deadline = ContinuousClock.now + .seconds(seconds)
        while ContinuousClock.now < deadline {
            guard let some = readSome(waitingMilliseconds: 50) else { break }
            all += some
        }
        return (all, wait(until: deadline))
    }

    private func wait(until deadline: ContinuousClock.Instant) -> Int32 {
        status.withLock { known in
            if let known { return known }
            var raw: Int32 = 0
            while waitpid(id, &raw, WNOHANG) == 0 {
                if ContinuousClock.now >= deadline {
                    kill(id, SIGKILL)
                    waitpid(id, &raw, 0)
                    break
                }
                usleep(1000)
            }
            let signal = raw & 0x7F
            let result = signal == 0 ? (raw >> 8) & 0xFF : -signal
            known = result
            return result
        }
    }
}

/// Why a child process could not be started.
public enum ChildProcessError: Error {
    case pipe(Int32)
    case spawn(String, Int32)
}
