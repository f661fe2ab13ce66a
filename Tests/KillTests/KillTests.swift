// SPDX-License-Identifier: Apache-2.0

import Glibc
import Journal
import Platform
import TestSupport
import Testing

/// The daemon is killed at random moments; what it promised must hold for ever after.
@Suite(.serialized) struct KillTests {
    /// When to kill.
    enum Moment: CaseIterable {
        /// Before or just after it is ready.
        case startUp
        /// Anywhere in its work.
        case working
        /// Just after a commit was reported, where the next one or an attestation is under way.
        case committing
    }

    static let kills = 210

    /// Ten points whose periods differ a little, so that nearly every commit has something to
    /// write: 100 readings a second in 50 commits.
    static let configuration =
        TestConfiguration.periods(commitSeconds: 0.02, attestationSeconds: 0.2)
        + TestConfiguration.bus("sim", periodsSeconds: (0..<10).map { 0.095 + 0.001 * Double($0) })

    /// `HALCYON_TEST_SEED` repeats the moments of a run.
    static func seed() -> UInt64 {
        getenv("HALCYON_TEST_SEED").flatMap { UInt64(String(cString: $0)) }
            ?? UInt64.random(in: 0...UInt64(UInt32.max))
    }

    /// Lets the daemon live until a moment of that kind.
    static func live(_ daemon: RunningDaemon, _ moment: Moment, _ random: inout TestRandom) {
        let born = ContinuousClock.now
        switch moment {
        case .startUp:
            daemon.collect(until: born + .microseconds(Int.random(in: 0...80_000, using: &random)))
        case .working:
            daemon.collect(until: born + .milliseconds(Int.random(in: 20...600, using: &random)))
        case .committing:
            let commits = Int.random(in: 1...15, using: &random)
            _ = daemon.wait(for: "msg=committed", times: commits)
            usleep(UInt32.random(in: 0...30_000, using: &random))
        }
    }

    @Test("after each of 210 kills all that was promised is there, in one unbroken signed chain")
    func kills() throws {
        let seed = Self.seed()
        var random = TestRandom(seed: seed)
        let device = try Device(Self.configuration)
        var ledger = Ledger()
        var ready = 0
        let begin = ContinuousClock.now
        for kill in 1...Self.kills {
            let daemon = try device.start()
            let moment = Moment.allCases.randomElement(using: &random) ?? .working
            Self.live(daemon, moment, &random)
            // Half of the checks read beside the daemon, the others what it left behind.
            let isBeside = ready > 0 && Bool.random(using: &random)
            if isBeside { try ledger.check(device.journal) }
            #expect(daemon.kill() == -SIGKILL, "seed \(seed), kill \(kill): \(daemon.log)")
            for word in ["level=warning", "level=error", "level=critical"] {
                #expect(daemon.lines(word).isEmpty, "seed \(seed), kill \(kill)")
            }
            if !daemon.lines("msg=ready").isEmpty { ready += 1 }
            ledger.note(daemon)
            if !isBeside, ready > 0 { try ledger.check(device.journal, whole: kill % 50 == 0) }
            try #require(ledger.breaches.isEmpty, "seed \(seed), kill \(kill)")
        }
        let daemon = try device.startReady()
        #expect(daemon.stop() == 0)
        ledger.note(daemon)
        try ledger.check(device.journal, whole: true)
        let seconds = (ContinuousClock.now - begin) / .seconds(1)
        #expect(ledger.breaches.isEmpty && ledger.gaps.isEmpty, "seed \(seed)")
        #expect(ledger.attested == UInt64(ledger.readings.count))
        #expect(ledger.hashes.count == Int(ledger.sequence))
        #expect(ready > Self.kills / 3)
        #expect(!device.stateNames.contains { $0.contains("damaged") })
        #expect(!device.stateNames.contains { $0.contains("-new") })
        print(
            "kill test: seed \(seed), \(Self.kills) kills (\(Self.kills - ready) before ready), "
                + "\(ledger.readings.count) readings and \(ledger.sequence) attestations, all "
                + "there, in \(Int(seconds.rounded())) s")
    }

    @Test("a key whose making is killed is whole or not there, and the next try makes one")
    func keys() throws {
        let seed = Self.seed()
        var random = TestRandom(seed: seed)
        let device = try Device(Self.configuration, hasKey: false)
        var whole = 0
        for kill in 1...60 {
            let maker = try ChildProcess(
                BuiltProduct.path("halcyon"), ["key", "create", "--config", device.configuration])
            usleep(UInt32.random(in: 0...50_000, using: &random))
            maker.send(SIGKILL)
            _ = maker.finish()
            // What is left is a key or nothing, and no second name of it.
            let names = Set(device.stateNames)
            #expect(names.isSubset(of: ["device.key"]), "\(seed), \(kill)")
            if names.contains("device.key") {
                #expect(try device.halcyon("key", "show").status == 0, "\(seed), \(kill)")
                whole += 1
                #expect(unlink(device.key) == 0)
            }
        }
        #expect(try device.halcyon("key", "create").status == 0)
        #expect(device.stateNames == ["device.key"])
        print("kill test: seed \(seed), 60 kills of key create, \(whole) left a key")
    }
}
