// SPDX-License-Identifier: Apache-2.0

internal import HAL
internal import Logging
internal import Platform

/// The buses that are being polled. Setting others starts and stops only what differs.
actor BusSet {
    private struct Running {
        let configuration: BusConfiguration
        let runner: BusRunner
        let task: Task<Void, Never>
    }

    private var running: [String: Running] = [:]
    private let queue: ReadingQueue
    private let clock: any HALClock
    private let log = Logger(label: "bus")
    private let firstReading = FirstReading()

    init(queue: ReadingQueue, clock: any HALClock) {
        self.queue = queue
        self.clock = clock
    }

    /// Polls these buses and no others.
    func set(_ configurations: [BusConfiguration]) async {
        for (name, bus) in running
        where !configurations.contains(where: { $0 == bus.configuration }) {
            bus.task.cancel()
            await bus.task.value
            running[name] = nil
            log.info("bus stopped", metadata: ["bus": "\(name)"])
        }
        for configuration in configurations where running[configuration.name] == nil {
            start(configuration)
        }
    }

    /// Stops all buses and returns when their hardware is released.
    func stop() async { await set([]) }

    /// What the buses have done so far, by name.
    func statistics() async -> [String: BusStatistics] {
        var result: [String: BusStatistics] = [:]
        for (name, bus) in running { result[name] = await bus.runner.statistics }
        return result
    }

    private func start(_ configuration: BusConfiguration) {
        let name = configuration.name
        do {
            let runner = try BusRunner(
                driver: configuration.makeDriver(clock: clock), clock: clock,
                sink: { [queue, firstReading] readings in
                    firstReading.look(at: readings, of: name)
                    queue.add(readings)
                })
            running[name] = Running(
                configuration: configuration, runner: runner, task: Task { await runner.run() })
            log.info(
                "bus started",
                metadata: ["bus": "\(name)", "points": "\(configuration.points.count)"])
        } catch {
            log.error("bus can't start", metadata: ["bus": "\(name)", "cause": "\(error)"])
        }
    }
}
