// SPDX-License-Identifier: Apache-2.0

internal import HAL
internal import Telemetry

/// Reads a bus of 1-Wire thermometers.
enum OneWireTables {
    private enum Channel { case temperature }

    /// The bus's devices; `nil` if something is wrong, which is then noted.
    static func read(_ bus: TableReader, _ devices: [DeviceTable]) -> [OneWireDeviceDefinition]? {
        let definitions = devices.map(device)
        guard definitions.allSatisfy({ $0 != nil }) else { return nil }
        return definitions.compactMap { $0 }
    }

    private static func device(_ device: DeviceTable) -> OneWireDeviceDefinition? {
        let text = device.table.text("id")
        var id: OneWireID?
        do throws(HALError) {
            id = text.isEmpty ? nil : try OneWireID(parsing: text)
        } catch {
            device.table.problem("id", error)
        }
        let points = device.points.map(point)
        guard let id, points.allSatisfy({ $0 != nil }) else { return nil }
        return OneWireDeviceDefinition(
            name: device.name, id: id, points: points.compactMap { $0 },
            timeoutMilliseconds: device.timeoutMilliseconds(
                default: Double(OneWireDeviceDefinition.timeoutMillisecondsDefault) / 1000),
            backoffMillisecondsMin: device.backoffMillisecondsMin,
            backoffMillisecondsMax: device.backoffMillisecondsMax)
    }

    private static func point(_ point: PointTable) -> OneWireDeviceDefinition.Point? {
        let channel = point.table.choice(
            "channel", ["temperature": Channel.temperature], default: "temperature")
        let scale = point.valueScale()
        point.checkUnit(Unit("Cel"), of: "channel", scale)
        guard let polled = point.polled, channel != nil else { return nil }
        return OneWireDeviceDefinition.Point(polled: polled, scale: scale)
    }
}
