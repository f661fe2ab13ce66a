// SPDX-License-Identifier: Apache-2.0

/// When each point of one bus is due: on the grid `start + k × period` of the uptime clock.
///
/// The grid is computed in whole numbers from its own ticks, never from when work was done, so it
/// doesn't drift. After a stall only the newest tick of a point is answered; the older ones are
/// counted as missed and never made up for.
public struct Schedule: Hashable, Sendable {
    /// Points of one device with one period.
    private struct Lane: Hashable, Sendable {
        let device: Int
        let period: Int64
        let points: [Int]
        /// The next tick; `nil` when it would lie past the end of the clock.
        var next: Int64?
    }

    private var lanes: [Lane]
    /// Ticks of points that were never answered, by device. Saturates.
    public private(set) var missedTicks: [UInt64]

    /// The grid of all points of a bus; the first tick of each is `startMilliseconds`.
    ///
    /// - Parameters:
    ///   - devices: the devices of the bus, in the driver's order.
    ///   - startMilliseconds: uptime of the first ticks.
    /// - Throws: `HALError` if the devices break a rule of `DeviceDescription.check`.
    public init(devices: [DeviceDescription], startMilliseconds: Int64) throws(HALError) {
        try DeviceDescription.check(devices)
        lanes = []
        missedTicks = [UInt64](repeating: 0, count: devices.count)
        for (index, device) in devices.enumerated() {
            let periods = Dictionary(grouping: device.points.indices) {
                device.points[$0].periodMilliseconds
            }
            for (period, points) in periods.sorted(by: { $0.key < $1.key }) {
                lanes.append(
                    Lane(device: index, period: period, points: points, next: startMilliseconds))
            }
        }
    }

    /// Moves every grid so that its next tick is `milliseconds`, counting nothing as missed.
    public mutating func restart(at milliseconds: Int64) {
        for index in lanes.indices { lanes[index].next = milliseconds }
    }

    /// The earliest tick that has not been given out; `nil` if there is none.
    public var nextDue: Int64? { nextDue { _ in true } }

    /// The earliest tick of the devices that `isIncluded` accepts by index; `nil` if there is none.
    public func nextDue(where isIncluded: (Int) -> Bool) -> Int64? {
        var earliest: Int64?
        for lane in lanes {
            guard let next = lane.next, next < earliest ?? .max, isIncluded(lane.device) else {
                continue
            }
            earliest = next
        }
        return earliest
    }

    /// The earliest ticks of the two accepted devices that are due first, in that order.
    func nextDueOfTwo(where isIncluded: (Int) -> Bool) -> [(device: Int, next: Int64)] {
        var found: [(device: Int, next: Int64)] = []
        for lane in lanes {
            guard let next = lane.next, isIncluded(lane.device) else { continue }
            if found.count == 2 && next >= found[1].next { continue }
            if let same = found.firstIndex(where: { $0.device == lane.device }) {
                found[same].next = min(found[same].next, next)
            } else {
                if found.count == 2 { found.removeLast() }
                found.append((lane.device, next))
            }
            if found.count == 2 && found[1].next < found[0].next { found.swapAt(0, 1) }
        }
        return found
    }

    /// Gives out what is due and moves it to the next tick of its grid.
    ///
    /// - Parameter uptimeMilliseconds: now. A clock that went back makes nothing due.
    /// - Returns: at most one group a device, ascending by device.
    public mutating func due(at uptimeMilliseconds: Int64) -> [DueGroup] {
        var groups: [DueGroup] = []
        for index in lanes.indices {
            guard let group = takeTick(of: index, at: uptimeMilliseconds) else { continue }
            if let last = groups.last, last.device == group.device {
                groups[groups.count - 1] = last.merged(with: group)
            } else {
                groups.append(group)
            }
        }
        return groups
    }

    private mutating func takeTick(of index: Int, at now: Int64) -> DueGroup? {
        let lane = lanes[index]
        guard let next = lane.next, next <= now else { return nil }
        // `now ≥ next`, so the wrapped difference read as unsigned is the true one.
        let late = UInt64(bitPattern: now &- next)
        let (skipped, remainder) = late.quotientAndRemainder(dividingBy: UInt64(lane.period))
        let tick = now - Int64(remainder)
        let (following, overflow) = tick.addingReportingOverflow(lane.period)
        lanes[index].next = overflow ? nil : following
        count(missed: skipped, times: lane.points.count, device: lane.device)
        return DueGroup(
            device: lane.device, points: lane.points, scheduledMilliseconds: tick,
            deadlineMilliseconds: overflow ? .max : following)
    }

    private mutating func count(missed: UInt64, times points: Int, device: Int) {
        let (product, overflow) = missed.multipliedReportingOverflow(by: UInt64(points))
        missedTicks[device] = missedTicks[device].addingSaturating(overflow ? .max : product)
    }

    /// Counts ticks that were given out but could not be answered before the next ones.
    mutating func countUnanswered(_ points: Int, device: Int) {
        count(missed: 1, times: points, device: device)
    }
}

extension DueGroup {
    /// The due points of both groups of one device.
    func merged(with other: DueGroup) -> DueGroup {
        DueGroup(
            device: device, points: points.mergedAscending(with: other.points),
            scheduledMilliseconds: min(scheduledMilliseconds, other.scheduledMilliseconds),
            deadlineMilliseconds: min(deadlineMilliseconds, other.deadlineMilliseconds))
    }
}

extension UInt64 {
    /// The sum, or the greatest number if it lies beyond.
    func addingSaturating(_ other: UInt64) -> UInt64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}

extension Int64 {
    /// The sum, or the nearest number if it lies beyond.
    func addingSaturating(_ other: Int64) -> Int64 {
        let (sum, overflow) = addingReportingOverflow(other)
        guard overflow else { return sum }
        return other > 0 ? .max : .min
    }

    /// The product, or the nearest number if it lies beyond.
    func multipliedSaturating(by other: Int64) -> Int64 {
        let (product, overflow) = multipliedReportingOverflow(by: other)
        guard overflow else { return product }
        return (self < 0) == (other < 0) ? .max : .min
    }
}
