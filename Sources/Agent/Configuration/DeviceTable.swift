// SPDX-License-Identifier: Apache-2.0

internal import HAL
internal import Telemetry

/// A `[[device]]` with what all drivers have in common, and its `[[device.point]]`s.
final class DeviceTable {
    let table: TableReader
    let name: String
    let bus: String
    let points: [PointTable]
    let timeoutMilliseconds: Int64
    let backoffMillisecondsMin: Int64
    let backoffMillisecondsMax: Int64

    init(_ table: TableReader) {
        self.table = table
        let name = table.text("name")
        self.name = name
        if PointID(name) == nil || name.contains("/") {
            table.problem("name", "must be letters, digits, \"-\", \".\" and \"_\"")
        }
        bus = table.text("bus")
        timeoutMilliseconds = table.seconds(
            "timeout_seconds", inMilliseconds: 10...HALLimits.timeoutMillisecondsMax, default: 0.5)
        let longest = HALLimits.backoffMillisecondsMax
        backoffMillisecondsMin = table.seconds(
            "backoff_seconds", inMilliseconds: 1...longest, default: 1)
        backoffMillisecondsMax = table.seconds(
            "backoff_seconds_max", inMilliseconds: 1...longest, default: 60)
        if backoffMillisecondsMax < backoffMillisecondsMin {
            table.problem("backoff_seconds_max", "must not be less than backoff_seconds")
        }
        let period = table.optionalNumber("period_seconds", in: PointTable.periodSeconds)
        points = table.tables("point").map {
            PointTable($0, device: name, periodSeconds: period)
        }
        if points.isEmpty { table.problem("a device has at least one [[device.point]]") }
        var lines: [String: Int] = [:]
        for point in points {
            if let line = lines[point.name] {
                point.table.problem(
                    "name", "\"\(name)/\(point.name)\" is already defined at line \(line)")
            }
            lines[point.name] = point.table.line
        }
    }

    /// Notes keys that nobody asked for, also in the points.
    func finish() {
        for point in points { point.table.finish() }
        table.finish()
    }
}
