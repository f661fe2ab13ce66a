// SPDX-License-Identifier: Apache-2.0

internal import HAL
internal import Synchronization
internal import Telemetry

/// The counts of all counters: what their drivers go on from, and what is kept with their readings.
final class CounterTotals: Sendable {
    private struct State: Sendable {
        var counters: [PointID: GPIOPointDefinition] = [:]
        var totals: [PointID: Int64]
    }

    private let state: Mutex<State>

    /// Counts that are known already.
    init(_ totals: [PointID: Int64] = [:]) { state = Mutex(State(totals: totals)) }

    /// Takes the counts that the journal gave back.
    func load(_ totals: [PointID: Int64]) {
        state.withLock { $0.totals.merge(totals) { known, _ in known } }
    }

    /// The newest counts.
    var newest: [PointID: Int64] { state.withLock { $0.totals } }

    /// Learns which points of a bus count.
    func add(_ bus: BusConfiguration) {
        let counters = bus.counters
        guard !counters.isEmpty else { return }
        state.withLock { state in
            for counter in counters { state.counters[counter.polled.point.id] = counter }
        }
    }

    /// Takes note of the counts behind readings, for a driver that goes on from them.
    func note(_ readings: [Reading]) {
        let totals = totals(of: readings)
        guard !totals.isEmpty else { return }
        state.withLock { $0.totals.merge(totals) { _, newer in newer } }
    }

    /// The counts behind readings, the last of each counter.
    func totals(of readings: [Reading]) -> [PointID: Int64] {
        state.withLock { state in
            guard !state.counters.isEmpty else { return [:] }
            var totals: [PointID: Int64] = [:]
            for reading in readings {
                guard let counter = state.counters[reading.point.id],
                    let total = counter.total(of: reading.outcome)
                else { continue }
                totals[reading.point.id] = total
            }
            return totals
        }
    }
}
