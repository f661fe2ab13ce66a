// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import Platform
public import Telemetry

/// A board without hardware: repeatable waveforms, delays and faults on demand.
public actor SimulatedDriver: OutputDriver {
    /// The devices with their points.
    public nonisolated let devices: [DeviceDescription]

    /// The points that hold what is written to them.
    public nonisolated let outputs: Set<OutputIndex>

    let definitions: [SimulatedDeviceDefinition]
    let seed: UInt64
    let now: @Sendable () -> Timestamp
    private let block: @Sendable (_ milliseconds: Int64) -> Void
    private let startMilliseconds: Int64
    private let executor: BlockingExecutor
    private var deviceExchanges: [UInt64]
    private var pointReads: [[UInt64]]
    /// What each output was last set to; `nil` before that.
    var held: [OutputIndex: Value] = [:]
    var writes: [OutputIndex: UInt64] = [:]
    /// Where outputs keep their state as a kernel does, through the end of the process; `nil` for
    /// nowhere.
    let stateFolder: String?

    /// The driver's own thread.
    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        executor.asUnownedSerialExecutor()
    }

    /// A driver for those devices.
    ///
    /// - Parameters:
    ///   - definitions: the devices with their points, waveforms and faults.
    ///   - seed: the same seed, times and reads give the same outcomes.
    ///   - clock: the time that waveforms follow.
    ///   - stateFolder: an existing folder in which outputs keep their state, a file each, so that it
    ///     outlives the process as it would in a kernel; `nil` for nowhere.
    ///   - block: passes time as a slow device does; by default the thread sleeps.
    /// - Throws: `HALError` if a definition breaks a rule.
    public init(
        _ definitions: [SimulatedDeviceDefinition], seed: UInt64,
        clock: any HALClock = SystemHALClock(), stateFolder: String? = nil,
        block: (@Sendable (_ milliseconds: Int64) -> Void)? = nil
    ) throws(HALError) {
        let devices = definitions.map(\.description)
        try DeviceDescription.check(devices)
        for definition in definitions { try definition.check() }
        self.devices = devices
        self.definitions = definitions
        self.seed = seed
        self.stateFolder = stateFolder
        outputs = Self.outputs(of: definitions)
        now = { clock.now() }
        self.block = block ?? Self.sleep
        startMilliseconds = clock.now().uptimeMilliseconds
        executor = BlockingExecutor(label: "halcyon.simulated")
        deviceExchanges = definitions.map { _ in 0 }
        pointReads = definitions.map { [UInt64](repeating: 0, count: $0.points.count) }
    }

    /// Computes values for now, after the delay that the device has.
    public func read(device: Int, points: [Int]) -> [Outcome] {
        guard definitions.indices.contains(device) else {
            return points.map { _ in .bad(.missing) }
        }
        if points.isEmpty { return [] }
        let definition = definitions[device]
        if let fault = deviceFault(device) {
            return points.map { point in
                guard definition.points.indices.contains(point) else { return .bad(.missing) }
                return outcome(of: fault, definition.points[point], at: now())
            }
        }
        let time = now()
        return points.map { point in
            guard definition.points.indices.contains(point) else { return .bad(.missing) }
            return pointOutcome(device, point, definition.points[point], at: time)
        }
    }

    /// Nothing to release.
    public func close() {}

    /// Blocks as long as the device does, and says what goes wrong with all of it.
    func deviceFault(_ device: Int) -> Fault? {
        let definition = definitions[device]
        deviceExchanges[device] &+= 1
        let limit = definition.description.timeoutMilliseconds
        let noise = HashNoise(seed: seed, name: definition.description.name)
        let fault = happening(definition.faults, deviceExchanges[device], noise, at: now())
        let isLate = fault == .timeout || definition.delayMilliseconds > limit
        let milliseconds = isLate ? limit : definition.delayMilliseconds
        if milliseconds > 0 { block(milliseconds) }
        return isLate ? .timeout : fault
    }

    private func pointOutcome(
        _ device: Int, _ point: Int, _ definition: SimulatedPointDefinition, at time: Timestamp
    ) -> Outcome {
        pointReads[device][point] &+= 1
        let noise = HashNoise(seed: seed, name: definition.polled.point.id.name)
        let fault = happening(definition.faults, pointReads[device][point], noise, at: time)
        if let fault { return outcome(of: fault, definition, at: time) }
        if case .output(let initial) = definition.waveform {
            return shown(OutputIndex(device: device, point: point), initial: initial)
        }
        let value = value(definition, at: time)
        // A waveform that was not parsed but made in code may hold any numbers.
        if case .number(let number) = value, !number.isFinite { return .bad(.notANumber) }
        return .good(value)
    }

    /// The first of the faults that happens at a read.
    func happening(
        _ faults: [SimulatedFault], _ read: UInt64, _ noise: HashNoise, at time: Timestamp
    ) -> Fault? {
        for (index, fault) in faults.enumerated() {
            // By the read's number: two reads within a millisecond are two chances.
            let chance = noise.uniform(1000 &+ UInt64(index), Int64(truncatingIfNeeded: read))
            let milliseconds = time.uptimeMilliseconds - startMilliseconds
            if fault.happens(read: read, milliseconds: milliseconds, chance: chance) {
                return fault.fault
            }
        }
        return nil
    }

    private func outcome(
        of fault: Fault, _ definition: SimulatedPointDefinition, at time: Timestamp
    ) -> Outcome {
        fault == .clockNotSet ? .uncertain(value(definition, at: time), fault) : .bad(fault)
    }

    private func value(_ definition: SimulatedPointDefinition, at time: Timestamp) -> Value {
        definition.waveform.value(at: time, seed: seed, point: definition.polled.point.id)
    }

    private static func sleep(milliseconds: Int64) {
        SystemClock.block(
            untilMonotonicMicroseconds: SystemClock.monotonicMicroseconds() + milliseconds * 1000)
    }
}
