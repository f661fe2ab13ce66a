// SPDX-License-Identifier: Apache-2.0

internal import Telemetry

/// The name of a hwmon sensor, `temp1`, or of one of its alarms, `in0_lcrit_alarm`, and what the
/// kernel's number means. Source: Linux `Documentation/hwmon/sysfs-interface.rst`.
struct HwmonAttribute: Hashable, Sendable {
    enum Kind: String, Sendable, CaseIterable {
        case voltage = "in"
        case current = "curr"
        case power
        case energy
        case temperature = "temp"
        case humidity
        case fan
        case frequency = "freq"
    }

    let kind: Kind
    /// `temp1`.
    let sensor: String
    /// `lcrit_alarm` for an alarm, `nil` for the measured value.
    let alarm: String?

    /// Takes `temp1`, `temp1_input` or `temp1_crit_alarm`; `nil` for any other text.
    init?(name: String) {
        let letters = name.prefix { $0.isASCII && $0.isLetter }
        let digits = name.dropFirst(letters.count).prefix { $0.isASCII && $0.isNumber }
        let suffix = name.dropFirst(letters.count + digits.count)
        guard let kind = Kind(rawValue: String(letters)), (1...4).contains(digits.count) else {
            return nil
        }
        self.kind = kind
        sensor = String(letters + digits)
        if suffix.isEmpty || suffix == "_input" {
            alarm = nil
        } else if suffix.hasPrefix("_"), suffix == "_alarm" || suffix.hasSuffix("_alarm"),
            suffix.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") })
        {
            alarm = String(suffix.dropFirst())
        } else {
            return nil
        }
    }

    /// The files that may hold the value, the best first.
    var files: [String] {
        if let alarm { return ["\(sensor)_\(alarm)"] }
        // Some power meters only know the average of an interval.
        return kind == .power ? ["\(sensor)_input", "\(sensor)_average"] : ["\(sensor)_input"]
    }

    /// The kernel's units in one of ours.
    var divisor: Double {
        switch kind {
        case .voltage, .current, .temperature, .humidity: 1000
        case .power, .energy: 1_000_000
        case .fan, .frequency: 1
        }
    }

    var unit: Unit? {
        if alarm != nil { return .ratio }
        return switch kind {
        case .voltage: Unit("V")
        case .current: Unit("A")
        case .power: Unit("W")
        case .energy: Unit("J")
        case .temperature: Unit("Cel")
        case .humidity: Unit("%RH")
        case .fan: Unit("1/min")
        case .frequency: Unit("Hz")
        }
    }

    /// What the kernel's number means.
    func value(of number: Int64) throws(ReadFault) -> Value {
        if alarm == nil { return .number(Double(number) / divisor) }
        guard number == 0 || number == 1 else { throw ReadFault(.malformedValue) }
        return .boolean(number == 1)
    }
}
