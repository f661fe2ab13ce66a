// SPDX-License-Identifier: Apache-2.0

import HAL
import Telemetry
import Testing

/// Short ways to write definitions.
enum ModbusFixtures {
    /// A point named `device/NAME`, read every second.
    static func point(
        _ name: String = "p", _ table: ModbusTable = .holding, _ address: Int = 0,
        _ encoding: ModbusEncoding = .uint16, order: ModbusOrder = .abcd, scale: Double = 1,
        offset: Double = 0, minimum: Double? = nil, maximum: Double? = nil, period: Int64 = 1000,
        write: ModbusWrite? = nil, model: Int? = nil, scaleRegister: Int? = nil
    ) throws -> ModbusPointDefinition {
        let id = try #require(PointID("device/\(name)"))
        return ModbusPointDefinition(
            polled: PolledPoint(point: Point(id: id, unit: .count), periodMilliseconds: period),
            table: table, address: address, encoding: encoding, order: order, scale: scale,
            offset: offset, minimum: minimum, maximum: maximum, write: write, model: model,
            scaleRegister: scaleRegister)
    }

    /// Holding registers of 16 bits at those addresses, named for them.
    static func registers(_ addresses: [Int]) throws -> [ModbusPointDefinition] {
        try addresses.map { try point("r\($0)", .holding, $0) }
    }

    static func device(
        _ points: [ModbusPointDefinition], name: String = "device", unit: Int = 1,
        timeout: Int64 = 2000, retries: Int = 0, gap: Int = 16
    ) -> ModbusDeviceDefinition {
        ModbusDeviceDefinition(
            name: name, unitID: unit, points: points, responseTimeoutMilliseconds: timeout,
            retries: retries, gapRegistersMax: gap)
    }

    static func tcp(
        _ port: Int, _ devices: ModbusDeviceDefinition..., host: String = "127.0.0.1"
    ) throws -> ModbusDriver {
        try ModbusDriver(
            ModbusBusDefinition(endpoint: .tcp(host: host, port: port), devices: devices))
    }

    static func rtu(
        _ path: String, baud: Int = 19_200, _ devices: ModbusDeviceDefinition...
    ) throws -> ModbusDriver {
        try ModbusDriver(
            ModbusBusDefinition(
                endpoint: .rtu(ModbusSerialLine(device: path, baud: baud)), devices: devices))
    }
}

extension ModbusDriver {
    /// Two reads with nothing else between them, however busy the machine is. What `between` does
    /// comes after the first read, what it returns is done after the second.
    func readTwice(
        device: Int, points: [Int], _ between: @Sendable () throws -> @Sendable () -> Void
    ) rethrows -> [[Outcome]] {
        let first = read(device: device, points: points)
        let end = try between()
        defer { end() }
        return [first, read(device: device, points: points)]
    }
}
