// SPDX-License-Identifier: Apache-2.0

import Glibc
import Platform
import Telemetry
import TestSupport
import Testing

@testable import HAL

/// Edges taken without a loss, beside the kernel developers' own `gpiomon` in the same machine.
///
/// Whoever toggles the line shares the processor with whoever takes the edges, so the rate shows what
/// taking them costs. It is printed, for the table of benchmarks; only a loss of ours is a failure. gpiomon
/// asks for the kernel's smallest buffer, and on a busy machine loses edges that ours keeps.
@Suite(.serialized, .enabled(if: isVirtualMachine, "HALCYON_MACHINE is not \"virt\""))
struct EdgeRateOnHardwareTests {
    private static let edges = 4000
    private static let rounds = 5
    private let chip: SimulatedGPIO

    init() throws { chip = try SimulatedGPIO("halcyon-rate-\(getpid())", lines: ["RATE_A"]) }

    @Test("edges are taken as fast as gpiomon takes them, and none is lost")
    func rate() async throws {
        var own: [Double] = []
        var peer: [Double] = []
        // By turns, so that whatever else the machine does hits both.
        for _ in 0..<Self.rounds {
            own.append(try await driverRate())
            if let rate = try peerRate() { peer.append(rate) }
        }
        let mine = own.sorted()[Self.rounds / 2]
        guard !peer.isEmpty else {
            print("gpio edges/s: \(Int(mine)), gpiomon lost edges in each of \(Self.rounds) rounds")
            return
        }
        let theirs = peer.sorted()[peer.count / 2]
        print(
            "gpio edges/s: \(Int(mine)), gpiomon \(Int(theirs)), ratio \(mine / theirs); gpiomon "
                + "lost edges in \(Self.rounds - peer.count) of \(Self.rounds) rounds")
    }

    private func driverRate() async throws -> Double {
        let point = GPIOFixtures.point("rate", "RATE_A", .counter) { $0.edges = .both }
        let driver = try GPIODriver(
            GPIOBusDefinition(devices: [GPIODeviceDefinition(name: "io", points: [point])]),
            totals: [point.polled.point.id: 0])
        _ = await driver.read(device: 0, points: [0])
        let start = SystemClock.monotonicMicroseconds()
        try chip.storm(0, pulses: Self.edges / 2)
        let outcome = await driver.read(device: 0, points: [0])
        let seconds = Double(SystemClock.monotonicMicroseconds() - start) / 1e6
        #expect(outcome == [.good(.integer(Int64(Self.edges)))])
        #expect(await driver.statistics.lostEdges == 0)
        await driver.close()
        return Double(Self.edges) / seconds
    }

    /// It ends by itself after so many edges; one that lost some waits for ever, and is killed: `nil`.
    private func peerRate() throws -> Double? {
        let monitor = try ChildProcess(
            "/usr/bin/gpiomon", ["--quiet", "--edges=both", "-n", "\(Self.edges)", "RATE_A"])
        // It has the line when nobody else can have it; a moment is enough and is not measured.
        usleep(500_000)
        let start = SystemClock.monotonicMicroseconds()
        try chip.storm(0, pulses: Self.edges / 2)
        let status = monitor.finish(seconds: 8).status
        let seconds = Double(SystemClock.monotonicMicroseconds() - start) / 1e6
        return status == 0 ? Double(Self.edges) / seconds : nil
    }
}

private let isVirtualMachine =
    SimulatedGPIO.isThere && getenv("HALCYON_MACHINE").map { String(cString: $0) } == "virt"
