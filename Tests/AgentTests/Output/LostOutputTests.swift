// SPDX-License-Identifier: Apache-2.0

import HAL
import Journal
import Telemetry
import TestSupport
import Testing

@testable import Agent

/// Outputs that leave the configuration while their hardware does not obey.
@Suite struct LostOutputTests {
    /// A relay that is on, and obeys again only so many seconds after the start.
    private func site(
        obeysAfter seconds: Int64
    ) async throws -> (OutputSetTests.Site, ManualClock) {
        // Ahead of the machine's clock, which the guard process goes by.
        let clock = ManualClock(uptimeMilliseconds: 1 << 40)
        let site = try OutputSetTests.Site(
            extra: "write_faults = [\"output-differs:between:1:\(seconds)\"]", clock: clock,
            stopMilliseconds: 20)
        let relay = try #require(PointID("pump/relay"))
        try await site.start()
        let lease = try await site.outputs.acquire(relay, holder: "me", milliseconds: 60_000)
        try await site.outputs.write(.boolean(true), to: relay, lease)
        clock.advance(milliseconds: 1000)
        return (site, clock)
    }

    /// Moves the clock until `isSo`, in steps of a retry.
    private func advance(
        _ clock: ManualClock, seconds: Int64, until isSo: () -> Bool = { false }
    ) async {
        for _ in 0..<(seconds / 5) where !isSo() {
            clock.advance(milliseconds: 5000)
            try? await Task.sleep(for: .milliseconds(2))
        }
    }

    @Test("a safe state that hardware refuses at a reload is tried on until it takes it")
    func later() async throws {
        let (site, clock) = try await site(obeysAfter: 60)
        await site.buses.set([])
        #expect(site.shown == "true")
        await advance(clock, seconds: 50)
        #expect(site.shown == "true")
        await advance(clock, seconds: 5000) { site.shown == "false" }
        #expect(site.shown == "false")
        // The journal hears of it a moment after the hardware.
        let isKept = await site.waitUntil {
            let ending = try? site.history().last?.ending
            return ending?.result == .done && ending?.cause == "reconfigured"
        }
        #expect(isKept)
        await site.stop()
    }

    @Test("it is given up after an hour, or when the output is configured again")
    func bounds() async throws {
        let (site, clock) = try await site(obeysAfter: 4000)
        await site.buses.set([])
        await advance(clock, seconds: 3600)
        clock.advance(milliseconds: 1_000_000)
        // Nothing sleeps until another attempt any more.
        try await Task.sleep(for: .milliseconds(100))
        #expect(site.shown == "true")
        await site.buses.set(site.configuration.buses)
        await site.outputs.attempted(bus: "sim")
        #expect(site.shown == "false")
        await site.stop()
    }

    @Test("a write that hangs is told, for the watchdog")
    func hanging() async throws {
        let site = try OutputSetTests.Site()
        let now = SystemHALClock().now().uptimeMilliseconds
        try await site.start()
        #expect(await site.outputs.hanging(at: now + 3_600_000) == nil)
        await site.stop()
        let held = try await OutputLeaveTests.Site()
        let lease = try await held.outputs.acquire(held.relay, holder: "me", milliseconds: 500)
        async let written: Void = held.outputs.write(.boolean(false), to: held.relay, lease)
        await held.waitForWrite()
        let start = held.clock.now().uptimeMilliseconds
        #expect(await held.outputs.hanging(at: start + 300_000) == nil)
        #expect(await held.outputs.hanging(at: start + 300_001) == held.relay)
        held.goOn()
        try await written
        #expect(await held.outputs.hanging(at: start + 300_001) == nil)
        await held.stop()
    }
}
