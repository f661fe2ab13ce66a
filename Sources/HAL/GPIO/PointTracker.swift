// SPDX-License-Identifier: Apache-2.0

internal import Telemetry

/// What one point makes of the edges of its line.
struct PointTracker: Sendable {
    private enum Measure: Sendable {
        case level
        case counter(PulseCounter)
        case frequency(FrequencyWindow)
        case duty(DutyWindow)
    }

    /// Index into the device's `points`.
    let index: Int
    let definition: GPIOPointDefinition
    private var measure: Measure
    /// Whether edges were lost since the point was read last.
    private var hasLost = false
    /// The count that was told last.
    private var told: Int64?

    /// A point; a counter goes on from `total`.
    init(_ definition: GPIOPointDefinition, index: Int, total: Int64?) {
        self.definition = definition
        self.index = index
        switch definition.mode {
        case .input, .output: measure = .level
        case .counter:
            let counter = PulseCounter(total: total)
            told = counter.hasBegunAnew ? nil : counter.total
            measure = .counter(counter)
        case .frequency: measure = .frequency(FrequencyWindow(at: 0))
        case .duty: measure = .duty(DutyWindow(level: false, at: 0))
        }
    }

    /// Lets a counter that has counted nothing yet go on from a count.
    mutating func resume(_ total: Int64) {
        guard case .counter(let counter) = measure, counter.total == 0, counter.hasBegunAnew
        else { return }
        self = PointTracker(definition, index: index, total: total)
    }

    /// Begins anew with a line that was just requested. A counter goes on.
    ///
    /// - Parameters:
    ///   - level: the level that it was found at.
    ///   - nanoseconds: when that was.
    ///   - hasMissed: whether edges may have come while the line was away.
    mutating func begin(level: Bool, at nanoseconds: UInt64, hasMissed: Bool) {
        switch measure {
        case .level: break
        case .counter: if hasMissed { hasLost = true }
        case .frequency: measure = .frequency(FrequencyWindow(at: nanoseconds))
        case .duty: measure = .duty(DutyWindow(level: level, at: nanoseconds))
        }
    }

    /// Takes a change of level, as far as the point asks for it.
    mutating func change(
        to level: Bool, at nanoseconds: UInt64, into events: inout EventQueue
    ) {
        guard definition.edges.contains(level ? .rising : .falling) else { return }
        switch measure {
        case .level:
            let value = Value.boolean(level)
            events.append(
                PointEvent(
                    point: index, outcome: hasLost ? .uncertain(value, .eventsLost) : .good(value),
                    monotonicNanoseconds: nanoseconds))
        case .counter(var counter):
            counter.add(1)
            measure = .counter(counter)
        case .frequency(var window):
            window.add(at: nanoseconds)
            measure = .frequency(window)
        case .duty(var window):
            window.change(to: level, at: nanoseconds)
            measure = .duty(window)
        }
    }

    /// Takes note of edges that the kernel dropped.
    ///
    /// - Parameters:
    ///   - count: how many.
    ///   - isExact: whether all of them are edges that this point asks for.
    mutating func lose(_ count: UInt32, isExact: Bool) {
        hasLost = true
        guard isExact else { return }
        switch measure {
        case .counter(var counter):
            counter.add(count)
            measure = .counter(counter)
        case .frequency(var window):
            window.lose(count)
            measure = .frequency(window)
        case .level, .duty: break
        }
    }

    /// What the point shows now.
    mutating func read(level: Bool, at nanoseconds: UInt64) -> Outcome {
        defer { hasLost = false }
        let doubt: Fault? = hasLost ? .eventsLost : nil
        switch measure {
        case .level:
            return Self.outcome(.boolean(level), doubt)
        case .counter(var counter):
            let hasBegunAnew = counter.takeBeginning()
            measure = .counter(counter)
            told = counter.total
            let value = definition.value(of: counter.total)
            // What was counted was counted: beyond its range it is in doubt, but not lost.
            let counted = ranged(value, hasBegunAnew ? .counterReset : doubt)
            return counted == .bad(.outOfRange) ? .uncertain(value, .outOfRange) : counted
        case .frequency(var window):
            let frequency = window.close(at: nanoseconds)
            measure = .frequency(window)
            return scaled(frequency, doubt)
        case .duty(var window):
            let duty = window.close(at: nanoseconds)
            measure = .duty(window)
            return scaled(duty, doubt)
        }
    }

    /// A counter's last word before the lines are let go; `nil` if it was told already.
    mutating func farewell(at nanoseconds: UInt64) -> PointEvent? {
        guard case .counter(let counter) = measure, counter.total != told else { return nil }
        return PointEvent(
            point: index, outcome: read(level: false, at: nanoseconds),
            monotonicNanoseconds: nanoseconds)
    }

    private func scaled(_ measure: Double?, _ doubt: Fault?) -> Outcome {
        // The first window has only begun.
        guard let measure else { return .bad(.stale) }
        return ranged(.number(measure * definition.scale + definition.offset), doubt)
    }

    private func ranged(_ value: Value, _ doubt: Fault?) -> Outcome {
        let number: Double =
            switch value {
            case .integer(let integer): Double(integer)
            case .number(let number): number
            case .boolean, .text: 0
            }
        guard number.isFinite else { return .bad(.notANumber) }
        if let range = definition.range, !range.contains(number) { return .bad(.outOfRange) }
        return Self.outcome(value, doubt)
    }

    private static func outcome(_ value: Value, _ doubt: Fault?) -> Outcome {
        doubt.map { .uncertain(value, $0) } ?? .good(value)
    }
}
