// SPDX-License-Identifier: Apache-2.0

internal import Telemetry

/// Events of one device that wait to be taken. When it is full the newest are dropped.
struct EventQueue: Sendable {
    private var events: [PointEvent] = []
    private var hasDropped = false

    /// Adds an event at the end.
    mutating func append(_ event: PointEvent) {
        guard events.count < HALLimits.eventsPerDeviceMax else {
            hasDropped = true
            return
        }
        guard hasDropped, let value = event.outcome.value else {
            events.append(event)
            return
        }
        hasDropped = false
        events.append(
            PointEvent(
                point: event.point, outcome: .uncertain(value, .eventsLost),
                monotonicNanoseconds: event.monotonicNanoseconds))
    }

    /// Takes all events, the oldest first.
    mutating func takeAll() -> [PointEvent] {
        defer { events = [] }
        return events.sorted { $0.monotonicNanoseconds < $1.monotonicNanoseconds }
    }
}
