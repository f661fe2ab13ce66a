// SPDX-License-Identifier: Apache-2.0

import HAL
import Telemetry
import Testing

/// A Modbus driver on a register image instead of a bus.
@Suite struct RegisterImageTests {
    private func driver(
        _ points: [(name: String, table: ModbusTable, address: Int, type: ModbusEncoding)],
        _ image: ModbusRegisterImage, gap: Int = 16
    ) throws -> ModbusDriver {
        let definitions = try points.map { point in
            ModbusPointDefinition(
                polled: PolledPoint(
                    point: Point(id: try #require(PointID("d/\(point.name)")), unit: .count),
                    periodMilliseconds: 1000),
                table: point.table, address: point.address, encoding: point.type)
        }
        let device = ModbusDeviceDefinition(
            name: "d", unitID: 1, points: definitions, gapRegistersMax: gap)
        return try ModbusDriver(
            ModbusBusDefinition(endpoint: .tcp(host: "localhost"), devices: [device]),
            answeringFrom: image)
    }

    @Test("what it holds is read; what it does not hold is refused alone")
    func reads() async throws {
        var image = ModbusRegisterImage()
        #expect(image.isEmpty)
        image[.input, 10] = 0xffff
        image[.input, 12] = 7
        image[.coil, 3] = 1
        image[.coil, 4] = 0
        #expect(image.addresses(of: .input) == [10, 12] && image.addresses(of: .holding).isEmpty)
        let driver = try driver(
            [
                ("a", .input, 10, .int16), ("b", .input, 11, .uint16), ("c", .input, 12, .uint16),
                ("d", .coil, 3, .boolean), ("e", .coil, 4, .boolean), ("f", .holding, 10, .uint16),
            ], image)
        let outcomes = await driver.read(device: 0, points: Array(0..<6))
        #expect(
            outcomes == [
                .good(.integer(-1)), .bad(.modbusIllegalAddress), .good(.integer(7)),
                .good(.boolean(true)), .good(.boolean(false)), .bad(.modbusIllegalAddress),
            ])
        await driver.close()
    }

    @Test("requests are as many as the gaps between points demand")
    func requests() async throws {
        let points = [0, 1, 10, 40].map { ("p\($0)", ModbusTable.input, $0, ModbusEncoding.uint16) }
        let near = try driver(points, ModbusRegisterImage(), gap: 8)
        #expect(await near.requestCount(device: 0, points: [0, 1, 2, 3]) == 2)
        #expect(await near.requestCount(device: 0, points: [0, 3]) == 2)
        #expect(await near.requestCount(device: 1, points: [0]) == 0)
        let apart = try driver(points, ModbusRegisterImage(), gap: 0)
        #expect(await apart.requestCount(device: 0, points: [0, 1, 2, 3]) == 3)
    }
}
