// SPDX-License-Identifier: Apache-2.0

import Telemetry
import TestSupport

extension LogTests {
    /// A reading that differs from all others by its number.
    static func reading(_ number: Int) -> Reading {
        Reading(
            point: Point.test("test/\(number)"), outcome: .good(.integer(Int64(number))),
            time: Timestamp(wallMilliseconds: 0, uptimeMilliseconds: Int64(number)))
    }
}
