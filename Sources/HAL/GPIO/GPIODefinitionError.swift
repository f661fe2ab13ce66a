// SPDX-License-Identifier: Apache-2.0

/// Why a bus, device or point of GPIO lines can't be as it was defined.
public struct GPIODefinitionError: Error, Hashable, Sendable {
    /// The rule that was broken.
    public let rule: Rule
    /// The device or point that breaks it.
    public let place: String
    /// What was found, and what would be right.
    public let detail: String

    /// The rules of a definition.
    public enum Rule: String, Sendable, CaseIterable {
        /// A bus has at least one device, and a device at least one point.
        case empty
        /// A bus has at most `GPIOLimits.linesPerBusMax` lines.
        case lineCount = "line-count"
        /// The devices, points or times break a rule of `DeviceDescription.check`.
        case schedule
        /// The text names no line: empty, too long, or with control characters.
        case line
        /// Chips are not counted in the same order at every boot.
        case chipNumber = "chip-number"
        /// A line belongs to one device.
        case sharedLine = "shared-line"
        /// Points on one line agree on bias, active-low and debounce, and only inputs share one.
        case lineConflict = "line-conflict"
        /// Edges, bias-dependent measuring and debounce are for inputs.
        case outputSetting = "output-setting"
        /// A drive and an initial level are for outputs.
        case inputSetting = "input-setting"
        /// The edges do not fit the mode.
        case edges
        /// The debounce period is outside its limits.
        case debounce
        /// Pulses per unit are a finite number above zero, and for counters.
        case pulsesPerUnit = "pulses-per-unit"
        /// Scale and offset are finite, the scale is not zero, and only measures have them.
        case scale
        /// The range is reversed, or the value is a state.
        case range
    }
}

extension GPIODefinitionError: CustomStringConvertible {
    /// Place, rule and detail.
    public var description: String { "\(place): \(rule.rawValue): \(detail)" }
}
