// SPDX-License-Identifier: Apache-2.0

internal import Telemetry

/// A point that shows, and may set, a figure of the Linux kernel.
public struct LinuxPointDefinition: Hashable, Sendable {
    /// The point and its period.
    public let polled: PolledPoint
    /// The figure.
    public let channel: LinuxChannel
    /// How the figure becomes the point's value.
    public let scale: ValueScale
    /// Whether the point can be written: only an LED or a PWM channel can.
    public let isOutput: Bool
    /// What a PWM channel that is an output is set to beside its duty.
    public let pulse: PulseShape?

    /// A point on `channel`.
    public init(
        polled: PolledPoint, channel: LinuxChannel, scale: ValueScale = ValueScale(),
        isOutput: Bool = false, pulse: PulseShape? = nil
    ) {
        self.polled = polled
        self.channel = channel
        self.scale = scale
        self.isOutput = isOutput
        self.pulse = pulse
    }

    /// Checks what `DeviceDescription.check` can't see.
    func check() throws(HALError) {
        try scale.check(polled)
        guard isOutput else { return }
        let name = polled.point.id.name
        switch channel {
        case .led: return
        case .pwm:
            guard let pulse, PulseShape.periods.contains(pulse.periodNanoseconds) else {
                throw HALError(
                    .pulsePeriodOutOfRange, at: name,
                    detail: "\(PulseShape.periods.lowerBound)…\(PulseShape.periods.upperBound) ns")
            }
        default: throw HALError(.noOutput, at: name, detail: "led:… and pwm:… can be written")
        }
    }
}
