// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import Platform

/// A child process whose output is read here; it is killed if nobody has waited for its end.
final class Child {
    let id: pid_t
    private let output: CInt
    private var isRunning = true
    private var pending: [UInt8] = []

    /// Starts `path` without standard input, its two outputs in one pipe.
    init(_ path: String, _ arguments: [String]) throws {
        var pipes: [CInt] = [0, 0]
        guard pipe(&pipes) == 0 else { throw SystemError("pipe", path) }
        for descriptor in pipes { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, pipes[1], 1)
        posix_spawn_file_actions_adddup2(&actions, pipes[1], 2)
        // A thread of Dispatch, which may run this, blocks the signals that end a program.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        let words: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) } + [nil]
        var id: pid_t = 0
        let code = posix_spawn(&id, path, &actions, &attributes, words, environ)
        for word in words { free(word) }
        posix_spawnattr_destroy(&attributes)
        posix_spawn_file_actions_destroy(&actions)
        close(pipes[1])
        guard code == 0 else {
            close(pipes[0])
            throw SystemError("spawn", path, code: code)
        }
        self.id = id
        output = pipes[0]
    }

    deinit {
        if isRunning {
            kill(id, SIGKILL)
            _ = wait()
        }
        close(output)
    }

    /// The next line of output; `nil` at its end or after so many seconds without one.
    func line(seconds: Double) -> String? {
        let watch = Stopwatch()
        while true {
            if let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
                let line = String(decoding: pending[..<end], as: UTF8.self)
                pending.removeSubrange(...end)
                return line
            }
            let left = seconds - watch.seconds
            guard left > 0, read(milliseconds: CInt(left * 1000) + 1) else { return nil }
        }
    }

    /// Waits for its end; the rest of its output and the status of its exit, -1 for a signal.
    func finish() throws -> (output: String, status: CInt) {
        while read(milliseconds: -1) {}
        return (String(decoding: pending, as: UTF8.self), wait())
    }

    /// Asks it to end, and waits.
    func stop() throws {
        kill(id, SIGTERM)
        _ = try finish()
    }

    /// Takes what is there; false at the end of the output or if nothing came in that time.
    private func read(milliseconds: CInt) -> Bool {
        var wanted = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
        guard poll(&wanted, 1, milliseconds) > 0 else { return false }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = Glibc.read(output, &bytes, bytes.count)
        guard count > 0 else { return false }
        pending += bytes[..<count]
        return true
    }

    private func wait() -> CInt {
        var status: CInt = 0
        waitpid(id, &status, 0)
        isRunning = false
        return status & 0x7F == 0 ? status >> 8 & 0xFF : -1
    }
}
