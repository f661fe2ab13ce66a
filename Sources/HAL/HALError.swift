// SPDX-License-Identifier: Apache-2.0

/// A definition of devices, points or channels that breaks a rule of this module.
public struct HALError: Error, Hashable, Sendable {
    /// The rule that was broken.
    public let rule: Rule
    /// Where: a device's or point's name, or the offending text itself.
    public let place: String
    /// What would have been right, if that can be said.
    public let detail: String?

    /// What a definition must keep to.
    public enum Rule: String, Sendable, CaseIterable {
        /// Two devices of one bus have the same name.
        case duplicateDevice = "duplicate-device"
        /// Two points of one bus have the same name.
        case duplicatePoint = "duplicate-point"
        /// A bus has more points than `HALLimits.pointsPerBusMax`.
        case tooManyPoints = "too-many-points"
        /// A period lies outside `HALLimits.periodMillisecondsMin…Max`.
        case periodOutOfRange = "period-out-of-range"
        /// A time limit lies outside 1 ms … `HALLimits.timeoutMillisecondsMax`.
        case timeoutOutOfRange = "timeout-out-of-range"
        /// Back-off bounds are reversed or lie outside 1 ms … `HALLimits.backoffMillisecondsMax`.
        case backoffOutOfRange = "backoff-out-of-range"
        /// A scale or offset is not a finite number, or the scale is zero.
        case scaleNotUsable = "scale-not-usable"
        /// A channel's first word names no kind of channel.
        case unknownChannel = "unknown-channel"
        /// A channel's text is not of the form that its kind demands.
        case malformedChannel = "malformed-channel"
        /// A point is to be written whose channel can only be read.
        case noOutput = "no-output"
        /// A PWM output has no period, or one outside `PulseShape.periods`.
        case pulsePeriodOutOfRange = "pulse-period-out-of-range"
        /// A device's identifier is not of the form that its bus demands.
        case malformedIdentifier = "malformed-identifier"
        /// A device belongs to a family that is not known.
        case unknownFamily = "unknown-family"
        /// Two devices of one bus have the same identifier.
        case duplicateIdentifier = "duplicate-identifier"
        /// A serial line's speed is none that can be set.
        case lineSpeed = "line-speed"
        /// A waveform's first word names no kind of waveform.
        case unknownWaveform = "unknown-waveform"
        /// A waveform's text is not of the form that its kind demands.
        case malformedWaveform = "malformed-waveform"
        /// A fault to simulate has no such word.
        case unknownFault = "unknown-fault"
        /// A simulated fault's timing is not of a known form.
        case malformedFault = "malformed-fault"
        /// A simulated delay is negative or longer than `HALLimits.timeoutMillisecondsMax`.
        case delayOutOfRange = "delay-out-of-range"
        /// An interlock is not `POINT < NUMBER`, `<=`, `>`, `>=`, or `POINT is true|false`.
        case malformedInterlock = "malformed-interlock"
        /// An output depends on more conditions than `HALLimits.interlocksPerOutputMax`.
        case tooManyInterlocks = "too-many-interlocks"
        /// The range of a level is reversed or not finite, or its step is not positive or exceeds it.
        case levelNotUsable = "level-not-usable"
        /// The safe value is of the wrong type, out of range or off the steps.
        case safeValueNotUsable = "safe-value-not-usable"
        /// A limit of an output's rate or lease lies outside its bounds.
        case outputLimitOutOfRange = "output-limit-out-of-range"
    }

    /// A broken rule.
    public init(_ rule: Rule, at place: String, detail: String? = nil) {
        self.rule = rule
        self.place = place
        self.detail = detail
    }
}

extension HALError: CustomStringConvertible {
    /// Place, rule and what would have been right.
    public var description: String {
        let head = "\(place): \(rule.rawValue)"
        guard let detail else { return head }
        return "\(head) (\(detail))"
    }
}
