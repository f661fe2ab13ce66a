// SPDX-License-Identifier: Apache-2.0

internal import HAL
internal import Telemetry

/// Reads a bus of the kernel's own figures.
enum LinuxTables {
    /// The bus's devices; `nil` if something is wrong, which is then noted.
    static func read(_ bus: TableReader, _ devices: [DeviceTable]) -> [LinuxDeviceDefinition]? {
        let definitions = devices.map { device -> LinuxDeviceDefinition? in
            let chip = device.table.optionalText("chip")
            let place = place(device.table)
            let isInstantiated = device.table.boolean("instantiate", default: false)
            let isComplete = !isInstantiated || chip != nil && place != nil
            if !isComplete {
                device.table.problem("instantiate", "needs the keys \"chip\" and \"i2c\"")
            }
            let points = device.points.map { point($0, chip: chip) }
            guard points.allSatisfy({ $0 != nil }), isComplete else { return nil }
            return LinuxDeviceDefinition(
                name: device.name, points: points.compactMap { $0 }, chip: chip, i2c: place,
                isInstantiated: isInstantiated)
        }
        guard definitions.allSatisfy({ $0 != nil }) else { return nil }
        return definitions.compactMap { $0 }
    }

    private static func place(_ table: TableReader) -> I2CPlace? {
        guard let text = table.optionalText("i2c") else { return nil }
        do throws(HALError) {
            return try I2CPlace(parsing: text)
        } catch {
            table.problem("i2c", error)
            return nil
        }
    }

    /// The channel's text with the device's chip in place of `{chip}`.
    private static func text(_ table: TableReader, chip: String?) -> String {
        let text = table.text("channel")
        guard text.contains("{chip}") else { return text }
        guard let chip else {
            table.problem("channel", "{chip} needs the device's key \"chip\"")
            return ""
        }
        return text.replacing("{chip}", with: chip)
    }

    private static func point(_ point: PointTable, chip: String?) -> LinuxPointDefinition? {
        let table = point.table
        let text = text(table, chip: chip)
        let scale = point.valueScale()
        var channel: LinuxChannel?
        do throws(HALError) {
            channel = text.isEmpty ? nil : try LinuxChannel(parsing: text)
        } catch {
            table.problem("channel", error)
        }
        guard let polled = point.polled, let channel else { return nil }
        point.checkUnit(channel.unit, of: "channel", scale)
        // Of an output that can't be one the reader of the buses tells, as for every driver.
        let isOutput = point.isOutput && channel.isWritable
        return LinuxPointDefinition(
            polled: polled, channel: channel, scale: scale, isOutput: isOutput,
            pulse: pulse(table, channel, isOutput: isOutput))
    }

    /// The pulses of a PWM output; `nil` for any other point.
    private static func pulse(
        _ table: TableReader, _ channel: LinuxChannel, isOutput: Bool
    ) -> PulseShape? {
        guard case .pwm = channel, isOutput else { return nil }
        let periods = PulseShape.periods
        let frequencies = 1e9 / Double(periods.upperBound)...1e9 / Double(periods.lowerBound)
        let period = table.optionalInteger("period_nanoseconds", in: periods)
        let frequency = table.optionalNumber("frequency_hertz", in: frequencies)
        if (period == nil) == (frequency == nil) {
            table.problem("a PWM output needs period_nanoseconds or frequency_hertz")
        }
        let polarity = table.choice(
            "polarity", ["normal": false, "inversed": true], default: "normal")
        return PulseShape(
            periodNanoseconds: period ?? Int64((1e9 / (frequency ?? 1)).rounded()),
            isInversed: polarity ?? false)
    }
}
