// SPDX-License-Identifier: Apache-2.0

public import Telemetry

/// A condition on another point without which an output stays in its safe state.
///
/// It holds only while a recent reading of the point says so: what is missing, bad, in doubt or too
/// old breaks it.
public struct Interlock: Hashable, Sendable {
    /// The point that it is about.
    public let point: PointID
    /// What its value must be.
    public let condition: Condition
    /// The oldest reading that still counts.
    public let ageMillisecondsMax: Int64

    /// What a value must be.
    public enum Condition: Hashable, Sendable {
        /// A number below the limit.
        case below(Double)
        /// A number below the limit or equal to it.
        case atMost(Double)
        /// A number above the limit.
        case above(Double)
        /// A number above the limit or equal to it.
        case atLeast(Double)
        /// That state.
        case state(Bool)
    }

    /// A condition on a point.
    public init(point: PointID, condition: Condition, ageMillisecondsMax: Int64) {
        self.point = point
        self.condition = condition
        self.ageMillisecondsMax = ageMillisecondsMax
    }

    /// Reads the form that configuration uses: `tank/level < 80`, `door/closed is true`.
    ///
    /// - Parameters:
    ///   - text: the condition as written.
    ///   - ageMillisecondsMax: the oldest reading that still counts.
    /// - Throws: `HALError`, `.malformedInterlock`.
    public init(parsing text: String, ageMillisecondsMax: Int64) throws(HALError) {
        guard text.utf8.count <= HALLimits.definitionBytesMax else {
            throw HALError(
                .malformedInterlock, at: String(text.prefix(32)),
                detail: "at most \(HALLimits.definitionBytesMax) bytes")
        }
        let words = text.split(separator: " ").map(String.init)
        guard words.count == 3, let point = PointID(words[0]),
            let condition = Self.condition(words[1], words[2])
        else {
            throw HALError(
                .malformedInterlock, at: text,
                detail: "POINT <|<=|>|>= NUMBER, or POINT is true|false")
        }
        self.init(point: point, condition: condition, ageMillisecondsMax: ageMillisecondsMax)
    }

    private static func condition(_ comparison: String, _ operand: String) -> Condition? {
        if comparison == "is" {
            return operand == "true" ? .state(true) : operand == "false" ? .state(false) : nil
        }
        guard let limit = Double(operand), limit.isFinite else { return nil }
        return switch comparison {
        case "<": .below(limit)
        case "<=": .atMost(limit)
        case ">": .above(limit)
        case ">=": .atLeast(limit)
        default: nil
        }
    }

    /// Why the condition does not hold; `nil` if it does.
    ///
    /// That the wall clock is not set is no doubt here: interlocks go by the uptime.
    ///
    /// - Parameters:
    ///   - outcome: the newest of the point; `nil` if there is none.
    ///   - age: how old it is, in milliseconds.
    /// - Returns: the breach.
    public func breach(_ outcome: Outcome?, ageMilliseconds age: Int64) -> InterlockBreach? {
        func broken(_ cause: InterlockBreach.Cause) -> InterlockBreach {
            InterlockBreach(interlock: self, cause: cause)
        }
        guard let outcome else { return broken(.noReading) }
        guard age <= ageMillisecondsMax else { return broken(.stale(ageMilliseconds: age)) }
        guard let value = outcome.timelessValue else {
            return broken(.notReliable(outcome.fault ?? .malformedValue))
        }
        guard let isMet = isMet(value) else { return broken(.wrongType) }
        return isMet ? nil : broken(.notMet(value))
    }

    private func isMet(_ value: Value) -> Bool? {
        switch (condition, value.level, value) {
        case (.below(let limit), let level?, _): level < limit
        case (.atMost(let limit), let level?, _): level <= limit
        case (.above(let limit), let level?, _): level > limit
        case (.atLeast(let limit), let level?, _): level >= limit
        case (.state(let wanted), _, .boolean(let state)): state == wanted
        default: nil
        }
    }
}

extension Interlock: CustomStringConvertible {
    /// The form that configuration uses.
    public var description: String {
        switch condition {
        case .below(let limit): "\(point) < \(limit)"
        case .atMost(let limit): "\(point) <= \(limit)"
        case .above(let limit): "\(point) > \(limit)"
        case .atLeast(let limit): "\(point) >= \(limit)"
        case .state(let state): "\(point) is \(state)"
        }
    }
}

extension Outcome {
    /// The value if nothing casts doubt on it but that nobody knows what time it is.
    var timelessValue: Value? { fault == nil || fault == .clockNotSet ? value : nil }
}

extension Value {
    /// The number, if it is one.
    var level: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        case .boolean, .text: nil
        }
    }
}
