// SPDX-License-Identifier: Apache-2.0

import HAL
import Platform
import Telemetry
import Testing

@Suite struct SystemHALClockTests {
    @Test("a sleep ends when its millisecond begins, whenever within one it began")
    func precision() async throws {
        let clock = SystemHALClock()
        var lateness: [Int64] = []
        for _ in 0..<30 {
            // Begun late in a millisecond: what is left of it is part of the sleep.
            while SystemClock.uptimeNanoseconds() % 1_000_000 < 900_000 {}
            let target = SystemClock.uptimeNanoseconds() / 1_000_000 + 5
            try await clock.sleep(untilUptimeMilliseconds: target)
            lateness.append(SystemClock.uptimeNanoseconds() - target * 1_000_000)
        }
        #expect(lateness.allSatisfy { $0 >= 0 })
        // The machine may be busy, but not each time.
        #expect(try #require(lateness.min()) < 700_000, "\(lateness)")
    }

    @Test("a sleep until a time that has passed, or for ever, is none, or ends with its task")
    func bounds() async throws {
        let clock = SystemHALClock()
        try await clock.sleep(untilUptimeMilliseconds: .min)
        try await clock.sleep(untilUptimeMilliseconds: clock.now().uptimeMilliseconds)
        let task = Task { try await clock.sleep(untilUptimeMilliseconds: .max) }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }
}
