// SPDX-License-Identifier: Apache-2.0

internal import HAL
internal import Logging
internal import Synchronization
internal import Telemetry

/// Logs when a device stops answering and when it answers again, not every reading in between.
final class DeviceWatch: Sendable {
    private let bus: String
    private let failing = Mutex<[Substring: Fault]>([:])
    private let log = Logger(label: "bus")

    init(bus: String) { self.bus = bus }

    /// Looks at the readings of one exchange, which are all of one device.
    func look(at readings: [Reading]) {
        guard let first = readings.first else { return }
        let device = first.point.id.name.prefix { $0 != "/" }
        let fault = Self.failure(readings)
        let before = failing.withLock { failing in
            defer { failing[device] = fault }
            return failing[device]
        }
        switch (before, fault) {
        case (nil, let fault?):
            log.warning(
                "device does not answer",
                metadata: [
                    "bus": "\(bus)", "device": "\(device)", "cause": "\(fault.word)",
                ])
        case (.some, nil):
            log.notice("device answers again", metadata: ["bus": "\(bus)", "device": "\(device)"])
        case (nil, nil), (.some, .some): break
        }
    }

    /// The fault of a device that failed as a whole; `nil` if any point was read.
    private static func failure(_ readings: [Reading]) -> Fault? {
        var cause: Fault?
        for reading in readings {
            guard case .bad(let fault) = reading.outcome,
                fault == .backingOff || fault.isDeviceFailure
            else { return nil }
            cause = cause ?? fault
        }
        return cause
    }
}
