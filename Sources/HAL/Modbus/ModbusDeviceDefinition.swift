// SPDX-License-Identifier: Apache-2.0

/// A slave on a bus: how to address it, how patient to be with it, and its points.
public struct ModbusDeviceDefinition: Hashable, Sendable {
    /// The device's name, the first part of its points' names.
    public let name: String
    /// The unit identifier: 1...247, over TCP also 255.
    public let unitID: Int
    /// How long the device may take to begin its answer. The time that the frames themselves take
    /// on a serial line comes on top.
    public let responseTimeoutMilliseconds: Int64
    /// Further attempts after an exchange without a usable answer.
    public let retries: Int
    /// First pause after a failure, for the scheduler.
    public let backoffMillisecondsMin: Int64
    /// Longest pause after failures, for the scheduler.
    public let backoffMillisecondsMax: Int64
    /// Unneeded registers between two points that are read along to save a request; sixteen times
    /// as many coils or discrete inputs.
    public let gapRegistersMax: Int
    /// Registers that the device gives in one read.
    public let registersPerReadMax: Int
    /// Coils or discrete inputs that the device gives in one read.
    public let bitsPerReadMax: Int
    /// Its points.
    public let points: [ModbusPointDefinition]

    /// A device of that name.
    public init(
        name: String, unitID: Int, points: [ModbusPointDefinition],
        responseTimeoutMilliseconds: Int64 = 500, retries: Int = 1,
        backoffMillisecondsMin: Int64 = 1000, backoffMillisecondsMax: Int64 = 60_000,
        gapRegistersMax: Int = 16, registersPerReadMax: Int = ModbusLimits.registersPerReadMax,
        bitsPerReadMax: Int = ModbusLimits.bitsPerReadMax
    ) {
        self.name = name
        self.unitID = unitID
        self.points = points
        self.responseTimeoutMilliseconds = responseTimeoutMilliseconds
        self.retries = retries
        self.backoffMillisecondsMin = backoffMillisecondsMin
        self.backoffMillisecondsMax = backoffMillisecondsMax
        self.gapRegistersMax = gapRegistersMax
        self.registersPerReadMax = registersPerReadMax
        self.bitsPerReadMax = bitsPerReadMax
    }
}
