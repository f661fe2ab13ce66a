// SPDX-License-Identifier: Apache-2.0

import Glibc
import HAL
import Platform
import TestSupport
import Testing

@Suite struct HardwareWatchdogTests {
    @Test("a watchdog that is not there, and a file that is none, are refused by name")
    func refuses() throws {
        #expect(throws: SystemError("open", "/dev/no-watchdog", code: ENOENT)) {
            try HardwareWatchdog("/dev/no-watchdog", timeoutSeconds: 10)
        }
        #expect(throws: SystemError("set timeout", "/dev/null", code: ENOTTY)) {
            try HardwareWatchdog("/dev/null", timeoutSeconds: 10)
        }
    }
}
