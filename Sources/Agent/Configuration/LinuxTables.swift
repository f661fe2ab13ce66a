// SPDX-License-Identifier: Apache-2.0

internal import HAL
internal import Telemetry

/// Reads a bus of the kernel's own figures.
enum LinuxTables {
    /// The bus's devices; `nil` if something is wrong, which is then noted.
    static func read(_ bus: TableReader, _ devices: [DeviceTable]) -> [LinuxDeviceDefinition]? {
        let definitions = devices.map { device -> LinuxDeviceDefinition? in
            let points = device.points.map(point)
            guard points.allSatisfy({ $0 != nil }) else { return nil }
            return LinuxDeviceDefinition(name: device.name, points: points.compactMap { $0 })
        }
        guard definitions.allSatisfy({ $0 != nil }) else { return nil }
        return definitions.compactMap { $0 }
    }

    private static func point(_ point: PointTable) -> LinuxPointDefinition? {
        let table = point.table
        let text = table.text("channel")
        let (scale, offset) = point.scaling()
        let (minimum, maximum) = point.range()
        var channel: LinuxChannel?
        do throws(HALError) {
            channel = text.isEmpty ? nil : try LinuxChannel(parsing: text)
        } catch {
            table.problem("channel", error)
        }
        guard let polled = point.polled, let channel else { return nil }
        if let unit = channel.unit, unit != polled.point.unit, scale == 1, offset == 0 {
            table.problem(
                "unit",
                "the channel's values are in \"\(unit.symbol)\"; give that unit, or a scale")
        }
        let lower = minimum ?? -.greatestFiniteMagnitude
        let upper = maximum ?? .greatestFiniteMagnitude
        // A reversed range has been noted already.
        let range = minimum == nil && maximum == nil || lower > upper ? nil : lower...upper
        return LinuxPointDefinition(
            polled: polled, channel: channel, scale: scale, offset: offset, range: range)
    }
}
