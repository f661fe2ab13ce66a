// SPDX-License-Identifier: Apache-2.0

internal import Agent
internal import HAL
internal import Journal
internal import Telemetry

/// What is known of an output without asking the daemon: it has no channel for that.
struct OutputView {
    let output: OutputConfiguration
    /// What it was seen to show last; `nil` if it was never read.
    let outcome: Outcome?
    /// The newest command in the journal.
    let newest: StoredCommand?
    let isRunning: Bool
    /// Whether it was passed over because to read it would have driven it.
    let isPassedOver: Bool

    /// Whether it shows its safe state; `nil` if that is not known.
    var isSafe: Bool? {
        outcome?.value.map { output.rules.agrees($0, with: output.rules.safe) }
    }

    /// Who has it, as far as the journal tells: whoever wrote last, unless that was the agent.
    var holder: String? {
        guard isRunning, let newest, newest.command.holder != "halcyon",
            newest.ending == nil || newest.ending?.result == .done
        else { return nil }
        return newest.command.holder
    }

    /// All outputs, read by the daemon if it runs, otherwise directly.
    static func all(_ configuration: Configuration) async throws -> [OutputView] {
        let isRunning = try CommonOptions.isDaemonRunning(configuration)
        let reader = try? CommonOptions.reader(configuration.journalFile)
        let outcomes =
            try isRunning
            ? kept(configuration, reader) : await read(configuration)
        let commands = newest(reader)
        return configuration.buses.flatMap { bus in
            bus.outputs.map { output in
                OutputView(
                    output: output, outcome: outcomes[output.point.id],
                    newest: commands[output.point.id], isRunning: isRunning,
                    isPassedOver: !isRunning && bus.drivenByReading.contains(output.index))
            }
        }
    }

    /// The newest command of every output.
    static func newest(_ reader: JournalReader?) -> [PointID: StoredCommand] {
        let commands = (try? reader?.commands()) ?? []
        return Dictionary(commands.map { ($0.command.output, $0) }) { first, _ in first }
    }

    private static func kept(
        _ configuration: Configuration, _ reader: JournalReader?
    ) throws -> [PointID: Outcome] {
        let points = Set(configuration.outputs.map(\.point))
        let newest = try reader?.newest(points) ?? [:]
        return Dictionary(
            uniqueKeysWithValues: newest.map { ($0.key.id, $0.value.reading.outcome) })
    }

    private static func read(_ configuration: Configuration) async throws -> [PointID: Outcome] {
        var outcomes: [PointID: Outcome] = [:]
        for bus in configuration.buses where !bus.outputs.isEmpty {
            let driver = try bus.makeDriver(clock: SystemHALClock())
            for output in bus.outputs where !bus.drivenByReading.contains(output.index) {
                outcomes[output.point.id] = await driver.read(
                    device: output.index.device, points: [output.index.point]
                ).first
            }
            await driver.close()
        }
        return outcomes
    }
}
