// SPDX-License-Identifier: Apache-2.0

public import Telemetry

extension LinuxDriver: HoldingOutputDriver {
    /// Writes an LED or a PWM channel and reads it back; see `OutputDriver.write`.
    ///
    /// - Parameters:
    ///   - value: a state for `led:NAME`, a number for the others.
    ///   - output: one of `outputs`.
    /// - Throws: `WriteFailure`.
    public func write(_ value: Value, to output: OutputIndex) throws(WriteFailure) {
        let point = try definition(of: output)
        var files = LinuxFiles(root: root)
        switch point.channel {
        case .led(let name, let isLevel):
            try LEDOutput(name: name, isLevel: isLevel).write(
                try Self.figure(of: value, for: point), &files)
        case .pwm(let device, let channel):
            guard case .number(let duty) = try Self.figure(of: value, for: point),
                let shape = point.pulse
            else { throw WriteFailure(.malformedValue, "write", "\(point.channel)") }
            let pwm: PWMOutput
            do throws(ReadFault) {
                pwm = try PWMOutput(device: device, channel: channel, &files)
            } catch {
                throw WriteFailure(error.fault, "find", "\(point.channel)")
            }
            try pwm.write(duty, shape, &files)
        default: throw WriteFailure(.missing, "write", "\(point.channel)")
        }
    }

    /// Writes an LED for a while; see `HoldingOutputDriver.hold`.
    ///
    /// The kernel switches an LED off for a moment when a plain write takes it from a hold. Prolong
    /// the hold instead where that matters.
    ///
    /// - Parameters:
    ///   - value: a state for `led:NAME`, a number for `led:NAME/level`.
    ///   - output: one of `outputs`.
    ///   - milliseconds: for how long.
    ///   - safe: what follows then.
    /// - Throws: `WriteFailure`; `missing` if it is no LED, or the kernel has no `pattern` trigger.
    public func hold(
        _ value: Value, on output: OutputIndex, milliseconds: Int64, then safe: Value
    ) throws(WriteFailure) {
        let point = try definition(of: output)
        guard case .led(let name, let isLevel) = point.channel else {
            throw WriteFailure(.missing, "hold", "\(point.channel)")
        }
        var files = LinuxFiles(root: root)
        try LEDOutput(name: name, isLevel: isLevel).hold(
            try Self.figure(of: value, for: point), milliseconds: milliseconds,
            then: try Self.figure(of: safe, for: point), &files)
    }

    private func definition(
        of output: OutputIndex
    ) throws(WriteFailure) -> LinuxPointDefinition {
        guard outputs.contains(output) else {
            throw WriteFailure(.missing, "find", "output \(output.device)/\(output.point)")
        }
        return definitions[output.device].points[output.point]
    }

    /// The kernel's figure for a value in the point's unit.
    private static func figure(
        of value: Value, for point: LinuxPointDefinition
    ) throws(WriteFailure) -> Value {
        let number: Double
        switch value {
        case .boolean, .text: return value
        case .integer(let integer): number = Double(integer)
        case .number(let double): number = double
        }
        guard let figure = point.scale.figure(of: number) else {
            throw WriteFailure(.outOfRange, "write", "\(point.channel)")
        }
        return .number(figure)
    }
}
