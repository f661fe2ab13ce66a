// SPDX-License-Identifier: Apache-2.0

internal import Telemetry

/// How a figure of a source becomes a point's value: figure × `scale` + `offset`, within `range`.
public struct ValueScale: Hashable, Sendable {
    /// The factor.
    public let scale: Double
    /// Added after scaling, in the point's unit.
    public let offset: Double
    /// Values outside are bad quality; in the point's unit.
    public let range: ClosedRange<Double>?

    /// A scale; what is left out changes nothing.
    public init(scale: Double = 1, offset: Double = 0, range: ClosedRange<Double>? = nil) {
        self.scale = scale
        self.offset = offset
        self.range = range
    }

    /// The outcome for a figure. States and texts are never scaled.
    func outcome(of figure: Value) -> Outcome {
        let value: Value
        switch figure {
        case .boolean, .text: return .good(figure)
        case .integer(let integer) where scale == 1 && offset == 0: value = .integer(integer)
        case .integer(let integer): value = .number(Double(integer) * scale + offset)
        case .number(let number): value = .number(number * scale + offset)
        }
        let number: Double =
            switch value {
            case .integer(let integer): Double(integer)
            case .number(let number): number
            case .boolean, .text: 0
            }
        guard number.isFinite else { return .bad(.notANumber) }
        if let range, !range.contains(number) { return .bad(.outOfRange) }
        return .good(value)
    }

    /// The figure that a value of the point stands for; `nil` if it lies outside the range.
    func figure(of number: Double) -> Double? {
        if let range, !range.contains(number) { return nil }
        let figure = (number - offset) / scale
        return figure.isFinite ? figure : nil
    }

    /// Checks that values survive it.
    func check(_ point: PolledPoint) throws(HALError) {
        guard scale.isFinite, scale != 0, offset.isFinite else {
            throw HALError(
                .scaleNotUsable, at: point.point.id.name, detail: "finite, the scale not zero")
        }
    }
}
