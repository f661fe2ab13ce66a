// SPDX-License-Identifier: Apache-2.0

internal import Logging
internal import Platform
internal import Synchronization
internal import Telemetry

/// Logs once how long after its start the process had its first value.
final class FirstReading: Sendable {
    private let isPending = Atomic(true)
    private let log = Logger(label: "bus")

    /// Looks whether there is a value among the readings of a bus.
    func look(at readings: [Reading], of bus: String) {
        guard isPending.load(ordering: .relaxed),
            readings.contains(where: { $0.outcome.value != nil }),
            isPending.exchange(false, ordering: .relaxed)
        else { return }
        var metadata: Logger.Metadata = ["bus": "\(bus)"]
        if let start = SystemClock.processStartUptimeMilliseconds() {
            metadata["milliseconds"] = "\(SystemClock.now().uptimeMilliseconds - start)"
        }
        log.info("first reading", metadata: metadata)
    }
}
