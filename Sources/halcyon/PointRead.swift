// SPDX-License-Identifier: Apache-2.0

internal import Agent
internal import ArgumentParser
internal import HAL
internal import Journal
internal import Platform
internal import Telemetry

/// `halcyon point read`.
struct PointRead: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "read",
        abstract: "Read points once.",
        discussion: """
            While the daemon runs, its newest readings are shown, because a bus has one master. \
            While it does not, the hardware is read directly and nothing is kept; GPIO outputs are \
            passed over then, because their level can be read only by driving it. The exit status is \
            1 if any of the readings is bad.
            """)

    @OptionGroup var common: CommonOptions

    @Argument(help: "Points, or beginnings of their names; all if none is given.")
    var points: [String] = []

    func run() async throws {
        let configuration = try common.load()
        let isRunning = try CommonOptions.isDaemonRunning(configuration)
        let passedOver = isRunning ? [] : drivenByReading(configuration)
        let views =
            isRunning
            ? try newest(configuration) : try await read(configuration)
        for point in passedOver {
            Output.error("\(point.id) is not read: to read a GPIO output is to drive it")
        }
        if views.isEmpty, !passedOver.isEmpty { return }
        guard !views.isEmpty else {
            throw Failure(
                .noInput, "no such point, or no reading of it yet", rule: "point-unknown",
                next: "halcyon point list --config \(common.config)")
        }
        try show(views, isRunning: isRunning)
        if views.contains(where: { $0.quality == Quality.bad.word }) {
            throw ExitStatus.refused.code
        }
    }

    private func isWanted(_ point: Point) -> Bool {
        points.isEmpty || points.contains { point.id.name.hasPrefix($0) }
    }

    private func newest(_ configuration: Configuration) throws -> [ReadingView] {
        let reader = try CommonOptions.reader(configuration.journalFile)
        let wanted = configuration.buses.flatMap(\.points).map(\.point).filter(isWanted)
        return try reader.newest(Set(wanted)).values
            .sorted { $0.reading.point.id < $1.reading.point.id }
            .map { ReadingView($0) }
    }

    private func drivenByReading(_ configuration: Configuration) -> [Point] {
        configuration.buses.flatMap { bus in
            bus.drivenByReading.map { bus.devices[$0.device].points[$0.point].point }
        }.filter(isWanted).sorted { $0.id < $1.id }
    }

    private func read(_ configuration: Configuration) async throws -> [ReadingView] {
        var views: [ReadingView] = []
        for bus in configuration.buses {
            let driver: any Driver
            do {
                driver = try bus.makeDriver(clock: SystemHALClock())
            } catch {
                throw Failure(.unavailable, "bus \(bus.name): \(error)", rule: "bus")
            }
            for (index, device) in driver.devices.enumerated() {
                let wanted = device.points.indices.filter {
                    isWanted(device.points[$0].point)
                        && !bus.drivenByReading.contains(OutputIndex(device: index, point: $0))
                }
                guard !wanted.isEmpty else { continue }
                let outcomes = await driver.read(device: index, points: wanted)
                let now = SystemClock.now()
                for (point, outcome) in zip(wanted, outcomes) {
                    let reading = Reading(
                        point: device.points[point].point, outcome: outcome, time: now)
                    views.append(ReadingView(reading, id: 0, boot: 0))
                }
            }
            await driver.close()
        }
        return views
    }

    private func show(_ views: [ReadingView], isRunning: Bool) throws {
        if common.json { return try views.forEach { try Output.json($0) } }
        var table = TextTable([
            .init(heading: "POINT"), .init(heading: "VALUE", isRight: true),
            .init(heading: "QUALITY"), .init(heading: "OBSERVED AT"),
        ])
        for view in views {
            let quality = view.cause.map { "\(view.quality) (\($0))" } ?? view.quality
            table.add([view.point, view.text, quality, view.observedAt])
        }
        table.lines.forEach(Output.line)
        Output.error(
            isRunning
                ? "the daemon runs: its newest readings" : "the daemon is down: read directly")
    }
}
