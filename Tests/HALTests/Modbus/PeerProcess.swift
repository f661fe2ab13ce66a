// SPDX-License-Identifier: Apache-2.0

import Glibc
import Testing

/// A running `halcyon-peer`, ended by its process id when the last reference goes.
final class PeerProcess {
    private let process: pid_t
    /// The first line that it printed.
    let line: String

    /// Starts the peer and waits up to ten seconds for its first line.
    init(_ arguments: [String]) throws {
        var ends: [CInt] = [0, 0]
        try #require(pipe(&ends) == 0)
        defer { close(ends[0]) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
        posix_spawn_file_actions_addclose(&actions, ends[0])
        // Threads of a queue block signals, and a child inherits that: its own alarm must end it.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        let path = try Self.path()
        var words: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) }
        words.append(nil)
        defer { for word in words { free(word) } }
        var started: pid_t = 0
        let result = posix_spawn(&started, path, &actions, &attributes, words, environ)
        close(ends[1])
        try #require(result == 0, "\(path) can't be started: \(result)")
        process = started
        line = Self.readLine(ends[0])
        try #require(!line.isEmpty, "the peer printed nothing")
    }

    deinit { stop() }

    /// Ends the process and waits until it has ended.
    func stop() {
        kill(process, SIGKILL)
        waitpid(process, nil, 0)
    }

    /// The program lies beside the tests.
    private static func path() throws -> String {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = buffer.withUnsafeMutableBytes { raw in
            raw.baseAddress.map { readlink("/proc/self/exe", $0, raw.count) } ?? -1
        }
        try #require(count > 0)
        let folder = buffer[..<count].prefix(through: buffer[..<count].lastIndex(of: 0x2f) ?? 0)
        return String(decoding: folder, as: UTF8.self) + "halcyon-peer"
    }

    private static func readLine(_ descriptor: CInt) -> String {
        var text: [UInt8] = []
        var byte: UInt8 = 0
        var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        while poll(&wanted, 1, 10_000) > 0, read(descriptor, &byte, 1) == 1 {
            if byte == 0x0a { return String(decoding: text, as: UTF8.self) }
            text.append(byte)
        }
        return ""
    }
}
