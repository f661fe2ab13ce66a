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
        abstract: "List, read, watch and discover points.",
        subcommands: [PointList.self, PointRead.self, PointWatch.self, PointDiscover.self])
}

/// `halcyon point list`.
struct PointList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the points of the configuration, or what this machine could give.")

    @OptionGroup var common: CommonOptions

    @Flag(
        help: """
            List the channels of the linux driver, the 1-Wire thermometers and the GPIO lines that \
            this machine has; needs no file.
            """)
    var available = false

    private struct Line: Encodable {
        let point: String
        let unit: String
        let periodMilliseconds: Int64
        let bus: String
        let driver: String
    }

    private struct Channel: Encodable {
        let channel: String
        let unit: String?
        let label: String?
    }

    /// The GPIO lines, by what a point says for them.
    private func lines() -> [Channel] {
        let chips: [GPIOInventory.Chip]
        do {
            chips = try GPIOInventory.chips()
        } catch {
            Output.error("GPIO lines are not listed: \(error); let the user have the group gpio")
            return []
        }
        return zip(chips, GPIOInventory.texts(of: chips)).flatMap { chip, texts in
            zip(chip.lines, texts).enumerated().map { offset, line in
                let (description, text) = line
                var label = "\(chip.label) \(offset), driver gpio"
                if description.isUsed {
                    let user = description.consumer
                    label += user.isEmpty ? ", in use" : ", used by \(user)"
                }
                return Channel(channel: text, unit: nil, label: label)
            }
        }
    }

    private func showAvailable() throws {
        var table = TextTable([
            .init(heading: "CHANNEL"), .init(heading: "UNIT"), .init(heading: "LABEL"),
        ])
        for entry in LinuxInventory.entries() {
            let channel = entry.channel.description
            if common.json {
                try Output.json(
                    Channel(channel: channel, unit: entry.unit?.symbol, label: entry.label))
            } else {
                table.add([channel, entry.unit?.symbol ?? "", entry.label ?? ""])
            }
        }
        for id in OneWireInventory.thermometers() {
            if common.json {
                try Output.json(
                    Channel(channel: "\(id)", unit: "Cel", label: id.family.name))
            } else {
                table.add(["\(id)", "Cel", "\(id.family.name), driver onewire"])
            }
        }
        for line in lines() {
            if common.json {
                try Output.json(line)
            } else {
                table.add([line.channel, "", Output.safe(line.label ?? "")])
            }
        }
        if !common.json { table.lines.forEach(Output.line) }
    }

    func run() throws {
        if available { return try showAvailable() }
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
