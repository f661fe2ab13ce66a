// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Agent

@Suite struct ServiceSignalsTests {
    @Test("a stop behind any number of reloads is not lost")
    func stopBehindReloads() async {
        let signals = ServiceSignals()
        for _ in 0..<1000 { signals.ask(isReload: true) }
        signals.ask(isReload: false)
        #expect(await signals.next() == ServiceSignals.Request(stop: true, reload: true))
    }
}
