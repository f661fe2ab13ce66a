// SPDX-License-Identifier: Apache-2.0

/// A simulated device: its points, how slow it is and what goes wrong with it as a whole.
public struct SimulatedDeviceDefinition: Hashable, Sendable {
    /// What the scheduler knows of it.
    public let description: DeviceDescription
    /// Its points, in the order of `description`.
    public let points: [SimulatedPointDefinition]
    /// What goes wrong with the whole device; the first that happens counts. A simulated `timeout`
    /// blocks the bus for the device's time limit, as a dead device does.
    public let faults: [SimulatedFault]
    /// How long every exchange blocks the bus. More than the time limit is a timeout.
    public let delayMilliseconds: Int64

    /// A device of those points.
    public init(
        name: String, points: [SimulatedPointDefinition], faults: [SimulatedFault] = [],
        delayMilliseconds: Int64 = 0, timeoutMilliseconds: Int64 = 1000,
        backoffMillisecondsMin: Int64 = 1000, backoffMillisecondsMax: Int64 = 60_000
    ) {
        description = DeviceDescription(
            name: name, points: points.map(\.polled), timeoutMilliseconds: timeoutMilliseconds,
            backoffMillisecondsMin: backoffMillisecondsMin,
            backoffMillisecondsMax: backoffMillisecondsMax)
        self.points = points
        self.faults = faults
        self.delayMilliseconds = delayMilliseconds
    }

    /// Checks what `DeviceDescription.check` can't see.
    func check() throws(HALError) {
        guard (0...HALLimits.timeoutMillisecondsMax).contains(delayMilliseconds) else {
            throw HALError(
                .delayOutOfRange, at: description.name,
                detail: "0…\(HALLimits.timeoutMillisecondsMax) ms")
        }
    }
}
