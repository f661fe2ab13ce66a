// SPDX-License-Identifier: Apache-2.0

public import Telemetry

/// Polls the devices of one bus and delivers every reading: the shell around `BusPlan`.
public actor BusRunner {
    /// Takes readings of one device. The bus goes on when it returns, so a slow receiver slows the
    /// bus instead of filling memory; ticks lost to it are counted as missed.
    ///
    /// Runs on the bus's own thread: an exchange that changes threads has their wake-ups for jitter.
    public typealias Sink = nonisolated(nonsending) @Sendable ([Reading]) async -> Void

    private enum State { case idle, running, ended }

    private let driver: any Driver
    private let clock: any HALClock
    private let sink: Sink
    private var plan: BusPlan
    private var state = State.idle
    private var random = SystemRandomNumberGenerator()

    /// The driver's, so that nothing has to change threads between the clock and the bus.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { driver.unownedExecutor }

    /// A runner for the devices of `driver`, which nothing else may use meanwhile.
    ///
    /// - Parameters:
    ///   - driver: the bus.
    ///   - clock: the time to run by.
    ///   - sink: where readings go, those of one exchange together.
    /// - Throws: `HALError` if the devices break a rule of `DeviceDescription.check`.
    public init(
        driver: any Driver, clock: any HALClock = SystemHALClock(), sink: @escaping Sink
    ) throws(HALError) {
        self.driver = driver
        self.clock = clock
        self.sink = sink
        plan = try BusPlan(
            devices: driver.devices, startMilliseconds: clock.now().uptimeMilliseconds)
    }

    /// What the bus has done up to now.
    public var statistics: BusStatistics { plan.currentStatistics }

    /// Polls until the task is cancelled, then closes the driver. All points are due at once at the
    /// start. A second call returns at once.
    public func run() async {
        guard state == .idle else { return }
        state = .running
        plan.restart(at: clock.now().uptimeMilliseconds)
        loop: while !Task.isCancelled {
            switch plan.next(at: clock.now().uptimeMilliseconds) {
            case .wait(let until):
                do {
                    try await clock.sleep(untilUptimeMilliseconds: until)
                } catch {
                    break loop
                }
            case .answer(let device, let points, let fault):
                let answers = points.map { BusPlan.Answer(point: $0, outcome: .bad(fault)) }
                await deliver(
                    readings(BusPlan.Delivery(device: device, answers: answers), clock.now()))
            case .read(let device, let points):
                await read(device, points)
            }
        }
        await driver.close()
        // What happened up to the end, which a driver may say only as it closes.
        for device in plan.devices.indices {
            await deliver(await takeEvents(device))
        }
        state = .ended
    }

    private func read(_ device: Int, _ points: [Int]) async {
        let start = clock.now().uptimeMilliseconds
        let outcomes = await driver.read(device: device, points: points)
        let time = clock.now()
        let delivery = plan.answered(
            outcomes, from: start, at: time.uptimeMilliseconds, using: &random)
        let events = await takeEvents(device)
        let answers = delivery.map { readings($0, time) } ?? []
        // What came before the answer goes before it; what came since, after it.
        let older = events.prefix { $0.time.uptimeMilliseconds <= time.uptimeMilliseconds }
        await deliver(older + answers + events.dropFirst(older.count))
    }

    /// What the device said without being asked, the oldest first, each with its own time.
    private func takeEvents(_ device: Int) async -> [Reading] {
        guard let driver = driver as? any EventDriver else { return [] }
        let events = await driver.takeEvents(device: device)
        guard !events.isEmpty else { return [] }
        let now = clock.now()
        let nanoseconds = clock.monotonicNanoseconds()
        let points = plan.devices[device].points
        let known = events.filter { points.indices.contains($0.point) }
        let outcomes = BusPlan.admitted(known.map(\.outcome), count: known.count)
        plan.count(
            readings: known.count, bad: outcomes.count { $0.quality == .bad }, device: device)
        return zip(known, outcomes).map { event, outcome in
            let time = now.moved(back: nanoseconds, since: event.monotonicNanoseconds)
            return Reading(
                point: points[event.point].point, outcome: outcome.doubted(unlessSet: time),
                time: time)
        }
    }

    private func readings(_ delivery: BusPlan.Delivery, _ time: Timestamp) -> [Reading] {
        let points = plan.devices[delivery.device].points
        return delivery.answers.map { answer in
            Reading(
                point: points[answer.point].point, outcome: answer.outcome.doubted(unlessSet: time),
                time: time)
        }
    }

    private func deliver(_ readings: [Reading]) async {
        if !readings.isEmpty { await sink(readings) }
    }
}

extension Timestamp {
    /// The moment of an event, where this is the moment `now` of the event's own clock. An event is
    /// never later than now.
    fileprivate func moved(back now: UInt64, since event: UInt64) -> Timestamp {
        let age = Int64(clamping: event < now ? (now - event) / 1_000_000 : 0)
        return Timestamp(
            wallMilliseconds: wallMilliseconds.addingSaturating(-age),
            uptimeMilliseconds: uptimeMilliseconds.addingSaturating(-age))
    }
}

extension Outcome {
    /// A good outcome is uncertain as long as nobody knows what time it is.
    func doubted(unlessSet time: Timestamp) -> Outcome {
        guard case .good(let value) = self, !time.isWallPlausible else { return self }
        return .uncertain(value, .clockNotSet)
    }
}
