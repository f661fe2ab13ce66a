// SPDX-License-Identifier: Apache-2.0

import Glibc
import Telemetry
import Testing

@testable import Journal

@Suite struct KillTests {
    /// The helper lies beside the test program.
    static func helper() throws -> String {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
        let path = String(
            decoding: buffer[..<max(0, count)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let slash = try #require(path.lastIndex(of: "/"))
        return path[...slash] + "journal-crasher"
    }

    /// Runs the helper, kills it after `lines` lines and that time more, gives its last full line.
    static func run(
        _ path: String, lines: Int, microseconds: UInt32
    ) throws -> (reading: UInt64, sequence: UInt64) {
        var pipes: [CInt] = [0, 0]
        try #require(pipe(&pipes) == 0)
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, pipes[1], 1)
        posix_spawn_file_actions_addclose(&actions, pipes[0])
        let arguments: [UnsafeMutablePointer<CChar>?] = [
            strdup(try helper()), strdup(path), nil,
        ]
        defer { arguments.forEach { free($0) } }
        var pid: pid_t = 0
        try #require(posix_spawn(&pid, try helper(), &actions, nil, arguments, environ) == 0)
        close(pipes[1])
        defer { close(pipes[0]) }
        var output: [UInt8] = []
        var byte: UInt8 = 0
        while output.count(where: { $0 == 10 }) < lines, read(pipes[0], &byte, 1) == 1 {
            output.append(byte)
        }
        // Anywhere in the next few commits.
        usleep(microseconds)
        kill(pid, SIGKILL)
        var status: CInt = 0
        waitpid(pid, &status, 0)
        #expect(status & 0x7F == SIGKILL)
        while read(pipes[0], &byte, 1) == 1 { output.append(byte) }
        let last = try #require(output.split(separator: 10, omittingEmptySubsequences: true).last)
        let fields = String(decoding: last, as: UTF8.self).split(separator: " ")
        return (try #require(UInt64(fields[0])), try #require(UInt64(fields[1])))
    }

    @Test("after each of 20 kills all that was promised is there and no position is used twice")
    func kills() async throws {
        let scratch = try Scratch()
        var previous: (reading: UInt64, sequence: UInt64) = (0, 0)
        var random = SplitMix.announced("kills")
        for _ in 0..<20 {
            let promised = try Self.run(
                scratch.path, lines: Int.random(in: 1...40, using: &random),
                microseconds: UInt32.random(in: 0...6000, using: &random))
            #expect(promised.reading > previous.reading)
            #expect(promised.sequence >= previous.sequence)
            let reader = try JournalReader(scratch.path)
            let summary = try reader.summary()
            #expect(try #require(summary.readings).upperBound >= promised.reading)
            #expect(summary.head.sequence >= promised.sequence)
            #expect(summary.readings?.lowerBound == 1)
            #expect(summary.readingCount == summary.readings?.upperBound)
            var sequence: UInt64 = 0
            var covered: UInt64 = 0
            try reader.forEachAttestation { attestation in
                #expect(attestation.sequence == sequence + 1)
                #expect(attestation.readings?.lowerBound == covered + 1)
                sequence = attestation.sequence
                covered = attestation.readings?.upperBound ?? covered
                return true
            }
            let (journal, opening) = try scratch.open(boot: "crash")
            #expect(opening.outcome == .opened && opening.gaps.isEmpty)
            // What a counter counted is there exactly as far as its readings are, and counted once.
            let counter = try #require(PointID("crash/number"))
            #expect(await journal.totals[counter] == Int64(await journal.durableLast))
            await journal.close()
            previous = promised
        }
        #expect(!scratch.names.contains { $0.contains("damaged") })
    }
}
