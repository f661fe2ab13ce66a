// SPDX-License-Identifier: Apache-2.0

internal import HAL

/// Reads a bus that is a satellite receiver on a serial line.
enum NMEATables {
    /// The bus with its devices; `nil` if something is wrong, which is then noted.
    static func read(_ bus: TableReader, _ devices: [DeviceTable]) -> NMEABusDefinition? {
        let line = bus.text("device")
        let baud = Int(bus.integer("baud", in: 1...10_000_000, default: 9600))
        let isSettable = NMEABusDefinition.baudRates.contains(baud)
        if !isSettable {
            let rates = NMEABusDefinition.baudRates.map(String.init).joined(separator: ", ")
            bus.problem("baud", "must be one of \(rates), not \(baud)")
        }
        let definitions = devices.map(device)
        guard definitions.allSatisfy({ $0 != nil }), isSettable else { return nil }
        return NMEABusDefinition(line: line, baud: baud, devices: definitions.compactMap { $0 })
    }

    private static func device(_ device: DeviceTable) -> NMEABusDefinition.Device? {
        let stale = device.table.seconds(
            "stale_seconds", inMilliseconds: 10...HALLimits.backoffMillisecondsMax, default: 5)
        let points = device.points.map(point)
        guard points.allSatisfy({ $0 != nil }) else { return nil }
        return NMEABusDefinition.Device(
            name: device.name, points: points.compactMap { $0 },
            timeoutMilliseconds: device.timeoutMilliseconds(default: 2.5),
            staleMilliseconds: stale, backoffMillisecondsMin: device.backoffMillisecondsMin,
            backoffMillisecondsMax: device.backoffMillisecondsMax)
    }

    private static func point(_ point: PointTable) -> NMEABusDefinition.Point? {
        let channel = point.table.choice(
            "channel",
            [
                "latitude": NMEAChannel.latitude, "longitude": .longitude, "altitude": .altitude,
                "speed": .speed, "course": .course, "satellites": .satellites, "hdop": .hdop,
                "fix": .fix, "time": .time,
            ])
        let scale = point.valueScale()
        guard let polled = point.polled, let channel else { return nil }
        point.checkUnit(channel.unit, of: "channel", scale)
        return NMEABusDefinition.Point(polled: polled, channel: channel, scale: scale)
    }
}
