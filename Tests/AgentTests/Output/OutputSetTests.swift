// SPDX-License-Identifier: Apache-2.0

import HAL
import Journal
import Platform
import Telemetry
import TestSupport
import Testing

@testable import Agent

/// Real journal, real files, real buses; only who gives commands is the test.
@Suite struct OutputSetTests {
    /// An agent's outputs with one bus.
    final class Site {
        let folder: TemporaryFolder
        let configuration: Configuration
        let outputs: OutputSet
        let buses: BusSet
        let clock: any HALClock
        var journal: Journal?

        static let relay = PointID("pump/relay")

        init(
            _ rules: String = "safe = false\ninterval_seconds_min = 0", extra: String = "",
            clock: any HALClock = SystemHALClock(),
            stopMilliseconds: Int64 = AgentLimits.outputStopMilliseconds
        ) throws {
            self.clock = clock
            outputs = OutputSet(clock: clock, stopMilliseconds: stopMilliseconds)
            folder = try TemporaryFolder()
            try folder.write("", to: "/state/.keep")
            try folder.write("", to: "/kernel/.keep")
            try folder.write(
                """
                [agent]
                state_directory = "\(folder.path)/state"
                [[bus]]
                name = "sim"
                driver = "simulated"
                state_folder = "\(folder.path)/kernel"
                [[device]]
                name = "door"
                bus = "sim"
                [[device.point]]
                name = "closed"
                unit = "/"
                period_seconds = 0.05
                waveform = "output:true"
                [[device]]
                name = "pump"
                bus = "sim"
                timeout_seconds = 0.1
                [[device.point]]
                name = "relay"
                unit = "/"
                period_seconds = 0.02
                waveform = "output:true"
                \(extra)
                [device.point.output]
                \(rules)
                """, to: "/halcyon.toml")
            configuration = try ConfigurationReader.load(folder.path + "/halcyon.toml")
                .configuration
            buses = BusSet(
                queue: ReadingQueue(countMax: 0), totals: CounterTotals(), outputs: outputs,
                clock: clock)
        }

        func start() async throws {
            await buses.secure(configuration.buses)
            let journal = try Journal.open(
                at: configuration.journalFile, now: clock.now(), bootID: "test"
            ).journal
            self.journal = journal
            await outputs.open(journal)
            await buses.set(configuration.buses)
            await outputs.attempted(bus: "sim")
        }

        func stop() async {
            await outputs.stop()
            await buses.stop()
            await journal?.close()
        }

        /// What the kernel would hold.
        var shown: String {
            let bytes = (try? File.read(folder.path + "/kernel/pump.relay", bytesMax: 64)) ?? []
            return String(decoding: bytes.prefix { $0 > 0x20 }, as: UTF8.self)
        }

        func history() throws -> [StoredCommand] {
            try JournalReader(configuration.journalFile).commands().reversed()
        }

        func waitUntil(_ isSo: () async -> Bool) async -> Bool {
            for _ in 0..<1000 {
                if await isSo() { return true }
                try? await Task.sleep(for: .milliseconds(5))
            }
            return false
        }
    }

    /// A clock that stands, ahead of the machine's, which the guard process goes by.
    private static func clock() -> ManualClock { ManualClock(uptimeMilliseconds: 1 << 40) }

    private static func id(_ name: String) throws -> PointID { try #require(PointID(name)) }

    @Test("a command is written, read back, kept with its result, and ends in the safe state")
    func command() async throws {
        let site = try Site()
        let relay = try Self.id("pump/relay")
        try await site.start()
        #expect(site.shown == "false")
        let lease = try await site.outputs.acquire(relay, holder: "me", milliseconds: 10_000)
        try await site.outputs.write(.boolean(true), to: relay, lease)
        #expect(site.shown == "true")
        #expect(try site.history().last?.ending?.result == .done)
        try await site.outputs.release(relay, lease)
        #expect(await site.waitUntil { site.shown == "false" })
        await site.stop()
        let history = try site.history()
        #expect(history.map(\.command.holder) == ["halcyon", "me", "halcyon", "halcyon"])
        #expect(history.map(\.command.value) == [false, true, false, false].map { .boolean($0) })
        #expect(
            history.map { $0.ending?.cause ?? "open" } == ["start", "", "released", "stopped"])
        #expect(history.allSatisfy { $0.ending?.result == .done })
    }

