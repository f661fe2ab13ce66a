// SPDX-License-Identifier: Apache-2.0

internal import Telemetry

/// A point that shows a figure of the Linux kernel.
public struct LinuxPointDefinition: Hashable, Sendable {
    /// The point and its period.
    public let polled: PolledPoint
    /// The figure.
    public let channel: LinuxChannel
    /// Value = figure × `scale` + `offset`. States are never scaled.
    public let scale: Double
    /// Added after scaling, in the point's unit.
    public let offset: Double
    /// Values outside are bad quality; in the point's unit.
    public let range: ClosedRange<Double>?

    /// A point on `channel`.
    public init(
        polled: PolledPoint, channel: LinuxChannel, scale: Double = 1, offset: Double = 0,
        range: ClosedRange<Double>? = nil
    ) {
        self.polled = polled
        self.channel = channel
        self.scale = scale
        self.offset = offset
        self.range = range
    }

    /// The outcome for a figure of the kernel.
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
}
