// SPDX-License-Identifier: Apache-2.0

public import Telemetry

/// What may be written to an output, how often, for how long, under which conditions, and the
/// value that it falls back to.
public struct OutputRules: Hashable, Sendable {
    /// What kind of value the output takes.
    public let kind: Kind
    /// The value that does no harm when nobody looks after the output.
    public let safe: Value
    /// The shortest time between two changes; 0 for none.
    public let intervalMillisecondsMin: Int64
    /// Changes within any hour; `nil` for no limit. Returns to the safe state are never refused.
    public let changesPerHourMax: Int?
    /// The longest lease.
    public let leaseMillisecondsMax: Int64
    /// What must hold while the output is not in its safe state.
    public let interlocks: [Interlock]

    /// The kind of value of an output.
    public enum Kind: Hashable, Sendable {
        /// On or off.
        case state
        /// A number in the point's unit, within a range; with a step, only its multiples above the
        /// least value.
        case level(ClosedRange<Double>, step: Double? = nil)
    }

    /// Rules of one output.
    ///
    /// - Parameters:
    ///   - kind: what kind of value it takes.
    ///   - safe: the value that it falls back to.
    ///   - intervalMillisecondsMin: the shortest time between two changes.
    ///   - changesPerHourMax: changes within any hour; `nil` for no limit.
    ///   - leaseMillisecondsMax: the longest lease.
    ///   - interlocks: what must hold while it is not in its safe state.
    ///   - place: the output's name, for the error.
    /// - Throws: `HALError`: `levelNotUsable`, `safeValueNotUsable`, `outputLimitOutOfRange`,
    ///   `tooManyInterlocks`.
    public init(
        _ kind: Kind, safe: Value, intervalMillisecondsMin: Int64 = 100,
        changesPerHourMax: Int? = nil, leaseMillisecondsMax: Int64 = 3_600_000,
        interlocks: [Interlock] = [], place: String = "output"
    ) throws(HALError) {
        self.kind = kind
        self.safe = safe
        self.intervalMillisecondsMin = intervalMillisecondsMin
        self.changesPerHourMax = changesPerHourMax
        self.leaseMillisecondsMax = leaseMillisecondsMax
        self.interlocks = interlocks
        if case .level(let range, let step) = kind {
            let width = range.upperBound - range.lowerBound
            guard width.isFinite, width > 0, step.map({ $0 > 0 && $0 <= width }) ?? true else {
                throw HALError(.levelNotUsable, at: place)
            }
        }
        if let refusal = refusal(of: safe) {
            throw HALError(.safeValueNotUsable, at: place, detail: "\(refusal)")
        }
        let most = HALLimits.self
        guard (0...most.outputIntervalMillisecondsMax).contains(intervalMillisecondsMin),
            (1...most.changesPerHourMax).contains(changesPerHourMax ?? 1),
            (1...most.leaseMillisecondsMax).contains(leaseMillisecondsMax)
        else { throw HALError(.outputLimitOutOfRange, at: place) }
        guard interlocks.count <= most.interlocksPerOutputMax else {
            throw HALError(
                .tooManyInterlocks, at: place, detail: "at most \(most.interlocksPerOutputMax)")
        }
    }

    /// Why a value can never be written; `nil` if it can.
    public func refusal(of value: Value) -> OutputRefusal? {
        switch (kind, value) {
        case (.state, .boolean): return nil
        case (.level(let range, let step), .integer), (.level(let range, let step), .number):
            // NaN lies in no range.
            guard let level = value.level, range.contains(level) else { return .range(range) }
            guard let step else { return nil }
            let steps = (level - range.lowerBound) / step
            return abs(steps - steps.rounded()) <= 1e-6 ? nil : .step(step)
        default: return .type
        }
    }

    /// Whether a value that was read is the one that was written, as near as levels come: within a
    /// step, or a hundredth of the range.
    public func agrees(_ read: Value, with written: Value) -> Bool {
        guard case .level(let range, let step) = kind, let left = read.level,
            let right = written.level
        else { return read == written }
        let tolerance = max(step ?? 0, (range.upperBound - range.lowerBound) / 100)
        return abs(left - right) <= tolerance
    }

    /// Whether two values are the same to the hardware.
    func isSame(_ left: Value, _ right: Value) -> Bool {
        guard let one = left.level, let other = right.level else { return left == right }
        return one == other
    }

    /// Whether a value is the safe one.
    func isSafe(_ value: Value) -> Bool { isSame(value, safe) }
}
