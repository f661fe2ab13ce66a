// SPDX-License-Identifier: Apache-2.0

internal import Agent
internal import ArgumentParser
internal import Journal

/// The command line tool: `halcyon NOUN VERB`.
@main
struct Halcyon: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Looks after a Halcyon device: its configuration, key, readings and proofs.",
        discussion: """
            The tool reads the daemon's journal without disturbing it and works while the daemon \
            is down. Every command that prints takes --json and then prints one JSON value a line.

            \(ExitStatus.table)
            """,
        version: Daemon.version,
        subcommands: [
            Check.self, BoardCommand.self, Key.self, PointCommand.self, ProfileCommand.self,
            OutputCommand.self, ReadingCommand.self, AttestationCommand.self,
            LightClientCommand.self, Status.self, Doctor.self,
        ])

    static func main() async {
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let failure as Failure {
            Output.error(Output.safe("halcyon: \(failure.message)"))
            failure.details.forEach { Output.error(Output.safe($0)) }
            if let next = failure.next { Output.error(Output.safe("  → \(next)")) }
            exit(withError: failure.status.code)
        } catch let error as JournalError {
            Output.error("halcyon: the journal can't be read: \(error)")
            exit(withError: (error.isDamage ? ExitStatus.badData : .inputOutput).code)
        } catch {
            exit(withError: error)
        }
    }
}
