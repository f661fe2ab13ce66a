// SPDX-License-Identifier: Apache-2.0

internal import Telemetry

/// What one bus does next: the scheduler's decisions, without clock, hardware or randomness.
///
/// `next` says what to do; after a `.read` the outcomes come back through `answered`. Rules:
///
/// 1. Healthy devices are read when due, the earliest deadline first. A read that would run into
///    another healthy device's next tick waits for that one, if its own deadline allows.
/// 2. A device that backs off costs its bus nothing: its due points are answered at their period
///    with `.backingOff`. Points that got no value meanwhile are owed.
/// 3. When its pause is over it is probed by one owed point, after the healthy devices, if its time
///    limit fits before the next tick of a healthy device.
/// 4. Where that never fits, it is probed all the same, but only after a pause of
///    `HALLimits.probePauseFactor` × the duration of the bus's last failed exchange: all failed
///    devices together take at most 1/33 of the bus from the healthy ones, and with n of them each
///    is probed about every n × 33 × its time limit.
/// 5. A probe that succeeds makes the device healthy and reads at once what is owed.
///
/// A device that answers within its time limit is healthy, however slow: the limit, set by the
/// operator, bounds what it may take from others. A device of which single points fail is healthy.
struct BusPlan: Sendable {
    /// What to do next.
    enum Action: Hashable, Sendable {
        /// Nothing before that uptime.
        case wait(untilMilliseconds: Int64)
        /// Deliver a reading of that fault for those points, without touching the bus.
        case answer(device: Int, points: [Int], fault: Fault)
        /// Read those points and report to `answered`.
        case read(device: Int, points: [Int])
    }

    /// What the bus is busy with.
    enum Exchange: Hashable, Sendable {
        case none
        case reading(device: Int, points: [Int])
        case probing(device: Int, point: Int)
    }

    /// What is known of one device.
    struct Track: Sendable {
        var health: DeviceHealth = .healthy
        /// Points whose tick has come and has not been answered.
        var pending: [Int] = []
        /// When the next tick of a pending point comes.
        var deadline: Int64 = .max
        /// Points that got no value since the device failed.
        var owed: [Int] = []
        /// How long an exchange takes: as the last one, unless that hardly differs.
        var cost: Int64 = 0

        /// Takes note of how long an exchange took. Devices that are due together are read the
        /// shortest first: a millisecond more or less must not change their places every time.
        mutating func learn(_ milliseconds: Int64) {
            let difference = abs(milliseconds.addingSaturating(-cost))
            if difference > max(HALLimits.costMillisecondsStep, cost / 8) { cost = milliseconds }
        }
    }

    let devices: [DeviceDescription]
    var schedule: Schedule
    var tracks: [Track]
    var exchange = Exchange.none
    var statistics: BusStatistics
    /// Before this, no probe at the expense of healthy devices.
    var forcedProbeAllowed = Int64.min
    /// Whether a healthy device was read since the last wait: the best moment for a probe.
    var isAfterHealthyRead = false

    /// - Throws: `HALError` if the devices break a rule of `DeviceDescription.check`.
    init(devices: [DeviceDescription], startMilliseconds: Int64) throws(HALError) {
        schedule = try Schedule(devices: devices, startMilliseconds: startMilliseconds)
        self.devices = devices
        tracks = [Track](repeating: Track(), count: devices.count)
        statistics = BusStatistics(deviceNames: devices.map(\.name))
    }

    /// Moves the first ticks to `milliseconds`.
    mutating func restart(at milliseconds: Int64) { schedule.restart(at: milliseconds) }

    /// What to do now.
    mutating func next(at now: Int64) -> Action {
        takeDue(at: now)
        let healthy = nextHealthy(at: now)
        if let device = healthy.device {
            let points = tracks[device].pending
            tracks[device].pending = []
            tracks[device].deadline = .max
            exchange = .reading(device: device, points: points)
            return .read(device: device, points: points)
        }
        let probe = nextProbe(at: now)
        for (device, track) in tracks.enumerated()
        where device != probe && !track.health.isHealthy && !track.pending.isEmpty {
            return giveUp(device)
        }
        if let probe {
            let point = probePoint(of: probe)
            exchange = .probing(device: probe, point: point)
            return .read(device: probe, points: [point])
        }
        isAfterHealthyRead = false
        return .wait(untilMilliseconds: wakeTime(after: now, postponed: healthy.postponedTo))
    }

