// SPDX-License-Identifier: Apache-2.0

public import HAL
public import Telemetry

/// One bus with everything on it.
public struct BusConfiguration: Sendable, Equatable {
    /// What a driver is made from.
    enum Definition: Sendable, Equatable {
        case modbus(ModbusBusDefinition)
        case linux([LinuxDeviceDefinition])
        case gpio(GPIOBusDefinition)
        case onewire([OneWireDeviceDefinition])
        case nmea(NMEABusDefinition)
        case simulated(SimulatedBusDefinition)
    }

    /// The name.
    public let name: String
    /// The devices with their points, in the order of the file.
    public let devices: [DeviceDescription]
    /// The points that may be written, in the order of the file.
    public let outputs: [OutputConfiguration]
    let definition: Definition

    /// A bus of that definition.
    ///
    /// - Parameters:
    ///   - name: the name.
    ///   - definition: what its driver is made from.
    ///   - rules: those of the points that are to be written; of one that the driver can't write
    ///     nothing appears in `outputs`.
    /// - Throws: `HALError`, `ModbusDefinitionError` or `GPIODefinitionError`, the first rule that
    ///   the definition breaks.
    init(name: String, definition: Definition, rules: [PointID: OutputRules] = [:]) throws {
        self.name = name
        self.definition = definition
        let driver = try Self.makeDriver(definition, clock: SystemHALClock())
        devices = driver.devices
        outputs = Self.outputs(of: driver, rules)
    }

    private static func outputs(
        of driver: any Driver, _ rules: [PointID: OutputRules]
    ) -> [OutputConfiguration] {
        guard !rules.isEmpty, let driver = driver as? any OutputDriver else { return [] }
        return driver.outputs.sorted { ($0.device, $0.point) < ($1.device, $1.point) }
            .compactMap { index in
                let point = driver.devices[index.device].points[index.point].point
                return rules[point.id].map {
                    OutputConfiguration(point: point, index: index, rules: $0)
                }
            }
    }

    /// The driver's word in the configuration.
    public var driverName: String {
        switch definition {
        case .modbus(let bus):
            if case .tcp = bus.endpoint { "modbus-tcp" } else { "modbus-rtu" }
        case .linux: "linux"
        case .gpio: "gpio"
        case .onewire: "onewire"
        case .nmea: "nmea"
        case .simulated: "simulated"
        }
    }

    /// Where the bus is, if it is a Modbus bus.
    public var modbusEndpoint: ModbusEndpoint? {
        if case .modbus(let bus) = definition { bus.endpoint } else { nil }
    }

    /// The serial line that the bus needs for itself; `nil` for none.
    var serialDevice: String? {
        if case .modbus(let bus) = definition, case .rtu(let line) = bus.endpoint {
            line.device
        } else if case .nmea(let bus) = definition {
            bus.line
        } else {
            nil
        }
    }

    /// A driver for the bus. Nothing is opened before the first read.
    ///
    /// - Parameters:
    ///   - clock: the time that simulated quantities follow.
    ///   - totals: counts that counters go on from.
    /// - Returns: the driver.
    /// - Throws: `HALError`, `ModbusDefinitionError` or `GPIODefinitionError` if a definition breaks a
    ///   rule.
    public func makeDriver(
        clock: any HALClock, totals: [PointID: Int64] = [:]
    ) throws -> any Driver {
        try Self.makeDriver(definition, clock: clock, totals: totals)
    }

    /// Points whose level only who drives it can read: reading them, as `halcyon` does while the daemon
    /// is down, would drive them.
    public var drivenByReading: Set<OutputIndex> {
        guard case .gpio(let bus) = definition else { return [] }
        var indices: Set<OutputIndex> = []
        for (device, definition) in bus.devices.enumerated() {
            for (point, definition) in definition.points.enumerated()
            where definition.mode == .output {
                indices.insert(OutputIndex(device: device, point: point))
            }
        }
        return indices
    }

    /// The points that count, whose counts are kept with their readings.
    var counters: [GPIOPointDefinition] {
        guard case .gpio(let bus) = definition else { return [] }
        return bus.devices.flatMap(\.points).filter { $0.mode == .counter }
    }

    private static func makeDriver(
        _ definition: Definition, clock: any HALClock, totals: [PointID: Int64] = [:]
    ) throws -> any Driver {
        switch definition {
        case .modbus(let bus): try ModbusDriver(bus)
        case .linux(let devices): try LinuxDriver(devices)
        case .gpio(let bus): try GPIODriver(bus, totals: totals)
        case .onewire(let devices): try OneWireDriver(devices, clock: clock)
        case .nmea(let bus): try NMEADriver(bus, clock: clock)
        case .simulated(let bus):
            try SimulatedDriver(
                bus.devices, seed: bus.seed, clock: clock, stateFolder: bus.stateFolder)
        }
    }

    /// What the bus expects and the kernel does not show; for drivers that go through the kernel's own.
    public var hardwareProblems: [HardwareProblem] {
        switch definition {
        case .linux(let devices): SensorCheck.problems(of: devices)
        case .onewire(let devices): OneWireCheck.problems(of: devices)
        case .modbus, .gpio, .nmea, .simulated: []
        }
    }

    /// All points, in the order of the file.
    public var points: [PolledPoint] { devices.flatMap(\.points) }
}
