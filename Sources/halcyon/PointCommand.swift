// SPDX-License-Identifier: Apache-2.0

internal import Agent
internal import ArgumentParser
internal import HAL
internal import Journal
internal import Telemetry

/// `halcyon point`.
struct PointCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "point",
        abstract: "List, read and watch points.",
        subcommands: [PointList.self, PointRead.self, PointWatch.self])
}

/// `halcyon point list`.
struct PointList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the points of the configuration.")

    @OptionGroup var common: CommonOptions

    private struct Line: Encodable {
        let point: String
        let unit: String
        let periodMilliseconds: Int64
        let bus: String
        let driver: String
    }

    func run() throws {
        var table = TextTable([
            .init(heading: "POINT"), .init(heading: "UNIT"),
            .init(heading: "PERIOD", isRight: true), .init(heading: "BUS"),
            .init(heading: "DRIVER"),
        ])
        for bus in try common.load().buses {
            for polled in bus.points {
                if common.json {
                    try Output.json(
                        Line(
                            point: polled.point.id.name, unit: polled.point.unit.symbol,
                            periodMilliseconds: polled.periodMilliseconds, bus: bus.name,
                            driver: bus.driverName))
                } else {
                    table.add([
                        polled.point.id.name, polled.point.unit.symbol,
                        "\(Format.significant(Double(polled.periodMilliseconds) / 1000)) s",
                        bus.name, bus.driverName,
                    ])
                }
            }
        }
        if !common.json { table.lines.forEach(Output.line) }
    }
}