    @Test("a lease that runs out ends in the safe state without anybody's help, and not before")
    func expiry() async throws {
        let clock = Self.clock()
        let site = try Site(clock: clock)
        let relay = try Self.id("pump/relay")
        try await site.start()
        let lease = try await site.outputs.acquire(relay, holder: "me", milliseconds: 300)
        try await site.outputs.write(.boolean(true), to: relay, lease)
        clock.advance(milliseconds: 299)
        let renewed = try await site.outputs.renew(relay, lease, milliseconds: 300)
        clock.advance(milliseconds: 299)
        try await site.outputs.write(.boolean(true), to: relay, renewed)
        #expect(site.shown == "true")
        clock.advance(milliseconds: 1)
        #expect(await site.waitUntil { site.shown == "false" })
        await #expect(throws: OutputRefusal.leaseExpired) {
            try await site.outputs.write(.boolean(true), to: relay, lease)
        }
        await site.stop()
    }

    @Test("an interlock that breaks switches off, by the bus's own readings, and by their absence")
    func interlock() async throws {
        let site = try Site(
            "safe = false\ninterval_seconds_min = 0\ninterlock = [\"door/closed is true\"]")
        let relay = try Self.id("pump/relay")
        try await site.start()
        let isRead = await site.waitUntil {
            guard
                let lease = try? await site.outputs.acquire(
                    relay, holder: "me", milliseconds: 10_000)
            else { return false }
            if (try? await site.outputs.write(.boolean(true), to: relay, lease)) != nil {
                return true
            }
            try? await site.outputs.release(relay, lease)
            return false
        }
        #expect(isRead && site.shown == "true")
        try site.folder.write("false\n", to: "/kernel/door.closed")
        #expect(await site.waitUntil { site.shown == "false" })
        let lease = try await site.outputs.acquire(relay, holder: "me", milliseconds: 10_000)
        let refusal = await #expect(throws: OutputRefusal.self) {
            try await site.outputs.write(.boolean(true), to: relay, lease)
        }
        #expect(refusal?.word == "interlock")
        await site.stop()
        #expect(try site.history().contains { $0.ending?.cause.hasPrefix("interlock") == true })
    }

    @Test("what somebody else does to an output is undone")
    func drift() async throws {
        let site = try Site()
        try await site.start()
        try site.folder.write("true\n", to: "/kernel/pump.relay")
        #expect(await site.waitUntil { site.shown == "false" })
        await site.stop()
        #expect(try site.history().map { $0.ending?.cause }.contains("drifted: shows true"))
    }

    @Test("a write that fails is kept as failed and followed by the safe state")
    func failure() async throws {
        let site = try Site(extra: "write_faults = [\"busy:every:2\"]")
        let relay = try Self.id("pump/relay")
        try await site.start()
        let lease = try await site.outputs.acquire(relay, holder: "me", milliseconds: 10_000)
        await #expect(
            throws: OutputRefusal.failed(WriteFailure(.busy, "write", "pump/relay"))
        ) { try await site.outputs.write(.boolean(true), to: relay, lease) }
        #expect(await site.waitUntil { site.shown == "false" })
        await site.stop()
        #expect(try site.history().map { $0.ending?.result }.prefix(2) == [.done, .failed])
    }

    @Test("an output that can't be reached is tried on, holds nobody up, and is said to be so")
    func unreachable() async throws {
        let clock = Self.clock()
        let site = try Site(
            extra: "write_faults = [\"output-differs:between:0:0.5\"]", clock: clock)
        let relay = try Self.id("pump/relay")
        try await site.start()
        await #expect(throws: OutputRefusal.returningToSafe(.start)) {
            try await site.outputs.acquire(relay, holder: "me", milliseconds: 1000)
        }
        #expect(site.shown == "")
        clock.advance(milliseconds: 500)
        #expect(await site.waitUntil { site.shown == "false" })
        await site.stop()
        let results = try site.history().map { $0.ending?.result }
        #expect(results == [.failed, .done, .done])
    }

    @Test("nothing is written that can't be recorded")
    func unrecorded() async throws {
        let site = try Site()
        let relay = try Self.id("pump/relay")
        try await site.start()
        await site.journal?.close()
        let lease = try await site.outputs.acquire(relay, holder: "me", milliseconds: 10_000)
        await #expect(throws: OutputRefusal.notRecorded) {
            try await site.outputs.write(.boolean(true), to: relay, lease)
        }
        #expect(site.shown == "false")
        await site.stop()
    }

    @Test("a rate is kept across a restart of the agent")
    func rate() async throws {
        let rules = "safe = false\ninterval_seconds_min = 0\nchanges_per_hour_max = 2"
        let site = try Site(rules)
        let relay = try Self.id("pump/relay")
        try await site.start()
        var lease = try await site.outputs.acquire(relay, holder: "me", milliseconds: 10_000)
        try await site.outputs.write(.boolean(true), to: relay, lease)
        try await site.outputs.write(.boolean(false), to: relay, lease)
        await site.stop()
        let next = OutputSet(clock: SystemHALClock())
        let bus = try #require(site.configuration.buses.first)
        let driver = try bus.makeDriver(clock: SystemHALClock())
        await next.begin(bus, try #require(driver as? any OutputDriver))
        await next.attempted(bus: "sim")
        let journal = try Journal.open(
            at: site.configuration.journalFile, now: SystemClock.now(), bootID: "test"
        ).journal
        await next.open(journal)
        lease = try await next.acquire(relay, holder: "me", milliseconds: 10_000)
        let refusal = await #expect(throws: OutputRefusal.self) {
            try await next.write(.boolean(true), to: relay, lease)
        }
        #expect(refusal?.word == "too-often")
        await next.stop()
        await journal.close()
    }

    @Test("a rate is kept when the configuration of the bus changes, and there and back again")
    func rateReloaded() async throws {
        let rules = "safe = false\ninterval_seconds_min = 0\nchanges_per_hour_max = 2"
        let site = try Site(rules)
        let relay = try Self.id("pump/relay")
        try await site.start()
        var lease = try await site.outputs.acquire(relay, holder: "me", milliseconds: 10_000)
        try await site.outputs.write(.boolean(true), to: relay, lease)
        try await site.outputs.write(.boolean(false), to: relay, lease)
        await site.buses.set([])
        await site.buses.set(site.configuration.buses)
        await site.outputs.attempted(bus: "sim")
        lease = try await site.outputs.acquire(relay, holder: "me", milliseconds: 10_000)
        let refusal = await #expect(throws: OutputRefusal.self) {
            try await site.outputs.write(.boolean(true), to: relay, lease)
        }
        #expect(refusal?.word == "too-often")
        await site.stop()
    }

    @Test("an output that leaves the configuration is safe before its bus is let go")
    func reconfigured() async throws {
        let site = try Site()
        let relay = try Self.id("pump/relay")
        try await site.start()
        let lease = try await site.outputs.acquire(relay, holder: "me", milliseconds: 10_000)
        try await site.outputs.write(.boolean(true), to: relay, lease)
        await site.buses.set([])
        #expect(site.shown == "false")
        await #expect(throws: OutputRefusal.unknownOutput) {
            try await site.outputs.write(.boolean(true), to: relay, lease)
        }
        await site.stop()
        #expect(try site.history().last?.ending?.cause == "reconfigured")
    }

    @Test("a lease from before a change of the configuration is none of the leases after it")
    func staleLease() async throws {
        let site = try Site()
        let relay = try Self.id("pump/relay")
        try await site.start()
        let old = try await site.outputs.acquire(relay, holder: "old", milliseconds: 10_000)
        await site.buses.set([])
        await site.buses.set(site.configuration.buses)
        await site.outputs.attempted(bus: "sim")
        let new = try await site.outputs.acquire(relay, holder: "new", milliseconds: 10_000)
        #expect(new.id != old.id)
        await #expect(throws: OutputRefusal.noLease) {
            try await site.outputs.write(.boolean(true), to: relay, old)
        }
        try await site.outputs.write(.boolean(true), to: relay, new)
        #expect(site.shown == "true")
        await site.stop()
    }

    @Test("of many who want an output at once, one gets it")
    func contention() async throws {
        let site = try Site()
        let relay = try Self.id("pump/relay")
        try await site.start()
        let outputs = site.outputs
        let winners = await withTaskGroup(of: Bool.self) { group in
            for index in 0..<32 {
                group.addTask {
                    (try? await outputs.acquire(relay, holder: "h\(index)", milliseconds: 5000))
                        != nil
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(winners == 1)
        await site.stop()
        #expect(site.shown == "false")
    }
}