    private mutating func takeDue(at now: Int64) {
        for group in schedule.due(at: now) {
            let pending = tracks[group.device].pending
            if pending.isEmpty {
                tracks[group.device].pending = group.points
                tracks[group.device].deadline = group.deadlineMilliseconds
                continue
            }
            let union = pending.mergedAscending(with: group.points)
            let unanswered = pending.count + group.points.count - union.count
            schedule.countUnanswered(unanswered, device: group.device)
            tracks[group.device].pending = union
            // An older deadline stays, so that a device that waits long comes first at last.
            tracks[group.device].deadline = min(
                tracks[group.device].deadline, group.deadlineMilliseconds)
        }
    }

    /// The healthy device to read now, or until when all that are due had better wait.
    private func nextHealthy(at now: Int64) -> (device: Int?, postponedTo: Int64) {
        var best: Int?
        var postponedTo = Int64.max
        guard tracks.contains(where: { $0.health.isHealthy && !$0.pending.isEmpty }) else {
            return (nil, postponedTo)
        }
        let next = schedule.nextDueOfTwo { tracks[$0].health.isHealthy }
        for (device, track) in tracks.enumerated()
        where track.health.isHealthy && !track.pending.isEmpty {
            if let other = next.first(where: { $0.device != device })?.next,
                track.cost > other - now,
                other.addingSaturating(track.cost) < track.deadline
            {
                postponedTo = min(postponedTo, other)
                continue
            }
            guard let rival = best else {
                best = device
                continue
            }
            if (track.deadline, track.cost) < (tracks[rival].deadline, tracks[rival].cost) {
                best = device
            }
        }
        return (best, postponedTo)
    }

    /// The device to probe now: of those whose pause is over, the one that waits longest.
    private func nextProbe(at now: Int64) -> Int? {
        let slack = slack(at: now)
        let mayForce = isAfterHealthyRead && now >= forcedProbeAllowed
        var best: (device: Int, until: Int64)?
        for (device, track) in tracks.enumerated() {
            guard case .backingOff(_, let until) = track.health, until <= now else { continue }
            let cost = max(devices[device].timeoutMilliseconds, track.cost)
            guard cost <= slack || mayForce, until < best?.until ?? .max else { continue }
            best = (device, until)
        }
        return best?.device
    }

    /// How long the bus is free until a healthy device is due.
    private func slack(at now: Int64) -> Int64 {
        guard let next = schedule.nextDue(where: { tracks[$0].health.isHealthy }) else {
            return .max
        }
        // A healthy device whose read was postponed has its turn first.
        let isWaiting = tracks.contains { $0.health.isHealthy && !$0.pending.isEmpty }
        return isWaiting ? 0 : next - now
    }

    /// The owed points take turns, so that one that never answers doesn't hide that others would.
    private func probePoint(of device: Int) -> Int {
        let track = tracks[device]
        let candidates = track.pending.mergedAscending(with: track.owed)
        guard case .backingOff(let failures, _) = track.health, !candidates.isEmpty else {
            return 0
        }
        return candidates[(failures - 1) % candidates.count]
    }

    /// Answers the due points of a device that backs off.
    private mutating func giveUp(_ device: Int) -> Action {
        let points = tracks[device].pending
        tracks[device].owed = tracks[device].owed.mergedAscending(with: points)
        tracks[device].pending = []
        tracks[device].deadline = .max
        count(readings: points.count, bad: points.count, device: device)
        return .answer(device: device, points: points, fault: .backingOff)
    }

    private func wakeTime(after now: Int64, postponed: Int64) -> Int64 {
        var wake = min(schedule.nextDue ?? .max, postponed)
        for track in tracks {
            // One whose pause is over, and that does not fit, waits for the next healthy tick.
            guard case .backingOff(_, let until) = track.health, until > now else { continue }
            wake = min(wake, until)
        }
        return wake
    }

    mutating func count(readings: Int, bad: Int, device: Int) {
        statistics.devices[device].readings &+= UInt64(readings)
        statistics.devices[device].badReadings &+= UInt64(bad)
    }
}
