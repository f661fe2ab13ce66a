// SPDX-License-Identifier: Apache-2.0

public import Telemetry

/// Polls the devices of one bus and delivers every reading: the shell around `BusPlan`.
public actor BusRunner {
    /// Takes readings of one device. The bus goes on when it returns, so a slow receiver slows the
    /// bus instead of filling memory; ticks lost to it are counted as missed.
    public typealias Sink = @Sendable ([Reading]) async -> Void

    private enum State { case idle, running, ended }

    private let driver: any Driver
    private let clock: any HALClock
    private let sink: Sink
    private var plan: BusPlan
    private var state = State.idle
    private var random = SystemRandomNumberGenerator()

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
                await deliver(BusPlan.Delivery(device: device, answers: answers), clock.now())
            case .read(let device, let points):
                await read(device, points)
            }
        }
        await driver.close()
        state = .ended
    }

    private func read(_ device: Int, _ points: [Int]) async {
        let start = clock.now().uptimeMilliseconds
        let outcomes = await driver.read(device: device, points: points)
        let time = clock.now()
        let delivery = plan.answered(
            outcomes, from: start, at: time.uptimeMilliseconds, using: &random)
        if let delivery { await deliver(delivery, time) }
    }

    private func deliver(_ delivery: BusPlan.Delivery, _ time: Timestamp) async {
        guard !delivery.answers.isEmpty else { return }
        let points = plan.devices[delivery.device].points
        await sink(
            delivery.answers.map { answer in
                Reading(
                    point: points[answer.point].point,
                    outcome: answer.outcome.doubted(unlessSet: time), time: time)
            })
    }
}

extension Outcome {
    /// A good outcome is uncertain as long as nobody knows what time it is.
    func doubted(unlessSet time: Timestamp) -> Outcome {
        guard case .good(let value) = self, !time.isWallPlausible else { return self }
        return .uncertain(value, .clockNotSet)
    }
}
