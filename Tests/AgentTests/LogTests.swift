// SPDX-License-Identifier: Apache-2.0

import Logging
import Testing

@testable import Agent

@Suite struct LogTests {
    @Test("a line is one line, whatever is in it")
    func oneLine() {
        let line = LogLine.format(
            level: .error, message: "it broke",
            metadata: ["cause": "a \"b\"\nc\u{1B}[2J", "count": "3"], hasPriority: true)
        #expect(
            line
                == "<3>level=error msg=\"it broke\" cause=\"a \\\"b\\\"\\nc\\u{1b}[2J\" count=3\n")
        #expect(LogLine.quoted("") == "\"\"")
        #expect(LogLine.quoted("plain-1.5/x") == "plain-1.5/x")
    }

    @Test(
        "what a terminal obeys or does not show is written as its number",
        arguments: [
            0x1B, 0x7F, 0x80, 0x85, 0x9B, 0x9F, 0x61C, 0x200E, 0x2028, 0x2029, 0x202E, 0x2066,
        ])
    func hidden(number: Int) throws {
        let scalar = try #require(Unicode.Scalar(UInt32(number)))
        let text = LogLine.quoted("a\(scalar)é")
        #expect(text == "\"a\\u{\(String(number, radix: 16))}é\"")
    }

    @Test("a message is limited in its window, counted, and let through in the next")
    func rate() {
        var limit = LogRateLimit()
        let decisions = (0..<25).map { limit.decide("full", at: Int64($0)) }
        #expect(decisions.count { $0 == .write(suppressed: 0) } == AgentLimits.logLinesPerWindowMax)
        #expect(decisions.count { $0 == .drop } == 15)
        let window = AgentLimits.logWindowMilliseconds
        let later = [
            limit.decide("other", at: 25), limit.decide("full", at: window),
            limit.decide("full", at: window + 1),
        ]
        #expect(
            later == [.write(suppressed: 0), .write(suppressed: 15), .write(suppressed: 0)])
    }

    @Test("endless different messages cost bounded memory and lose no line")
    func bounded() {
        var limit = LogRateLimit()
        let written = (0..<10_000).count {
            limit.decide("message \($0)", at: 0) == .write(suppressed: 0)
        }
        #expect(written == 10_000)
    }

    @Test("a recorder that makes no attempt for its period and the grace is not alive")
    func watchdog() {
        var watchdog = Watchdog()
        let grace = AgentLimits.recorderGraceMilliseconds
        let alive = [(0, 0), (0, grace + 999), (0, grace + 1000), (1, grace + 1001)].map {
            watchdog.isAlive(attempts: UInt64($0.0), periodMilliseconds: 1000, at: $0.1)
        }
        #expect(alive == [true, true, false, true])
    }

    @Test("a full queue gives up its oldest and counts them")
    func queue() {
        let queue = ReadingQueue(countMax: 3)
        let readings = (0..<5).map { Self.reading($0) }
        queue.add(Array(readings[..<2]))
        queue.add(Array(readings[2...]))
        let batch = queue.takeAll()
        #expect(batch.readings == Array(readings[2...]) && batch.dropped == 2)
        #expect(queue.takeAll().readings.isEmpty)
    }

    @Test(
        "the command line is understood or refused",
        arguments: [
            ([], DaemonArguments.run(configurationFile: "/etc/halcyon/halcyon.toml")),
            (["--config", "a"], .run(configurationFile: "a")),
            (["--config=a"], .run(configurationFile: "a")), (["--config"], .wrong("--config")),
            (["--version"], .version), (["x"], .wrong("x")),
        ])
    func arguments(words: [String], meaning: DaemonArguments) {
        #expect(DaemonArguments.parse(words) == meaning)
    }
}
