// SPDX-License-Identifier: Apache-2.0

internal import Telemetry

/// What is known of one line from its edges, and what its points make of them.
struct LineTracker: Sendable {
    private(set) var points: [PointTracker]
    /// Edges that the kernel reports of the line.
    private let requested: GPIOPointDefinition.Edges
    /// The debounce period that is the driver's to keep; 0 for none.
    private let periodNanoseconds: UInt64
    private var filter: DebounceFilter?
    private var sequence = EdgeSequence()
    /// Edges that the kernel dropped.
    private(set) var lostEdges: UInt64 = 0
    /// Edges that were taken.
    private(set) var edges: UInt64 = 0

    /// The points of one line.
    ///
    /// - Parameters:
    ///   - points: at least one; their settings of the line agree.
    ///   - requested: the edges that are asked of the kernel.
    ///   - periodNanoseconds: the debounce period, 0 if there is none or the kernel keeps it.
    init(
        _ points: [PointTracker], requested: GPIOPointDefinition.Edges, periodNanoseconds: UInt64
    ) {
        self.points = points
        self.requested = requested
        self.periodNanoseconds = periodNanoseconds
    }

    /// Lets counters that have counted nothing yet go on from their counts.
    mutating func resume(_ totals: [PointID: Int64]) {
        for index in points.indices {
            if let total = totals[points[index].definition.polled.point.id] {
                points[index].resume(total)
            }
        }
    }

    /// Begins with a line that was just requested.
    mutating func begin(level: Bool, at nanoseconds: UInt64, hasMissed: Bool) {
        sequence = EdgeSequence()
        filter =
            periodNanoseconds > 0
            ? DebounceFilter(periodNanoseconds: periodNanoseconds, level: level, at: nanoseconds)
            : nil
        for index in points.indices {
            points[index].begin(level: level, at: nanoseconds, hasMissed: hasMissed)
        }
    }

    /// Takes edges in their order.
    mutating func take(
        _ batch: Slice<UnsafeMutableBufferPointer<GPIOEdge>>, _ events: inout EventQueue
    ) {
        for edge in batch {
            edges &+= 1
            let lost = sequence.take(edge.sequence)
            if lost > 0 { lose(lost) }
            if filter == nil {
                change(to: edge.isRising, at: edge.nanoseconds, &events)
            } else if let change = filter?.edge(isRising: edge.isRising, at: edge.nanoseconds) {
                self.change(to: change.level, at: change.nanoseconds, &events)
            }
        }
    }

    /// What a point shows now, all edges before it having been taken.
    ///
    /// - Parameters:
    ///   - point: index into `points`.
    ///   - level: the level that the line was found at.
    ///   - nanoseconds: when.
    ///   - events: where a change goes that is due by now.
    /// - Returns: the point's outcome.
    mutating func read(
        _ point: Int, level: Bool, at nanoseconds: UInt64, _ events: inout EventQueue
    ) -> Outcome {
        if let change = filter?.observe(level, at: nanoseconds) {
            self.change(to: change.level, at: change.nanoseconds, &events)
        }
        return points[point].read(level: filter?.level ?? level, at: nanoseconds)
    }

    /// Lets counters say their last word.
    mutating func end(at nanoseconds: UInt64, _ events: inout EventQueue) {
        if let change = filter?.settle(at: nanoseconds) {
            self.change(to: change.level, at: change.nanoseconds, &events)
        }
        for index in points.indices {
            if let event = points[index].farewell(at: nanoseconds) { events.append(event) }
        }
    }

    private mutating func change(
        to level: Bool, at nanoseconds: UInt64, _ events: inout EventQueue
    ) {
        for index in points.indices {
            points[index].change(to: level, at: nanoseconds, into: &events)
        }
    }

    private mutating func lose(_ count: UInt32) {
        lostEdges &+= UInt64(count)
        for index in points.indices {
            // Before debouncing nobody knows what an edge is worth.
            let isExact = periodNanoseconds == 0 && points[index].definition.edges == requested
            points[index].lose(count, isExact: isExact)
        }
    }
}
