// SPDX-License-Identifier: Apache-2.0

internal import Telemetry

/// How one line of a device is requested, and which points look at it.
struct LinePlan: Sendable {
    /// The line, as configured.
    let line: String
    /// Indices of its points in the device.
    let points: [Int]
    let definitions: [GPIOPointDefinition]
    let settings: GPIOLineSettings
    /// The debounce period that the driver keeps.
    let periodNanoseconds: UInt64

    /// The lines of a device in the order of their first points.
    ///
    /// - Parameters:
    ///   - device: a device without problems.
    ///   - debounces: whether the kernel keeps debounce periods.
    /// - Returns: one plan for each line.
    static func plans(of device: GPIODeviceDefinition, debounces: Bool) -> [LinePlan] {
        var lines: [String] = []
        for point in device.points where !lines.contains(point.line) { lines.append(point.line) }
        return lines.map { line in
            LinePlan(
                line, device.points.indices.filter { device.points[$0].line == line }, device,
                debounces: debounces)
        }
    }

    private init(
        _ line: String, _ points: [Int], _ device: GPIODeviceDefinition, debounces: Bool
    ) {
        self.line = line
        self.points = points
        definitions = points.map { device.points[$0] }
        var settings = GPIOLineSettings()
        for point in definitions {
            settings.isOutput = point.mode == .output
            settings.initial = point.initial
            settings.isActiveLow = point.isActiveLow
            settings.bias = point.bias
            settings.drive = point.drive
            settings.edges.formUnion(point.edges)
            settings.debounceMicroseconds = point.debounceMicroseconds
        }
        periodNanoseconds = debounces ? 0 : UInt64(settings.debounceMicroseconds) * 1000
        if periodNanoseconds > 0 {
            // A level is steady or not only in view of both of its edges.
            settings.edges = .both
            settings.debounceMicroseconds = 0
        }
        self.settings = settings
    }

    /// A tracker of the line whose counters go on from `totals`.
    func tracker(_ totals: [PointID: Int64]) -> LineTracker {
        let trackers = zip(points, definitions).map { index, definition in
            PointTracker(
                definition, index: index, total: totals[definition.polled.point.id])
        }
        return LineTracker(
            trackers, requested: settings.edges, periodNanoseconds: periodNanoseconds)
    }
}
