// SPDX-License-Identifier: Apache-2.0

import Glibc
import Testing

@testable import Agent

@Suite(.serialized) struct ServiceSignalsTests {
    @Test("a stop behind any number of reloads is not lost")
    func stopBehindReloads() async {
        let signals = ServiceSignals()
        for _ in 0..<1000 { signals.ask(isReload: true) }
        signals.ask(isReload: false)
        #expect(await signals.next() == ServiceSignals.Request(stop: true, reload: true))
    }

    @Test("of signals that come one by one none is lost", .timeLimit(.minutes(1)))
    func none() async {
        let signals = ServiceSignals()
        for _ in 0..<2000 {
            #expect(kill(getpid(), SIGHUP) == 0)
            #expect(await signals.next() == ServiceSignals.Request(reload: true))
        }
    }
}
