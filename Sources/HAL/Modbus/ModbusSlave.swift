// SPDX-License-Identifier: Apache-2.0

internal import Telemetry

/// A device, the plans of its reads and what was learned of it.
struct ModbusSlave {
    let definition: ModbusDeviceDefinition
    let layouts: [RegisterLayout]
    /// The points where they lie; those in SunSpec models as defined until the model is found.
    private(set) var points: [ModbusPointDefinition]
    var models: ModelSearch
    var obstacles = ReadPlan.Obstacles()
    var plans: [(points: [Int], plan: ReadPlan)] = []
    /// Whether the device has refused to change single bits of a register (function 22).
    var refusesMaskWrite = false

    init(_ definition: ModbusDeviceDefinition) {
        self.definition = definition
        layouts = definition.points.map(RegisterLayout.init)
        points = definition.points
        models = ModelSearch(isNeeded: definition.points.contains { $0.model != nil })
    }

    var limits: ReadPlan.Limits {
        ReadPlan.Limits(
            registersMax: definition.registersPerReadMax,
            bitsMax: definition.bitsPerReadMax, gapRegistersMax: definition.gapRegistersMax)
    }

    /// Forgets all that was learned.
    mutating func forget() { self = ModbusSlave(definition) }

    /// Puts the points to where the models were found.
    mutating func place(in map: SunSpecMap?, at now: Int64) {
        models.ended(at: now, found: map != nil)
        let placed = definition.points.map { point -> ModbusPointDefinition in
            guard let id = point.model, let found = map?.models.first(where: { $0.id == id })
            else { return point }
            return point.placed(at: found.address, length: found.count) ?? point
        }
        guard placed != points else { return }
        points = placed
        obstacles = ReadPlan.Obstacles()
        plans = []
    }
}

/// When a device's SunSpec models are to be looked for.
struct ModelSearch: Hashable, Sendable {
    let isNeeded: Bool
    private var nextMicroseconds: Int64

    init(isNeeded: Bool) {
        self.isNeeded = isNeeded
        nextMicroseconds = isNeeded ? .min : .max
    }

    func isDue(at now: Int64) -> Bool { isNeeded && now >= nextMicroseconds }

    /// Notes the end of a search. A device that has no models may get some: when it has started.
    mutating func ended(at now: Int64, found: Bool) {
        nextMicroseconds = found ? .max : now + ModbusLimits.sunSpecSearchMicroseconds
    }

    /// Notes a failure after which the device may be another: one that was off can come back with
    /// other models, and with their registers elsewhere.
    mutating func doubt(after failure: ModbusFailure) {
        guard isNeeded, failure.endsReading || failure.fault == .connectionClosed else { return }
        nextMicroseconds = .min
    }
}
