// SPDX-License-Identifier: Apache-2.0

import HAL
import Telemetry
import Testing

@Suite struct DeviceRulesTests {
    static func device(
        _ name: String = "a", periods: [Int64] = [1000], timeout: Int64 = 1000,
        backoff: (Int64, Int64) = (1000, 60_000)
    ) throws -> DeviceDescription {
        let points = try periods.enumerated().map { index, period in
            PolledPoint(
                point: Point(id: try #require(PointID("\(name)/\(index)")), unit: .count),
                periodMilliseconds: period)
        }
        return DeviceDescription(
            name: name, points: points, timeoutMilliseconds: timeout,
            backoffMillisecondsMin: backoff.0, backoffMillisecondsMax: backoff.1)
    }

    @Test("a bus within every limit is accepted")
    func accepted() throws {
        try DeviceDescription.check([])
        try DeviceDescription.check([
            Self.device("a", periods: [10, 604_800_000]),
            Self.device("b", timeout: 60_000, backoff: (1, 3_600_000)),
        ])
    }

    @Test(
        "a period outside the limits is refused at its point",
        arguments: [Int64.min, -1, 0, 9, 604_800_001, .max])
    func periods(period: Int64) throws {
        let devices = [try Self.device(periods: [1000, period])]
        let error = #expect(throws: HALError.self) { try DeviceDescription.check(devices) }
        #expect(error?.rule == .periodOutOfRange && error?.place == "a/1")
    }

    @Test("a time limit outside its bounds is refused", arguments: [Int64.min, 0, 60_001])
    func timeouts(timeout: Int64) throws {
        let devices = [try Self.device(timeout: timeout)]
        let error = #expect(throws: HALError.self) { try DeviceDescription.check(devices) }
        #expect(error?.rule == .timeoutOutOfRange && error?.place == "a")
    }

    @Test(
        "back-off bounds that are reversed or out of bounds are refused",
        arguments: [(Int64(0), Int64(1)), (2, 1), (1, 3_600_001), (Int64.min, Int64.max)])
    func backoffs(bounds: (Int64, Int64)) throws {
        let devices = [try Self.device(backoff: bounds)]
        let error = #expect(throws: HALError.self) { try DeviceDescription.check(devices) }
        #expect(error?.rule == .backoffOutOfRange && error?.place == "a")
    }

    @Test("two devices or two points of one name are refused, and so is one point too many")
    func counts() throws {
        let one = try Self.device("a")
        #expect(throws: HALError(.duplicateDevice, at: "a")) {
            try DeviceDescription.check([one, one])
        }
        let twin = DeviceDescription(name: "b", points: one.points)
        #expect(throws: HALError(.duplicatePoint, at: "a/0")) {
            try DeviceDescription.check([one, twin])
        }
        let many = [Int64](repeating: 10, count: HALLimits.pointsPerBusMax)
        try DeviceDescription.check([Self.device("c", periods: many)])
        let full = [one, try Self.device("c", periods: many)]
        let error = #expect(throws: HALError.self) { try DeviceDescription.check(full) }
        #expect(error?.rule == .tooManyPoints && error?.place == "c")
    }
}
