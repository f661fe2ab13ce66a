// SPDX-License-Identifier: Apache-2.0

import HAL
import Synchronization
import Telemetry
import Testing

/// One bus shared by polling, writing and discovery.
@Suite(.serialized) struct ModbusSharingTests {
    private static let period: Int64 = 50
    private static let output = OutputIndex(device: 0, point: 0)

    /// A poller on a bus whose slave takes `delay` for every answer.
    private struct Shared {
        let server: ScriptedTCPSlave
        let driver: ModbusDriver
        let runner: BusRunner
        let polling: Task<Void, Never>

        init(delayMilliseconds delay: Int, answersOthers: Bool = true) throws {
            let memory = MemorySlave(base: 0, [0, 1, 2])
            let obedient = MemorySlave.tcp([1: memory])
            server = try ScriptedTCPSlave { index, request in
                if request[6] != 1, !answersOthers { return [] }
                return [.wait(milliseconds: delay)] + obedient(index, request)
            }
            driver = try ModbusFixtures.tcp(
                server.port,
                ModbusFixtures.device([
                    try ModbusFixtures.point(
                        "p", .holding, 0, period: ModbusSharingTests.period, write: .single)
                ]))
            runner = try BusRunner(driver: driver) { _ in }
            let runner = runner
            polling = Task { await runner.run() }
        }

        func stop() async {
            polling.cancel()
            await polling.value
            server.stop()
        }

        /// Returns when the poller has polled so often, or after half a minute.
        func polled(_ count: UInt64) async throws {
            let end = ContinuousClock.now + .seconds(30)
            while await runner.statistics.devices[0].exchanges < count, ContinuousClock.now < end {
                try await Task.sleep(for: .milliseconds(5))
            }
        }

        /// Polls made and ticks missed.
        var account: (polls: UInt64, missed: UInt64) {
            get async {
                let device = await runner.statistics.devices[0]
                return (device.exchanges, device.missedTicks)
            }
        }
    }

    @Test("a write waits for one exchange of a poller at most")
    func oneExchange() async throws {
        let shared = try Shared(delayMilliseconds: 10)
        try await shared.polled(1)
        var waits: [Int] = []
        for value in 0..<30 as Range<Int64> {
            let before = ScriptedSlave.now()
            try await shared.driver.write(.integer(value), to: Self.output)
            let after = shared.server.requests.filter { $0.arrived > before }.map { $0.bytes[7] }
            waits.append(after.firstIndex(of: 6) ?? 99)
            // Nothing comes between a write and what is read back.
            let write = after.firstIndex(of: 6) ?? 0
            #expect(after.count > write + 1 && after[write + 1] == 3)
        }
        await shared.stop()
        #expect(waits.allSatisfy { $0 <= 1 }, "\(waits)")
    }

    @Test("polling keeps its period beside writes at the rate limit")
    func writes() async throws {
        let shared = try Shared(delayMilliseconds: 2)
        let writing = Task { [driver = shared.driver] in
            var count = 0
            while !Task.isCancelled {
                try await driver.write(.integer(Int64(count % 1000)), to: Self.output)
                count += 1
                try? await Task.sleep(for: .milliseconds(100))
            }
            return count
        }
        try await shared.polled(40)
        writing.cancel()
        let count = try await writing.value
        let account = await shared.account
        await shared.stop()
        #expect(count >= 5)
        #expect(account.polls >= 40)
        // What a loaded machine misses by itself.
        #expect(account.missed <= account.polls / 4, "\(account)")
    }

    @Test("polling keeps its period beside a scan, also among units that never answer")
    func scan() async throws {
        let shared = try Shared(delayMilliseconds: 1, answersOthers: false)
        let settings = DiscoverySettings(unitIDs: Array(2...61), timeoutMilliseconds: 20)
        let scan = Task { [driver = shared.driver] in
            try await ModbusDiscovery(driver, settings).scan()
        }
        #expect(try await scan.value.devices.isEmpty)
        let account = await shared.account
        let requests = shared.server.requests.map { $0.bytes[6] == 1 }
        await shared.stop()
        // 60 silent units take 1.2 s at least: 24 periods.
        #expect(account.polls >= 15)
        #expect(account.missed <= account.polls / 4, "\(account)")
        // A poll that is due waits for one question: five fit into a period with the rest of it.
        let runs = requests.split(separator: true, omittingEmptySubsequences: true).map(\.count)
        #expect((runs.max() ?? 0) <= 12, "\(runs)")
    }
}
