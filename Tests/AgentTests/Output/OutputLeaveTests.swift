// SPDX-License-Identifier: Apache-2.0

import Dispatch
import HAL
import Journal
import Platform
import Telemetry
import TestSupport
import Testing

@testable import Agent

/// A write waits for its bus; what ends meanwhile must not reach the hardware.
@Suite struct OutputLeaveTests {
    /// A relay on a bus that a test holds up before each write: real but for the time it takes.
    final class Site: Sendable {
        let clock = ManualClock(uptimeMilliseconds: 1 << 40)
        let outputs: OutputSet
        let relay: PointID
        let journal: Journal
        let configuration: Configuration
        private let folder: TemporaryFolder
        private let arrived = DispatchSemaphore(value: 0)
        private let gate = DispatchSemaphore(value: 0)

        init() async throws {
            let site = try OutputSetTests.Site(
                "safe = false\ninterval_seconds_min = 0\ninterlock = [\"door/closed is true\"]",
                clock: clock)
            folder = site.folder
            configuration = site.configuration
            relay = try #require(PointID("pump/relay"))
            outputs = OutputSet(clock: clock)
            let bus = try #require(configuration.buses.first)
            let definitions = try bus.devices.map { device in
                SimulatedDeviceDefinition(
                    name: device.name,
                    points: try device.points.map {
                        SimulatedPointDefinition(
                            polled: $0, waveform: try SimulatedWaveform(parsing: "output:true"))
                    }, delayMilliseconds: 1)
            }
            let driver = try SimulatedDriver(
                definitions, seed: 1, clock: clock, stateFolder: site.folder.path + "/kernel"
            ) { [arrived, gate] _ in
                arrived.signal()
                gate.wait()
            }
            journal = try Journal.open(
                at: configuration.journalFile, now: clock.now(), bootID: "test"
            ).journal
            await outputs.open(journal)
            gate.signal()
            await outputs.begin(bus, driver)
            await waitForWrite()
            await outputs.attempted(bus: bus.name)
        }

        /// Reports what the door shows.
        func report(door isClosed: Bool) async throws {
            let door = try #require(configuration.buses.first?.points.first)
            await outputs.observe([
                Reading(point: door.point, outcome: .good(.boolean(isClosed)), time: clock.now())
            ])
        }

        /// Returns when a write is held up.
        func waitForWrite() async {
            await withCheckedContinuation { continuation in
                DispatchQueue.global().async { [arrived] in
                    arrived.wait()
                    continuation.resume()
                }
            }
        }

        /// Lets the write go on that is held up.
        func goOn() { gate.signal() }

        /// What the relay shows.
        var shown: String {
            let bytes = (try? File.read(folder.path + "/kernel/pump.relay", bytesMax: 64)) ?? []
            return String(decoding: bytes.prefix { $0 > 0x20 }, as: UTF8.self)
        }

        func stop() async {
            for _ in 0..<4 { gate.signal() }
            await outputs.stop()
            await journal.close()
        }
    }

    @Test(
        "a write that waits for its bus is not begun when its leave has ended",
        arguments: ["lease", "interlock", "stale", "asked"])
    func ended(way: String) async throws {
        let site = try await Site()
        try await site.report(door: true)
        let lease = try await site.outputs.acquire(site.relay, holder: "me", milliseconds: 500)
        async let refused: OutputRefusal? = {
            do throws(OutputRefusal) {
                try await site.outputs.write(.boolean(true), to: site.relay, lease)
                return nil
            } catch {
                return error
            }
        }()
        await site.waitForWrite()
        switch way {
        case "lease": site.clock.advance(milliseconds: 500)
        case "interlock": try await site.report(door: false)
        case "stale":
            _ = try await site.outputs.renew(site.relay, lease, milliseconds: 5000)
            site.clock.advance(milliseconds: 1001)
        default: break
        }
        let asked = Task {
            way == "asked" ? try await site.outputs.makeSafe(site.relay) : nil
        }
        if way == "asked" {
            while case .writing = await site.outputs.state(of: site.relay) { await Task.yield() }
        }
        site.goOn()
        #expect(try #require(await refused).word == "overridden")
        // The safe write is held up now: until then nothing was written at all.
        await site.waitForWrite()
        #expect(site.shown == "false")
        site.goOn()
        #expect(try await asked.value == nil)
        await site.stop()
        let stored = try JournalReader(site.configuration.journalFile).commands()
        #expect(stored.first { $0.command.holder == "me" }?.ending?.result == .overridden)
    }
}
