// SPDX-License-Identifier: Apache-2.0

public import Telemetry

/// Commands to outputs: the intent is on the disk before the effect, the result after it.
extension Journal {
    /// Makes a command durable that is about to be carried out.
    ///
    /// - Parameter command: who wants what, when.
    /// - Returns: its number, for `end`.
    /// - Throws: `full` and the like, after which it must not be carried out; damage.
    public func begin(_ command: OutputCommand) throws(JournalError) -> Int64 {
        try add(command, ending: nil)
    }

    /// Makes durable how a command ended.
    ///
    /// - Parameters:
    ///   - id: what `begin` gave. A command that is no longer kept is passed over.
    ///   - output: the command's output.
    ///   - ending: how it ended.
    /// - Throws: `full` and the like; damage.
    public func end(
        _ id: Int64, of output: PointID, _ ending: StoredCommand.Ending
    ) throws(JournalError) {
        let store = try openStore()
        try store.database.write { () throws(JournalError) in
            try store.end(id, of: output, ending)
        }
    }

    /// Keeps a command that has been carried out already: a return to the safe state waits for no
    /// disk.
    ///
    /// - Parameters:
    ///   - command: who wanted what, when.
    ///   - ending: how it ended.
    /// - Throws: `full` and the like; damage.
    public func record(
        _ command: OutputCommand, _ ending: StoredCommand.Ending
    ) throws(JournalError) {
        _ = try add(command, ending: ending)
    }

    /// Ends all commands that a crash left without a result as `interrupted`. For the start only.
    ///
    /// - Returns: those commands, the oldest first.
    /// - Throws: `full` and the like; damage.
    public func endInterrupted() throws(JournalError) -> [StoredCommand] {
        let store = try openStore()
        return try store.database.write { () throws(JournalError) in
            let open = try store.openCommands()
            for stored in open {
                try store.end(
                    stored.id, of: stored.command.output,
                    StoredCommand.Ending(.interrupted, milliseconds: 0))
            }
            return open
        }
    }

    /// When outputs were changed in this boot, so that a restart does not reset their rates.
    ///
    /// - Parameter uptimeMilliseconds: only those at this uptime or later.
    /// - Returns: the commands, whatever their result, the oldest first.
    /// - Throws: damage.
    public func commands(
        sinceUptimeMilliseconds uptimeMilliseconds: Int64
    ) throws(JournalError) -> [StoredCommand] {
        let recent = try openStore().commands(limit: JournalLimits.commandsMax).prefix {
            $0.boot == bootCount
                && $0.command.time.uptimeMilliseconds >= uptimeMilliseconds
        }
        return recent.reversed()
    }

    private func add(
        _ command: OutputCommand, ending: StoredCommand.Ending?
    ) throws(JournalError) -> Int64 {
        let store = try openStore()
        try checkPlace()
        let boot = bootCount
        return try store.database.write { () throws(JournalError) in
            try store.insert(command, boot: boot, ending: ending)
        }
    }
}

extension JournalReader {
    /// The newest commands to outputs, the newest first.
    ///
    /// - Parameter limit: at most so many.
    /// - Returns: none if the file is of a release that kept none.
    /// - Throws: damage, `inputOutput`, `busy`.
    public func commands(
        limit: Int = JournalLimits.commandsMax
    ) throws(JournalError) -> [StoredCommand] {
        guard try store.hasCommands else { return [] }
        return try store.commands(limit: limit)
    }
}
