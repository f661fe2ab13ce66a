// SPDX-License-Identifier: Apache-2.0

internal import HAL
internal import Logging
internal import Platform
internal import Synchronization
internal import Telemetry

/// The buses that are being polled. Setting others starts and stops only what differs.
actor BusSet {
    private struct Running {
        let configuration: BusConfiguration
        let runner: BusRunner
        let task: Task<Void, Never>
        let isDone: Flag
    }

    /// Whether a bus has ended; asked for instead of awaited, because a wait needs a limit.
    private final class Flag: Sendable {
        let value = Atomic(false)
    }

    private var running: [String: Running] = [:]
    /// Drivers of buses that are not polled yet, whose outputs are being made safe.
    private var secured: [String: any Driver] = [:]
    private let queue: ReadingQueue
    private let totals: CounterTotals
    private let outputs: OutputSet
    private let clock: any HALClock
    private let log = Logger(label: "bus")
    private let firstReading = FirstReading()

    init(queue: ReadingQueue, totals: CounterTotals, outputs: OutputSet, clock: any HALClock) {
        self.queue = queue
        self.totals = totals
        self.outputs = outputs
        self.clock = clock
    }

    /// Begins to write the safe states of the buses that are not polled yet, before anything else
    /// is done with them. Does not wait.
    func secure(_ configurations: [BusConfiguration]) async {
        for configuration in configurations
        where !configuration.outputs.isEmpty && running[configuration.name] == nil
            && secured[configuration.name] == nil
        {
            guard let driver = makeDriver(configuration) else { continue }
            secured[configuration.name] = driver
            guard let driver = driver as? any OutputDriver else { continue }
            await outputs.begin(configuration, driver)
        }
    }

    /// Polls these buses and no others. Outputs of buses that leave or change are made safe first.
    func set(_ configurations: [BusConfiguration]) async {
        let leaving = running.filter { bus in
            !configurations.contains { $0 == bus.value.configuration }
        }
        for name in leaving.keys { running[name] = nil }
        await outputs.end(buses: Set(leaving.keys), .reconfigured)
        await end(leaving)
        await secure(configurations)
        await outputs.recall()
        for configuration in configurations where running[configuration.name] == nil {
            await start(configuration)
        }
    }

    /// Stops all buses. Returns when their hardware is released, or after a while when an exchange
    /// hangs: what it would read is given up.
    func stop() async { await set([]) }

    /// Cancels all at once, then waits for them together.
    private func end(_ buses: [String: Running]) async {
        for bus in buses.values { bus.task.cancel() }
        let limit = SystemClock.now().uptimeMilliseconds + AgentLimits.busStopMilliseconds
        for (name, bus) in buses {
            while !bus.isDone.value.load(ordering: .acquiring),
                SystemClock.now().uptimeMilliseconds < limit
            {
                try? await Task.sleep(for: .milliseconds(5))
            }
            guard bus.isDone.value.load(ordering: .acquiring) else {
                log.warning("bus left in an exchange that hangs", metadata: ["bus": "\(name)"])
                continue
            }
            let devices = await bus.runner.statistics.devices
            log.info(
                "bus stopped",
                metadata: [
                    "bus": "\(name)",
                    "exchanges": "\(devices.reduce(0) { $0 + $1.exchanges })",
                    "failed": "\(devices.reduce(0) { $0 + $1.failedExchanges })",
                    "missed": "\(devices.reduce(0) { $0 + $1.missedTicks })",
                ])
        }
    }

    private func start(_ configuration: BusConfiguration) async {
        let name = configuration.name
        let watch = DeviceWatch(bus: name)
        totals.add(configuration)
        guard let driver = secured.removeValue(forKey: name) ?? makeDriver(configuration) else {
            return
        }
        // A driver that had to secure its outputs was made before the counts were known.
        if let driver = driver as? GPIODriver { await driver.resume(totals.newest) }
        do {
            let runner = try BusRunner(
                driver: driver, clock: clock,
                sink: { [queue, totals, outputs, firstReading] readings in
                    firstReading.look(at: readings, of: name)
                    watch.look(at: readings)
                    totals.note(readings)
                    await outputs.observe(readings)
                    queue.add(readings)
                })
            let isDone = Flag()
            let task = Task { [outputs] in
                await outputs.attempted(bus: name)
                await runner.run()
                isDone.value.store(true, ordering: .releasing)
            }
            running[name] = Running(
                configuration: configuration, runner: runner, task: task, isDone: isDone)
            log.info(
                "bus started",
                metadata: ["bus": "\(name)", "points": "\(configuration.points.count)"])
        } catch {
            log.error("bus can't start", metadata: ["bus": "\(name)", "cause": "\(error)"])
        }
    }

    private func makeDriver(_ configuration: BusConfiguration) -> (any Driver)? {
        do {
            return try configuration.makeDriver(clock: clock, totals: totals.newest)
        } catch {
            log.error(
                "bus can't start",
                metadata: ["bus": "\(configuration.name)", "cause": "\(error)"])
            return nil
        }
    }
}
