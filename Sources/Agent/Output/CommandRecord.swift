// SPDX-License-Identifier: Apache-2.0

internal import HAL
internal import Journal
internal import Logging
internal import Telemetry

/// Keeps commands in the journal: what is about to happen at once, what has happened as soon as the
/// disk allows.
actor CommandRecord {
    /// The holder that stands for the agent itself, which returns outputs to their safe states.
    static let agent = "halcyon"

    private struct Entry {
        let id: Int64?
        let command: OutputCommand
        let ending: StoredCommand.Ending
    }

    private var journal: Journal?
    private let clock: any HALClock
    private let log = Logger(label: "output")
    /// Endings that are not on the disk yet, oldest first.
    private var waiting: [Entry] = []
    private var isWriting = false

    init(clock: any HALClock) { self.clock = clock }

    /// Begins to write to that journal, and ends what a crash left open.
    func open(_ journal: Journal) async {
        self.journal = journal
        do {
            for stored in try await journal.endInterrupted() {
                log.warning(
                    "command was interrupted",
                    metadata: [
                        "output": "\(stored.command.output)", "value": "\(stored.command.value)",
                        "holder": "\(stored.command.holder)",
                    ])
            }
        } catch {
            log.error("commands can't be read", metadata: ["cause": "\(error)"])
        }
        await flush()
    }

    /// The changes of the last hour by output, for their rates; none without a journal.
    func recentChanges() async -> [PointID: [Int64]] {
        guard let journal else { return [:] }
        do {
            let hour: Int64 = 3_600_000
            return Self.changes(
                try await journal.commands(
                    sinceUptimeMilliseconds: clock.now().uptimeMilliseconds - hour))
        } catch {
            log.error("commands can't be read", metadata: ["cause": "\(error)"])
            return [:]
        }
    }

    /// Those of the commands that changed an output and were not the agent's.
    static func changes(_ commands: [StoredCommand]) -> [PointID: [Int64]] {
        var shown: [PointID: Value] = [:]
        var changes: [PointID: [Int64]] = [:]
        for command in commands.map(\.command) {
            let before = shown.updateValue(command.value, forKey: command.output)
            guard command.holder != agent, before != command.value else { continue }
            changes[command.output, default: []].append(command.time.uptimeMilliseconds)
        }
        return changes
    }

    /// Makes the intent durable.
    ///
    /// - Returns: the command's number; `nil` if it can't be made durable, and must not be done.
    func begin(_ command: OutputCommand) async -> Int64? {
        guard let journal else { return nil }
        await flush()
        for _ in 0..<2 {
            let known = await journal.recoveries
            do {
                return try await journal.begin(command)
            } catch {
                log.error("command can't be recorded", metadata: ["cause": "\(error)"])
                guard error.isDamage else { return nil }
                await journal.recoverIfNeeded(from: error, known: known, clock: clock, log: log)
            }
        }
        return nil
    }

    /// Keeps how a command ended; durable when this returns, unless the disk refuses: then later.
    func end(_ id: Int64, _ command: OutputCommand, _ ending: StoredCommand.Ending) async {
        keep(Entry(id: id, command: command, ending: ending))
        await flush()
    }

    /// Keeps a return to the safe state, which has happened already.
    func note(_ command: OutputCommand, _ ending: StoredCommand.Ending) async {
        keep(Entry(id: nil, command: command, ending: ending))
        await flush()
    }

    private func keep(_ entry: Entry) {
        waiting.append(entry)
        guard waiting.count > AgentLimits.unrecordedCommandsMax else { return }
        // The first one may be on its way to the disk.
        waiting.remove(at: isWriting ? 1 : 0)
        log.error("results of commands lost: they can't be recorded")
    }

    /// Writes what waits, unless it is being written.
    func flush() async {
        guard let journal, !isWriting else { return }
        isWriting = true
        defer { isWriting = false }
        while let entry = waiting.first {
            let known = await journal.recoveries
            do {
                if let id = entry.id {
                    try await journal.end(id, of: entry.command.output, entry.ending)
                } else {
                    try await journal.record(entry.command, entry.ending)
                }
            } catch {
                log.error("results can't be recorded yet", metadata: ["cause": "\(error)"])
                await journal.recoverIfNeeded(from: error, known: known, clock: clock, log: log)
                return
            }
            waiting.removeFirst()
        }
    }
}
