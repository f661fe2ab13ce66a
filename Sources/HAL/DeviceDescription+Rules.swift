// SPDX-License-Identifier: Apache-2.0

internal import Telemetry

extension DeviceDescription {
    /// Checks the devices of one bus against the rules of the scheduler.
    ///
    /// - Parameter devices: all devices of the bus.
    /// - Throws: `HALError` naming the first rule that is broken and the device or point.
    public static func check(_ devices: [DeviceDescription]) throws(HALError) {
        var names = Set<String>()
        var points = Set<PointID>()
        var count = 0
        for device in devices {
            guard names.insert(device.name).inserted else {
                throw HALError(.duplicateDevice, at: device.name)
            }
            try device.checkTimes()
            count += device.points.count
            guard count <= HALLimits.pointsPerBusMax else {
                throw HALError(
                    .tooManyPoints, at: device.name, detail: "\(HALLimits.pointsPerBusMax) a bus")
            }
            for polled in device.points {
                guard points.insert(polled.point.id).inserted else {
                    throw HALError(.duplicatePoint, at: polled.point.id.name)
                }
            }
        }
    }

    private func checkTimes() throws(HALError) {
        guard (1...HALLimits.timeoutMillisecondsMax).contains(timeoutMilliseconds) else {
            throw HALError(
                .timeoutOutOfRange, at: name, detail: "1…\(HALLimits.timeoutMillisecondsMax) ms")
        }
        guard backoffMillisecondsMin >= 1, backoffMillisecondsMin <= backoffMillisecondsMax,
            backoffMillisecondsMax <= HALLimits.backoffMillisecondsMax
        else {
            throw HALError(
                .backoffOutOfRange, at: name,
                detail: "1 ≤ min ≤ max ≤ \(HALLimits.backoffMillisecondsMax) ms")
        }
        let periods = HALLimits.periodMillisecondsMin...HALLimits.periodMillisecondsMax
        for polled in points where !periods.contains(polled.periodMilliseconds) {
            throw HALError(
                .periodOutOfRange, at: polled.point.id.name,
                detail: "\(periods.lowerBound)…\(periods.upperBound) ms")
        }
    }
}
