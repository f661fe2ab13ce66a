// SPDX-License-Identifier: Apache-2.0

internal import Agent
internal import ArgumentParser
internal import HAL
internal import Telemetry

/// `halcyon output safe`.
struct OutputSafe: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "safe",
        abstract: "Write the safe states of outputs now.",
        discussion: """
            While the daemon is down: while it runs, it sees to that itself. The exit status is \
            69 if an output does not show its safe state, 74 if all do but the journal can't be \
            opened to say so.
            """)

    @OptionGroup var common: CommonOptions

    @Argument(help: "Outputs; all if none is given.")
    var outputs: [String] = []

    private struct Line: Encodable {
        let output: String
        let safe: String
        let failure: String?
    }

    func run() async throws {
        let configuration = try common.load()
        let chosen =
            try outputs.isEmpty
            ? configuration.outputs : outputs.map { try configuration.output($0) }
        guard !chosen.isEmpty else {
            throw Failure(.noInput, "there are no outputs", rule: "output-unknown")
        }
        let session = try await OutputSession.open(
            configuration, Set(chosen.map(\.point.id)), isForSafety: true)
        var failed = 0
        for output in chosen {
            let failure = try await session.makeSafe(output.point.id)
            failed += failure == nil ? 0 : 1
            let name = output.point.id.name
            if common.json {
                try Output.json(
                    Line(
                        output: name, safe: "\(output.rules.safe)",
                        failure: failure.map { "\($0)" }))
            } else {
                let safe = Format.value(output.rules.safe)
                Output.line(
                    Output.safe(
                        failure.map { "\(name) NOT SAFE: \($0)" } ?? "\(name) safe: shows \(safe)"))
            }
        }
        await session.close()
        if failed > 0 {
            throw Failure(
                .unavailable, "\(failed) of \(chosen.count) outputs do not show their safe states",
                rule: "not-safe", next: "switch them off by hand; halcyon doctor")
        }
        if let cause = session.journalFailure {
            throw Failure(
                .inputOutput, "the outputs are safe, but that could not be kept: \(cause)",
                rule: "journal", next: "halcyon doctor")
        }
    }
}
