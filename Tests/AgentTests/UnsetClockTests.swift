// SPDX-License-Identifier: Apache-2.0

import HAL
import Telemetry
import TestSupport
import Testing

@testable import Agent

/// A board without a battery clock: it boots in 1970, and learns the time later.
@Suite struct UnsetClockTests {
    @Test("readings before the clock is set are uncertain, and none is lost when it jumps to today")
    func jump() async throws {
        let device = try Device(
            TestConfiguration.periods(commitSeconds: 1, attestationSeconds: 2)
                + TestConfiguration.bus("sim", periodsSeconds: [1]))
        let configuration = try ConfigurationReader.load(device.configuration).configuration
        let clock = ManualClock(wallMilliseconds: 5_000, uptimeMilliseconds: 5_000)
        let agent = try await Agent.start(
            configuration, file: device.configuration, clock: clock)
        let today: Int64 = 1_790_000_000_000
        for step in 0..<40 {
            if step == 20 { clock.setWall(milliseconds: today) }
            // The bus, the commits and the attestations.
            await clock.waitForSleepers(3)
            clock.advance(milliseconds: 500)
        }
        await clock.waitForSleepers(3)
        #expect(await agent.stop())
        var ledger = Ledger()
        try ledger.check(device.journal, whole: true)
        #expect(ledger.breaches.isEmpty && ledger.gaps.isEmpty)
        #expect(ledger.sequence > 3 && ledger.attested == UInt64(ledger.readings.count))
        let readings = ledger.readings.sorted { $0.key < $1.key }.map(\.value.reading)
        let (before, after) = (
            readings.filter { $0.time.wallMilliseconds < today },
            readings.filter { $0.time.wallMilliseconds >= today }
        )
        #expect(before.count >= 8 && after.count >= 8)
        #expect(
            before.allSatisfy {
                $0.outcome.quality == .uncertain && $0.outcome.fault == .clockNotSet
            })
        #expect(after.allSatisfy { $0.outcome.quality == .good })
        // One a second throughout: the jump was not a stall and caused no burst.
        let times = readings.map(\.time.uptimeMilliseconds)
        #expect(zip(times.dropFirst(), times).allSatisfy { $0 - $1 == 1000 })
    }
}
