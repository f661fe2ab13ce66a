// SPDX-License-Identifier: Apache-2.0

import Glibc
import Journal
import Platform
import Telemetry
import TestSupport
import Testing

/// A program that has an output is killed at every system call that shows; the output must not stay
/// on, and the journal must know what was wanted.
@Suite(.serialized, .enabled(if: SystemCallKill.isPossible, "strace can't trace here"))
struct OutputKillTests {
    /// What kills did, for a line at the end.
    struct Tally {
        var kills = 0
        var leftOn = 0
        var interrupted = 0
        var slowest: Int64 = 0
    }

    /// A guard process that is not there.
    static let noGuard = ["HALCYON_GUARD": "/nonexistent/halcyon-guard"]

    /// Runs `halcyon output set` so that it dies before its `count`-th `call`.
    static func set(
        _ site: OutputDevice, at call: String, count: Int, environment: [String: String]
    ) throws -> (output: String, isKilled: Bool) {
        let child = try SystemCallKill.start(
            BuiltProduct.path("halcyon"),
            [
                "output", "set", "pump/relay", "on", "--for", "0.15", "--config",
                site.device.configuration,
            ], at: call, count: count, environment: environment)
        let (output, status) = child.finish(seconds: 30)
        // On a busy machine the lease may be over before the write is.
        let isFine = status == 0 || status == 1 && output.contains("lease-expired")
        if status != -SIGKILL { #expect(isFine, "\(call) \(count): \(output)") }
        return (output, status == -SIGKILL)
    }

    /// Kills at each call of each kind that shows, until there are no more of it, and at every fifth
    /// of some that don't.
    static func sweep(_ body: (_ call: String, _ count: Int) throws -> Bool) throws -> Int {
        var kills = 0
        let steps =
            SystemCallKill.calls.map { ($0, 1) } + SystemCallKill.silentCalls.map { ($0, 5) }
        for (call, step) in steps {
            var count = 1
            while try body(call, count) {
                count += step
                kills += 1
                try #require(count < 1000, "\(call) never ends")
            }
        }
        return kills
    }

    /// Whether the journal knew what was wanted before the relay did, and what was told is there.
    static func checkIntent(_ site: OutputDevice, _ output: String, _ place: String) throws {
        let newest = try site.commands().last { $0.command.holder != "halcyon" }
        if site.isOn {
            #expect(newest != nil && newest?.ending?.result ?? .done == .done, "\(place)")
        }
        if output.contains("set: shows true") {
            #expect(newest?.ending?.result == .done, "\(place): \(output)")
        }
    }

    /// Starts the daemon and checks that it makes all good: first the relay, then the journal.
    static func restart(_ site: OutputDevice, _ place: String, _ tally: inout Tally) throws {
        let open = try site.commands().count { $0.ending == nil }
        let daemon = try site.device.start(environment: noGuard)
        let milliseconds = site.millisecondsUntilOff()
        #expect(milliseconds ?? .max <= 1000, "\(place): on for \(milliseconds ?? -1) ms")
        tally.slowest = max(tally.slowest, milliseconds ?? .max)
        #expect(daemon.wait(for: "msg=ready"), "\(place): \(daemon.log)")
        #expect(
            daemon.log.ranges(of: "command was interrupted").count == open,
            "\(place): \(daemon.log)")
        #expect(daemon.stop() == 0, "\(place)")
        let commands = try site.commands()
        #expect(commands.allSatisfy { $0.ending != nil }, "\(place)")
        #expect(commands.map(\.id) == Array(1...Int64(commands.count)), "\(place)")
        tally.interrupted += open
    }

