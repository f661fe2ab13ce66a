// SPDX-License-Identifier: Apache-2.0

import HAL
import Synchronization
import Telemetry
import TestSupport

/// Collects what a runner delivers.
final class Log: Sendable {
    private let state = Mutex<[Reading]>([])

    var readings: [Reading] { state.withLock { $0 } }

    var sink: BusRunner.Sink { { readings in self.state.withLock { $0 += readings } } }

    /// Uptimes of one point's readings.
    func times(_ name: String) -> [Int64] {
        readings.filter { $0.point.id.name == name }.map(\.time.uptimeMilliseconds)
    }

    func outcomes(_ name: String) -> [Outcome] {
        readings.filter { $0.point.id.name == name }.map(\.outcome)
    }

    /// Runs a bus on a clock that jumps, up to its end.
    static func run(
        _ driver: any Driver, on clock: SteppingClock
    ) async throws -> (Log, BusRunner) {
        let log = Log()
        let runner = try BusRunner(driver: driver, clock: clock, sink: log.sink)
        await Task { await runner.run() }.value
        return (log, runner)
    }
}
