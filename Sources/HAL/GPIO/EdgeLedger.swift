// SPDX-License-Identifier: Apache-2.0

internal import Synchronization
internal import Telemetry

/// The edges of one device: taken by the capture's thread as they come, and by the driver's before
/// it reads, so that a reading knows every edge before it.
final class EdgeLedger: Sendable {
    private struct State: Sendable {
        var lines: [LineTracker]
        var events = EventQueue()
    }

    private let state: Mutex<State>

    init(_ lines: [LineTracker]) { state = Mutex(State(lines: lines)) }

    /// Lets counters that have counted nothing yet go on from their counts.
    func resume(_ totals: [PointID: Int64]) {
        state.withLock { state in
            for line in state.lines.indices { state.lines[line].resume(totals) }
        }
    }

    /// Begins with a line that was just requested.
    func begin(_ line: Int, level: Bool, at nanoseconds: UInt64, hasMissed: Bool) {
        state.withLock {
            $0.lines[line].begin(level: level, at: nanoseconds, hasMissed: hasMissed)
        }
    }

    /// Takes the edges that wait, at most as many as `scratch` has room for.
    ///
    /// They are read under the lock, because two threads that read by turns would mix their order.
    ///
    /// - Returns: the time of the last one; `nil` if none waited.
    /// - Throws: what keeps the line from being read.
    @discardableResult
    func drain(
        _ line: Int, _ source: any GPIOLine, _ scratch: UnsafeMutableBufferPointer<GPIOEdge>
    ) throws(GPIOFailure) -> UInt64? {
        try state.withLock { (state) throws(GPIOFailure) -> UInt64? in
            let count = try source.readEdges(into: scratch)
            guard count > 0 else { return nil }
            state.lines[line].take(scratch[..<count], &state.events)
            return scratch[count - 1].nanoseconds
        }
    }

    /// What a point of the line shows now, with every edge before.
    ///
    /// The level is read after the edges: one that came between is seen as its edge a moment early.
    ///
    /// - Parameters:
    ///   - line: index of the line.
    ///   - point: index of the point on it.
    ///   - source: the line itself.
    ///   - scratch: room for edges.
    ///   - clock: where the time comes from.
    /// - Returns: the outcome.
    /// - Throws: what keeps the line from being read.
    func read(
        _ line: Int, _ point: Int, _ source: any GPIOLine,
        _ scratch: UnsafeMutableBufferPointer<GPIOEdge>, clock: any GPIOHardware
    ) throws(GPIOFailure) -> Outcome {
        try state.withLock { (state) throws(GPIOFailure) -> Outcome in
            if source.descriptor >= 0 {
                let count = try source.readEdges(into: scratch)
                state.lines[line].take(scratch[..<count], &state.events)
            }
            let level = try source.level()
            return state.lines[line].read(
                point, level: level, at: clock.monotonicNanoseconds(), &state.events)
        }
    }

    /// Lets counters say their last word.
    func end(at nanoseconds: UInt64) {
        state.withLock { state in
            for line in state.lines.indices {
                state.lines[line].end(at: nanoseconds, &state.events)
            }
        }
    }

    /// Takes the events that wait.
    func takeEvents() -> [PointEvent] { state.withLock { $0.events.takeAll() } }

    /// Edges that were taken, and edges that the kernel dropped.
    var figures: (edges: UInt64, lost: UInt64) {
        state.withLock { state in
            var figures: (edges: UInt64, lost: UInt64) = (0, 0)
            for line in state.lines {
                figures.edges &+= line.edges
                figures.lost &+= line.lostEdges
            }
            return figures
        }
    }
}
