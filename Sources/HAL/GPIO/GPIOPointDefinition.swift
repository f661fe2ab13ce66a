// SPDX-License-Identifier: Apache-2.0

public import Telemetry

/// A point on one line.
public struct GPIOPointDefinition: Hashable, Sendable {
    /// The point and its period.
    public var polled: PolledPoint
    /// The line: its name in the kernel, unique over all chips, or `LABEL:NAME` or `LABEL:OFFSET` with
    /// a chip's label.
    public var line: String
    /// What the point shows of the line.
    public var mode: Mode
    /// The resistor on the line.
    public var bias = Bias.asIs
    /// Whether the low level is the active one: all that follows is in terms of active.
    public var isActiveLow = false
    /// How an output drives its line.
    public var drive = Drive.pushPull
    /// The first level of an output, which it has from the moment that it is one.
    public var initial = false
    /// The edges that an input reports and a counter counts.
    public var edges = Edges.none
    /// How long a level must be steady before it counts; 0 for at once.
    public var debounceMicroseconds = 0
    /// Pulses of a counter in one of the point's unit.
    public var pulsesPerUnit = 1.0
    /// Value = measure × `scale` + `offset`, for frequency and duty.
    public var scale = 1.0
    /// Added after scaling, in the point's unit.
    public var offset = 0.0
    /// Values outside are bad quality; in the point's unit, for counters and measures.
    public var range: ClosedRange<Double>?

    /// What a point shows of its line.
    public enum Mode: String, Sendable, CaseIterable {
        /// The level, as a state.
        case input
        /// The level that is driven, as a state; it can be written.
        case output
        /// How many edges there ever were, by `pulsesPerUnit`.
        case counter
        /// Rising edges in a second, over the time since the point was read last.
        case frequency
        /// The part of that time in which the line was active, 0…1.
        case duty
    }

    /// The resistor on a line.
    public enum Bias: UInt8, Sendable, CaseIterable {
        /// Left as it is.
        case asIs = 0
        /// None.
        case disabled = 1
        /// To the high level.
        case pullUp = 2
        /// To the low level.
        case pullDown = 3
    }

    /// How an output drives its line.
    public enum Drive: UInt8, Sendable, CaseIterable {
        /// To both levels.
        case pushPull = 0
        /// To the low level only.
        case openDrain = 1
        /// To the high level only.
        case openSource = 2
    }

    /// Edges of a line.
    public struct Edges: OptionSet, Hashable, Sendable {
        /// The bits: 1 rising, 2 falling.
        public let rawValue: UInt8
        /// Edges by their bits.
        public init(rawValue: UInt8) { self.rawValue = rawValue }
        /// No edges.
        public static let none: Edges = []
        /// From inactive to active.
        public static let rising = Edges(rawValue: 1)
        /// From active to inactive.
        public static let falling = Edges(rawValue: 2)
        /// Both.
        public static let both: Edges = [.rising, .falling]
    }

    /// A point on `line`; the rest has its defaults.
    public init(polled: PolledPoint, line: String, mode: Mode) {
        self.polled = polled
        self.line = line
        self.mode = mode
        switch mode {
        case .counter, .frequency: edges = .rising
        case .duty: edges = .both
        case .input, .output: edges = .none
        }
    }

    var name: String { polled.point.id.name }

    /// The count behind a counter's reading; `nil` for another mode or a reading without a value.
    public func total(of outcome: Outcome) -> Int64? {
        guard mode == .counter else { return nil }
        switch outcome.value {
        case .integer(let total): return total
        case .number(let value):
            return Int64(exactly: (value * pulsesPerUnit).rounded())
        case .boolean, .text, nil: return nil
        }
    }

    /// A counter's value for a count.
    ///
    /// - Parameter total: edges counted in all.
    /// - Returns: the count by `pulsesPerUnit`.
    public func value(of total: Int64) -> Value {
        pulsesPerUnit == 1 ? .integer(total) : .number(Double(total) / pulsesPerUnit)
    }
}
