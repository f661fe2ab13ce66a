// SPDX-License-Identifier: Apache-2.0

import Glibc
import HAL
import Platform
import TestSupport
import Testing

/// The kernel's own watchdog interface. A mistake here resets the machine, which fails the run.
@Suite(.serialized, .enabled(if: device != nil, "HALCYON_WATCHDOG names no watchdog"))
struct WatchdogOnHardwareTests {
    @Test("it takes its time, counts down, and begins anew when fed")
    func feeding() async throws {
        let path = try #require(device)
        let watchdog = try HardwareWatchdog(path, timeoutSeconds: 30)
        defer { watchdog.stop() }
        #expect(watchdog.timeoutSeconds == 30)
        #expect(!watchdog.identity.isEmpty)
        try await Task.sleep(for: .milliseconds(2500))
        let before = watchdog.secondsLeft
        try watchdog.feed()
        let after = watchdog.secondsLeft
        // Not every driver can tell; one that can must show both.
        if let before, let after {
            #expect(before < 30 && after > before, "\(before) s left, fed, \(after) s left")
        }
    }

    @Test("only one process has it, and a stopped one stays stopped")
    func stopping() async throws {
        let path = try #require(device)
        let watchdog = try HardwareWatchdog(path, timeoutSeconds: 2)
        #expect(throws: SystemError("open", path, code: EBUSY)) {
            try HardwareWatchdog(path, timeoutSeconds: 2)
        }
        #expect(watchdog.canStop)
        watchdog.stop()
        // Still running, it would reset the machine now.
        try await Task.sleep(for: .seconds(4))
        let again = try HardwareWatchdog(path, timeoutSeconds: 30)
        again.stop()
    }
}

private let device = getenv("HALCYON_WATCHDOG").map { String(cString: $0) }
