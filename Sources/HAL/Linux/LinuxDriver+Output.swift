// SPDX-License-Identifier: Apache-2.0

public import Telemetry

extension LinuxDriver: HoldingOutputDriver {
    /// Writes an LED or a PWM channel and reads it back; see `OutputDriver.write`.
    ///
    /// - Parameters:
    ///   - value: a state for `led:NAME`, a number for the others.
    ///   - output: one of `outputs`.
    ///   - permit: what the write depends on.
    /// - Throws: `WriteFailure`.
    public func write(
        _ value: Value, to output: OutputIndex, permit: WritePermit
    ) throws(WriteFailure) {
        let point = try definition(of: output)
        var files = LinuxFiles(root: root)
        switch point.channel {
        case .led(let name, let isLevel):
            let figure = try Self.figure(of: value, for: point)
            try LEDOutput(name: name, isLevel: isLevel).write(figure, permit, &files)
        case .pwm(let device, let channel):
            let (duty, shape) = try Self.duty(value, for: point)
            let pwm = try Self.pwm(device, channel, &files)
            try pwm.write(duty, shape, permit, &files)
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

    /// The file of the kernel that sets an LED's brightness or a PWM channel's duty.
    ///
    /// - Parameters:
    ///   - value: as in `write`.
    ///   - output: one of `outputs`.
    /// - Returns: `nil` while the kernel does not show the output, and for a PWM channel before it
    ///   was written to.
    public func fallback(_ value: Value, of output: OutputIndex) -> OutputFallback? {
        var files = LinuxFiles(root: root)
        do throws(WriteFailure) {
            let point = try definition(of: output)
            switch point.channel {
            case .led(let name, let isLevel):
                return try LEDOutput(name: name, isLevel: isLevel).fallback(
                    try Self.figure(of: value, for: point), &files)
            case .pwm(let device, let channel):
                let (duty, shape) = try Self.duty(value, for: point)
                return try Self.pwm(device, channel, &files).fallback(duty, shape, &files)
            default: return nil
            }
        } catch {
            return nil
        }
    }

    private static func duty(
        _ value: Value, for point: LinuxPointDefinition
    ) throws(WriteFailure) -> (Double, PulseShape) {
        guard case .number(let duty) = try figure(of: value, for: point), let shape = point.pulse
        else { throw WriteFailure(.malformedValue, "write", "\(point.channel)") }
        return (duty, shape)
    }

    private static func pwm(
        _ device: String, _ channel: Int, _ files: inout LinuxFiles
    ) throws(WriteFailure) -> PWMOutput {
        do throws(ReadFault) {
            return try PWMOutput(device: device, channel: channel, &files)
        } catch {
            throw WriteFailure(error.fault, "find", "pwm:\(device)/\(channel)")
        }
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
