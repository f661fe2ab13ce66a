// SPDX-License-Identifier: Apache-2.0

public import HAL
public import Telemetry

extension Point {
    /// A point of a name that a test is sure of; one with another name if it was wrong.
    public static func test(_ name: String, unit: Unit = .count) -> Point {
        guard let id = PointID(name) ?? PointID("invalid-name-in-test") else {
            preconditionFailure("the alphabet of names has changed")
        }
        return Point(id: id, unit: unit)
    }
}

extension DeviceDescription {
    /// A device with a point `NAME/0`, `NAME/1` … for each period.
    public static func test(
        _ name: String, periods: [Int64], timeout: Int64 = 1000, backoffMin: Int64 = 1000,
        backoffMax: Int64 = 60_000
    ) -> DeviceDescription {
        DeviceDescription(
            name: name,
            points: periods.enumerated().map {
                PolledPoint(point: .test("\(name)/\($0.offset)"), periodMilliseconds: $0.element)
            },
            timeoutMilliseconds: timeout, backoffMillisecondsMin: backoffMin,
            backoffMillisecondsMax: backoffMax)
    }
}
