// SPDX-License-Identifier: Apache-2.0

import HAL
import Telemetry
import TestSupport

/// Definitions that tests of lines are made of.
enum GPIOFixtures {
    static func point(
        _ name: String, _ line: String, _ mode: GPIOPointDefinition.Mode = .input,
        _ change: (inout GPIOPointDefinition) -> Void = { _ in }
    ) -> GPIOPointDefinition {
        var point = GPIOPointDefinition(
            polled: PolledPoint(point: .test("io/\(name)"), periodMilliseconds: 1000), line: line,
            mode: mode)
        change(&point)
        return point
    }

    static func bus(_ points: GPIOPointDefinition...) -> GPIOBusDefinition {
        GPIOBusDefinition(devices: [GPIODeviceDefinition(name: "io", points: points)])
    }

    /// A totals table that knows every counter, so that none begins anew.
    static let zeros: [PointID: Int64] = {
        var totals: [PointID: Int64] = [:]
        for name in ["a", "b", "c"] { totals[Point.test("io/\(name)").id] = 0 }
        return totals
    }()
}