    @Test("killed at any system call, an output is off within a second of the next start")
    func restarts() throws {
        let site = try OutputDevice()
        var tally = Tally()
        tally.kills = try Self.sweep { call, count in
            let place = "\(call) \(count)"
            let (output, isKilled) = try Self.set(
                site, at: call, count: count, environment: Self.noGuard)
            guard isKilled else {
                #expect(!site.isOn, "\(place)")
                return false
            }
            try Self.checkIntent(site, output, place)
            if site.isOn { tally.leftOn += 1 }
            try Self.restart(site, place, &tally)
            return true
        }
        // The test is worth something only if it met the moments that it is about.
        #expect(tally.leftOn >= 3 && tally.interrupted >= 3)
        #expect(!site.device.stateNames.contains { $0.contains("damaged") })
        print(
            "output kill test: \(tally.kills) kills, \(tally.leftOn) left the relay on, "
                + "\(tally.interrupted) commands interrupted; off \(tally.slowest) ms after the "
                + "start at the latest")
    }

    @Test("killed at any system call, an output that the kernel holds is off without any restart")
    func guarded() throws {
        let site = try OutputDevice()
        var tally = Tally()
        tally.kills = try Self.sweep { call, count in
            let place = "\(call) \(count)"
            let (output, isKilled) = try Self.set(site, at: call, count: count, environment: [:])
            let isOn = site.isOn
            let milliseconds = site.millisecondsUntilOff(limit: 5000)
            if isOn { tally.leftOn += 1 }
            // The lease was for 150 ms; the guard acts at the death, or half a second after the end.
            #expect(milliseconds ?? .max <= 1000, "\(place): on for \(milliseconds ?? -1) ms")
            tally.slowest = max(tally.slowest, milliseconds ?? .max)
            if output.contains("set: shows true") {
                let newest = try site.commands().last { $0.command.holder != "halcyon" }
                #expect(newest?.ending?.result == .done, "\(place)")
            }
            return isKilled
        }
        try Self.restart(site, "end", &tally)
        print(
            "output kill test: \(tally.kills) kills with a guard, \(tally.leftOn) seen on; off "
                + "\(tally.slowest) ms after the death at the latest")
    }

    @Test("a daemon that is killed at any moment of its start leaves the next one to do it")
    func starts() throws {
        let site = try OutputDevice()
        var tally = Tally()
        for call in ["pwrite64", "write", "ftruncate", "linkat", "rename", "unlink"] {
            for count in 1...500 {
                try site.leaveOn()
                let place = "\(call) \(count)"
                let daemon = RunningDaemon(
                    try SystemCallKill.start(
                        BuiltProduct.path("halcyond"), ["--config", site.device.configuration],
                        at: call, count: count, environment: Self.noGuard))
                if daemon.wait(for: "msg=ready") {
                    // It lives: there are no more such calls in its start.
                    #expect(!site.isOn)
                    let id = try #require(try Journal.holder(at: site.device.journal))
                    kill(id, SIGTERM)
                    _ = daemon.finish(seconds: 20)
                    break
                }
                #expect(daemon.finish(seconds: 20) == -SIGKILL, "\(place): \(daemon.log)")
                tally.kills += 1
                if site.isOn { tally.leftOn += 1 }
                try Self.restart(site, place, &tally)
            }
        }
        #expect(tally.kills >= 10)
        print(
            "output kill test: \(tally.kills) kills of a start, \(tally.leftOn) before the safe "
                + "state; off \(tally.slowest) ms after the next start at the latest")
    }

    @Test("a process that hangs beyond its lease is acted for by the guard")
    func hanging() throws {
        let site = try OutputDevice()
        let child = try ChildProcess(
            BuiltProduct.path("halcyon"),
            [
                "output", "set", "pump/relay", "on", "--for", "0.5", "--config",
                site.device.configuration,
            ])
        #expect(child.read(until: "shows true", seconds: 20).contains("shows true"))
        let start = SystemClock.now().uptimeMilliseconds
        child.send(SIGSTOP)
        #expect(site.isOn)
        #expect(site.millisecondsUntilOff() != nil)
        let milliseconds = SystemClock.now().uptimeMilliseconds - start
        #expect(milliseconds <= 2000, "\(milliseconds) ms")
        child.send(SIGCONT)
        #expect(child.finish().status == 0)
        print("output kill test: hanging for \(milliseconds) ms with a lease of 500 ms")
    }
}
