// SPDX-License-Identifier: Apache-2.0

import Telemetry
import Testing

@testable import Journal

@Suite struct CommandTests {
    static func command(
        _ value: Value = .boolean(true), holder: String = "test", at milliseconds: Int64 = 0
    ) throws -> OutputCommand {
        OutputCommand(
            output: try #require(PointID("pump/relay")), value: value, holder: holder,
            time: Scratch.time(milliseconds))
    }

    @Test(
        "a command and its ending come back as they were, from another connection too",
        arguments: [
            Value.boolean(true), .boolean(false), .integer(.min), .number(-0.1),
            .number(.greatestFiniteMagnitude),
        ])
    func roundTrip(value: Value) async throws {
        let scratch = try Scratch()
        let (journal, _) = try scratch.open()
        let command = try Self.command(value, at: 5)
        let id = try await journal.begin(command)
        #expect(try JournalReader(scratch.path).commands().map(\.ending) == [nil])
        let ending = StoredCommand.Ending(.failed, cause: "timeout", milliseconds: 12)
        try await journal.end(id, of: command.output, ending)
        #expect(
            try JournalReader(scratch.path).commands() == [
                StoredCommand(id: id, boot: 1, command: command, ending: ending)
            ])
    }

    @Test("what a crash left open is ended as interrupted, once, and the rest is as it was")
    func interrupted() async throws {
        let scratch = try Scratch()
        var (journal, _) = try scratch.open()
        let done = try await journal.begin(Self.command())
        let ending = StoredCommand.Ending(.done, milliseconds: 3)
        try await journal.end(done, of: Self.command().output, ending)
        let open = try await journal.begin(Self.command())
        await journal.close()
        (journal, _) = try scratch.open()
        #expect(try await journal.endInterrupted().map(\.id) == [open])
        #expect(try await journal.endInterrupted().isEmpty)
        let results = try JournalReader(scratch.path).commands().map(\.ending?.result)
        #expect(results == [.interrupted, .done])
        // An ending that comes late changes nothing.
        try await journal.end(open, of: Self.command().output, ending)
        #expect(try JournalReader(scratch.path).commands().first?.ending?.result == .interrupted)
    }

    @Test("the table keeps its limit, and long texts are cut at a whole character")
    func bounds() async throws {
        let scratch = try Scratch()
        let (journal, _) = try scratch.open()
        let long = String(repeating: "é", count: 200)
        let ending = StoredCommand.Ending(.done, cause: long, milliseconds: 1)
        for index in 0..<Int64(JournalLimits.commandsMax + 5) {
            try await journal.record(Self.command(holder: long, at: index), ending)
        }
        let commands = try JournalReader(scratch.path).commands(limit: .max)
        #expect(commands.count == JournalLimits.commandsMax)
        #expect(commands.last?.command.time == Scratch.time(5))
        #expect(commands.first?.command.holder == String(repeating: "é", count: 128))
        #expect(commands.first?.ending?.cause.utf8.count == 256)
    }

    @Test("the changes of this boot can be asked for, those of another one can't be compared")
    func recent() async throws {
        let scratch = try Scratch()
        var (journal, _) = try scratch.open(boot: "one")
        _ = try await journal.begin(Self.command(at: 9000))
        await journal.close()
        (journal, _) = try scratch.open(boot: "two")
        for time in [1000, 2000, 3000] as [Int64] {
            _ = try await journal.begin(Self.command(at: time))
        }
        let times = try await journal.commands(sinceUptimeMilliseconds: 2000)
            .map(\.command.time.uptimeMilliseconds)
        #expect(times == [2000, 3000])
    }

    @Test("a journal of the release before, without commands, is read and gets the table")
    func older() async throws {
        let scratch = try Scratch()
        do {
            let database = try Database(scratch.path, .readWrite)
            _ = try Schema.migrate(database, Array(Schema.migrations.prefix(1)))
            database.close()
        }
        #expect(try JournalReader(scratch.path).commands().isEmpty)
        let (journal, _) = try scratch.open()
        _ = try await journal.begin(Self.command())
        #expect(try JournalReader(scratch.path).commands().count == 1)
    }

    @Test("a row that no release wrote is damage, not a guess")
    func damage() async throws {
        for change in ["kind = 9", "result = 9", "value = 7, kind = 0", "output = '!'"] {
            let scratch = try Scratch()
            let (journal, _) = try scratch.open()
            _ = try await journal.begin(Self.command())
            await journal.close()
            let database = try Database(scratch.path, .readWrite)
            try database.execute("UPDATE command SET \(change)")
            database.close()
            let error = #expect(throws: JournalError.self) {
                try JournalReader(scratch.path).commands()
            }
            #expect(error?.rule == .damaged)
        }
    }
}
