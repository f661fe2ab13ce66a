// SPDX-License-Identifier: Apache-2.0

internal import HAL
internal import Telemetry

/// A `[[device]]` with what all drivers have in common, and its `[[device.point]]`s.
final class DeviceTable {
    let table: TableReader
    let name: String
    let bus: String
    /// What the device is; `nil` if it does not say.
    let profile: ProfileFile?
    let points: [PointTable]
    /// `timeout_seconds` where the file gives it.
    private let timeoutGiven: Int64?
    let backoffMillisecondsMin: Int64
    let backoffMillisecondsMax: Int64

    init(_ table: TableReader, profiles: ProfileLibrary?) {
        self.table = table
        let profile = table.optionalText("profile").flatMap { name in
            profiles?.profile(name, askedBy: table)
        }
        self.profile = profile
        if let profile, let record = profiles?.record {
            table.inherit(from: profile.deviceTable(record))
        }
        let name = table.text("name")
        self.name = name
        if PointID(name) == nil || name.contains("/") {
            table.problem("name", "must be letters, digits, \"-\", \".\" and \"_\"")
        }
        bus = table.text("bus")
        timeoutGiven = table.has("timeout_seconds") ? Self.timeout(table) : nil
        let longest = HALLimits.backoffMillisecondsMax
        backoffMillisecondsMin = table.seconds(
            "backoff_seconds", inMilliseconds: 1...longest, default: 1)
        backoffMillisecondsMax = table.seconds(
            "backoff_seconds_max", inMilliseconds: 1...longest, default: 60)
        if backoffMillisecondsMax < backoffMillisecondsMin {
            table.problem("backoff_seconds_max", "must not be less than backoff_seconds")
        }
        let period = table.optionalNumber("period_seconds", in: PointTable.periodSeconds)
        let own = table.tables("point")
        points = (profile?.points(with: own, for: table) ?? own).map {
            PointTable($0, device: name, periodSeconds: period)
        }
        if points.isEmpty, profile != nil || !table.has("profile") {
            table.problem("a device has at least one [[device.point]]")
        }
        var lines: [String: Int] = [:]
        for point in points {
            if let line = lines[point.name] {
                point.table.problem(
                    "name", "\"\(name)/\(point.name)\" is already defined at line \(line)")
            }
            lines[point.name] = point.table.line
        }
    }

    /// The longest wait for an answer, by default what the driver says.
    func timeoutMilliseconds(default seconds: Double = 0.5) -> Int64 {
        timeoutGiven ?? Self.timeout(table, default: seconds)
    }

    private static func timeout(_ table: TableReader, default seconds: Double? = nil) -> Int64 {
        table.seconds(
            "timeout_seconds", inMilliseconds: 10...HALLimits.timeoutMillisecondsMax,
            default: seconds)
    }

    /// Notes keys that nobody asked for, also in the points.
    func finish() {
        for point in points { point.table.finish() }
        table.finish()
    }
}
