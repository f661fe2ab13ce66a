// SPDX-License-Identifier: Apache-2.0

internal import HAL
internal import Logging
internal import Synchronization
internal import Telemetry

/// Logs when a device stops answering and when it answers again, not every reading in between; so
/// too with points that this machine does not let the agent read.
final class DeviceWatch: Sendable {
    private let bus: String
    private let failing = Mutex<[Substring: Fault]>([:])
    private let closed = Mutex<Set<PointID>>([])
    private let log = Logger(label: "bus")

    init(bus: String) { self.bus = bus }

    /// Looks at the readings of one exchange, which are all of one device.
    func look(at readings: [Reading]) {
        guard let first = readings.first else { return }
        let device = first.point.id.name.prefix { $0 != "/" }
        lookAtClosed(readings, of: device)
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

    /// Says, in one line an exchange, which points have become closed and how many are no more.
    private func lookAtClosed(_ readings: [Reading], of device: Substring) {
        var newest: (point: PointID, fault: Fault)?
        var lost = 0
        var back = 0
        closed.withLock { closed in
            for reading in readings {
                switch reading.outcome {
                case .bad(let fault) where Self.isClosed(fault):
                    guard closed.insert(reading.point.id).inserted else { continue }
                    newest = newest ?? (reading.point.id, fault)
                    lost += 1
                case .bad: continue
                case .good, .uncertain:
                    if !closed.isEmpty, closed.remove(reading.point.id) != nil { back += 1 }
                }
            }
        }
        if let newest {
            log.warning(
                "points can't be read",
                metadata: [
                    "bus": "\(bus)", "device": "\(device)", "points": "\(lost)",
                    "first": "\(newest.point.name)", "cause": "\(newest.fault.word)",
                ])
        }
        if back > 0 {
            log.notice(
                "points can be read again",
                metadata: ["bus": "\(bus)", "device": "\(device)", "points": "\(back)"])
        }
    }

    /// Whether it is this machine that keeps the point from being read: a line or file that is not
    /// there, or another's.
    private static func isClosed(_ fault: Fault) -> Bool {
        switch fault {
        case .missing, .accessDenied, .busy: true
        default: false
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
