// SPDX-License-Identifier: Apache-2.0

internal import Agent
internal import ArgumentParser
internal import HAL
internal import Journal
internal import Telemetry

/// `halcyon output list`.
struct OutputList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the outputs: what they show, their safe states and rules.",
        discussion: """
            While the daemon runs, its newest readings are shown; while it does not, the hardware \
            is read directly, but for GPIO outputs, which can't be read without driving them. \
            Nothing is written.
            """)

    @OptionGroup var common: CommonOptions

    private struct Line: Encodable {
        let output: String
        let unit: String
        let value: String?
        let fault: String?
        let safe: String
        let isSafe: Bool?
        let holder: String?
        let rules: String
        let interlocks: [String]
    }

    func run() async throws {
        let configuration = try common.load()
        let shown = try await OutputView.all(configuration)
        if common.json {
            for view in shown {
                let output = view.output
                try Output.json(
                    Line(
                        output: output.point.id.name, unit: output.point.unit.symbol,
                        value: view.outcome?.value.map { "\($0)" },
                        fault: view.outcome?.fault?.word, safe: "\(output.rules.safe)",
                        isSafe: view.isSafe, holder: view.holder, rules: output.rules.summary,
                        interlocks: output.rules.interlocks.map(\.description)))
            }
            return
        }
        var table = TextTable([
            .init(heading: "OUTPUT"), .init(heading: "SHOWS", isRight: true),
            .init(heading: "SAFE", isRight: true), .init(heading: "UNIT"),
            .init(heading: "HOLDER"), .init(heading: "RULES"),
        ])
        for view in shown {
            let value =
                view.outcome?.value == nil
                ? view.outcome?.fault?.word : Format.value(view.outcome?.value)
            table.add([
                view.output.point.id.name, value ?? "–", Format.value(view.output.rules.safe),
                view.output.point.unit.symbol, view.holder ?? "–", view.output.rules.summary,
            ])
        }
        table.lines.forEach(Output.line)
    }
}
