// SPDX-License-Identifier: Apache-2.0

internal import Agent
internal import ArgumentParser
internal import HAL
internal import Telemetry

/// `halcyon output`.
struct OutputCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "output",
        abstract: "List outputs, try them, make them safe, and show who wrote what.",
        subcommands: [OutputList.self, OutputSet.self, OutputSafe.self, OutputHistory.self])
}

extension Configuration {
    /// All outputs, in the order of the files.
    var outputs: [OutputConfiguration] { buses.flatMap(\.outputs) }

    /// The output of that name.
    ///
    /// - Throws: `Failure` that lists the outputs there are.
    func output(_ name: String) throws -> OutputConfiguration {
        if let output = outputs.first(where: { $0.point.id.name == name }) { return output }
        let isPoint = buses.flatMap(\.points).contains { $0.point.id.name == name }
        throw Failure(
            .noInput,
            isPoint ? "\(name) is a point, but no output" : "there is no output \(name)",
            rule: "output-unknown",
            next: isPoint
                ? "give it a [device.point.output] with its safe value" : "halcyon output list")
    }
}

extension OutputRules {
    /// The rules in a few words.
    var summary: String {
        var words: [String] = []
        if case .level(let range, let step) = kind {
            let lower = Format.significant(range.lowerBound)
            words.append("\(lower) to \(Format.significant(range.upperBound))")
            if let step { words.append("step \(Format.significant(step))") }
        }
        if intervalMillisecondsMin > 0 {
            words.append("every \(Format.significant(Double(intervalMillisecondsMin) / 1000)) s")
        }
        if let changesPerHourMax { words.append("\(changesPerHourMax) an hour") }
        words.append("for \(Format.duration(milliseconds: leaseMillisecondsMax))")
        return (words + interlocks.map { "if \($0)" }).joined(separator: ", ")
    }
}
