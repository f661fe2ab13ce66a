// SPDX-License-Identifier: Apache-2.0

import HAL
import TestSupport
import Testing

@Suite struct ScheduleTests {
    static let day: Int64 = 86_400_000

    @Test("a day of several periods gives exact counts, every tick on its grid")
    func day() throws {
        let periods: [Int64] = [570, 500, 1000, 1001, 7000, 60_000, 3_600_000, 86_400_000]
        let devices = [
            DeviceDescription.test("a", periods: periods),
            .test("b", periods: [5000, 5000, 2500]),
        ]
        let start: Int64 = 12_345
        var schedule = try Schedule(devices: devices, startMilliseconds: start)
        var counts = devices.map { [Int64](repeating: 0, count: $0.points.count) }
        var random = TestRandom(seed: 1)
        var offGrid = 0
        var unsorted = 0
        while let due = schedule.nextDue, due < start + Self.day {
            // Woken up to 9 ms late, as timers are.
            let now = due + Int64.random(in: 0...9, using: &random)
            for group in schedule.due(at: now) {
                for point in group.points {
                    counts[group.device][point] += 1
                    let period = devices[group.device].points[point].periodMilliseconds
                    let late = (now - start) % period
                    if late > 9 { offGrid += 1 }
                }
                if group.points != group.points.sorted() { unsorted += 1 }
            }
        }
        #expect(offGrid == 0 && unsorted == 0)
        // Lateness can carry a tick over the day's end, never lose one.
        for (device, row) in zip(devices, counts) {
            for (polled, count) in zip(device.points, row) {
                let period = polled.periodMilliseconds
                let exact = (Self.day + period - 1) / period
                #expect((exact...exact + 1).contains(count), "period \(period)")
            }
        }
        #expect(counts[0][1] == 172_800 && counts[0][2] == 86_400 && counts[0][6] == 24)
        #expect(schedule.missedTicks == [0, 0])
    }

    @Test("points of one device that are due together come in one group")
    func groups() throws {
        let devices = [
            DeviceDescription.test("a", periods: [200, 100, 200]), .test("b", periods: [100]),
        ]
        var schedule = try Schedule(devices: devices, startMilliseconds: 0)
        #expect(schedule.due(at: 0).map(\.points) == [[0, 1, 2], [0]])
        #expect(schedule.due(at: 99).isEmpty)
        #expect(schedule.nextDue == 100)
        #expect(schedule.due(at: 100).map(\.points) == [[1], [0]])
        let both = schedule.due(at: 203)
        #expect(both.map(\.points) == [[0, 1, 2], [0]])
        #expect(both.map(\.scheduledMilliseconds) == [200, 200])
        #expect(both.map(\.deadlineMilliseconds) == [300, 300])
        #expect(schedule.nextDue { $0 == 1 } == 300)
        #expect(schedule.nextDue { _ in false } == nil)
    }

    @Test("after a stall each point comes once, the rest is counted, and the grid holds")
    func stall() throws {
        let devices = [DeviceDescription.test("a", periods: [100, 100, 1000])]
        var schedule = try Schedule(devices: devices, startMilliseconds: 5)
        _ = schedule.due(at: 5)
        let late = schedule.due(at: 5 + 10_050)
        #expect(late.map(\.points) == [[0, 1, 2]])
        // 99 ticks before the newest one of each of two points, 9 of the third.
        #expect(schedule.missedTicks == [207])
        #expect(schedule.due(at: 5 + 10_050).isEmpty)
        #expect(schedule.nextDue == 10_105)
        #expect(schedule.due(at: 5 + 10_100).map(\.points) == [[0, 1]])
        #expect(schedule.missedTicks == [207])
    }

    @Test(
        "jumps to the ends of the clock neither trap nor burst",
        arguments: [
            (.min, .max), (0, .max), (.min, 0), (.max - 5, .max), (.max, .max), (.min, .min),
            (-7, 7),
        ] as [(Int64, Int64)])
    func jumps(start: Int64, end: Int64) throws {
        let devices = [DeviceDescription.test("a", periods: [10, 604_800_000])]
        var schedule = try Schedule(devices: devices, startMilliseconds: start)
        #expect(schedule.due(at: end).map(\.points) == [[0, 1]])
        let late = UInt64(bitPattern: end &- start)
        #expect(schedule.missedTicks == [late / 10 + late / 604_800_000])
        #expect(schedule.due(at: end).isEmpty)
        if let next = schedule.nextDue { #expect(next > end && next <= end + 10) }
    }

    @Test("a clock that went back makes nothing due, and nothing twice")
    func backwards() throws {
        let devices = [DeviceDescription.test("a", periods: [100])]
        var schedule = try Schedule(devices: devices, startMilliseconds: 1000)
        #expect(schedule.due(at: 999).isEmpty)
        #expect(schedule.due(at: 1000).count == 1)
        #expect(schedule.due(at: .min).isEmpty)
        #expect(schedule.nextDue == 1100)
        #expect(schedule.missedTicks == [0])
    }

    @Test("a bus that breaks a rule has no schedule")
    func refusal() {
        let devices = [DeviceDescription.test("a", periods: [0])]
        let error = #expect(throws: HALError.self) {
            try Schedule(devices: devices, startMilliseconds: 0)
        }
        #expect(error?.rule == .periodOutOfRange)
    }
}
