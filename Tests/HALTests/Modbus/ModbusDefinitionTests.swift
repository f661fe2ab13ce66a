// SPDX-License-Identifier: Apache-2.0

import HAL
import Telemetry
import Testing

@Suite struct ModbusDefinitionTests {
    typealias Rule = ModbusDefinitionError.Rule

    private func rules(
        _ points: [ModbusPointDefinition], endpoint: ModbusEndpoint = .tcp(host: "a", port: 502)
    ) -> [Rule] {
        ModbusBusDefinition(endpoint: endpoint, devices: [ModbusFixtures.device(points)])
            .problems.map(\.rule)
    }

    @Test("a sound definition has no problems and makes a driver with its description")
    func sound() throws {
        let point = try ModbusFixtures.point("v", .input, 65_534, .float32, order: .dcba)
        let bus = ModbusBusDefinition(
            endpoint: .tcp(host: "fe80::1%eth0", port: 502),
            devices: [
                ModbusFixtures.device([point], unit: 255, timeout: 300, retries: 2)
            ])
        #expect(bus.problems.isEmpty)
        let devices = try ModbusDriver(bus).devices
        #expect(devices.map(\.name) == ["device"])
        #expect(devices[0].points == [point.polled])
        #expect(devices[0].timeoutMilliseconds == 900)
    }

    @Test(
        "an endpoint that can't exist is refused with its rule",
        arguments: [
            (ModbusEndpoint.tcp(host: "", port: 502), [Rule.host]),
            (.tcp(host: "a b", port: 502), [.host]), (.tcp(host: "a\u{0}", port: 502), [.host]),
            (.tcp(host: String(repeating: "a", count: 254), port: 502), [.host]),
            (.tcp(host: "a", port: 0), [.port]), (.tcp(host: "a", port: 65_536), [.port]),
            (.rtu(.init(device: "ttyUSB0")), [.serialDevice]),
            (.rtu(.init(device: "/dev/\u{0}")), [.serialDevice]),
            (.rtu(.init(device: "/dev/x", baud: 9601)), [.baud]),
            (.rtu(.init(device: "/dev/x", dataBits: 7)), [.dataBits]),
            (.rtu(.init(device: "/dev/x", stopBits: 3)), [.stopBits]),
            (.rtu(.init(device: "/dev/x", rs485: .init(delayBeforeMilliseconds: 101))), [.rs485]),
            (.rtu(.init(device: "/dev/x", rs485: .init(delayAfterMilliseconds: -1))), [.rs485]),
        ])
    func endpoints(endpoint: ModbusEndpoint, expected: [Rule]) throws {
        #expect(rules([try ModbusFixtures.point()], endpoint: endpoint) == expected)
    }

    @Test(
        "a value that can't lie at its place is refused with its rule",
        arguments: [
            (ModbusTable.holding, 65_535, ModbusEncoding.uint32, Rule.address),
            (.holding, 65_533, .float64, .address), (.holding, -1, .uint16, .address),
            (.coil, 65_536, .boolean, .address), (.input, 65_436, .text(registers: 101), .address),
            (.holding, .max, .uint16, .address),
            (.coil, 0, .uint16, .encoding), (.discrete, 0, .flag(bit: 0), .encoding),
            (.holding, 0, .boolean, .encoding), (.input, 0, .boolean, .encoding),
            (.holding, 0, .flag(bit: 16), .bitField), (.holding, 0, .flag(bit: -1), .bitField),
            (.holding, 0, .bits(offset: 9, count: 8), .bitField),
            (.holding, 0, .bits(offset: 0, count: 0), .bitField),
            (.holding, 0, .bits(offset: .max, count: .max), .bitField),
            (.holding, 0, .text(registers: 0), .textLength),
            (.holding, 0, .text(registers: 126), .textLength),
            (.holding, 0, .text(registers: .max), .textLength),
        ])
    func places(table: ModbusTable, address: Int, encoding: ModbusEncoding, rule: Rule) throws {
        let point = try ModbusFixtures.point("p", table, address, encoding)
        let bus = ModbusBusDefinition(
            endpoint: .tcp(host: "a", port: 1), devices: [ModbusFixtures.device([point])])
        #expect(bus.problems.map(\.rule) == [rule])
        #expect(bus.problems.map(\.place) == ["device/p"])
        #expect(throws: bus.problems[0]) { try ModbusDriver(bus) }
    }

    @Test("an order, a scale or a range that means nothing is refused")
    func meaning() throws {
        let text = ModbusEncoding.text(registers: 2)
        #expect(rules([try ModbusFixtures.point(encodingOnly: text, order: .cdab)]) == [.order])
        #expect(
            rules([try ModbusFixtures.point("p", .coil, 0, .boolean, order: .badc)]) == [.order])
        #expect(rules([try ModbusFixtures.point(scale: 0)]) == [.scale])
        #expect(rules([try ModbusFixtures.point(scale: .nan)]) == [.scale])
        #expect(rules([try ModbusFixtures.point(offset: .infinity)]) == [.scale])
        #expect(rules([try ModbusFixtures.point("p", .holding, 0, text, scale: 2)]) == [.scale])
        #expect(rules([try ModbusFixtures.point(minimum: 2, maximum: 1)]) == [.range])
        #expect(rules([try ModbusFixtures.point(minimum: .nan)]) == [.range])
        #expect(rules([try ModbusFixtures.point("p", .coil, 0, .boolean, maximum: 1)]) == [.range])
        #expect(rules([try ModbusFixtures.point(period: 9)]) == [.period])
        #expect(rules([try ModbusFixtures.point(period: .max)]) == [.period])
    }

    @Test("what can't be written is no output")
    func writes() throws {
        func rule(
            _ table: ModbusTable, _ encoding: ModbusEncoding, _ write: ModbusWrite
        ) throws -> [Rule] {
            rules([try ModbusFixtures.point("p", table, 0, encoding, write: write)])
        }
        #expect(try rule(.coil, .boolean, .multiple).isEmpty)
        #expect(try rule(.holding, .flag(bit: 2), .single).isEmpty)
        #expect(try rule(.holding, .text(registers: 123), .multiple).isEmpty)
        #expect(try rule(.holding, .text(registers: 124), .multiple) == [.write])
        #expect(try rule(.holding, .float32, .single) == [.write])
        #expect(try rule(.input, .uint16, .single) == [.write])
        #expect(try rule(.discrete, .boolean, .single) == [.write])
    }

    @Test("a model and a scale factor lie where there can be some")
    func models() throws {
        func rule(
            _ table: ModbusTable = .holding, _ address: Int = 10,
            _ encoding: ModbusEncoding = .int16, model: Int? = 103, scale: Int? = nil
        ) throws -> [Rule] {
            rules([
                try ModbusFixtures.point(
                    "p", table, address, encoding, model: model, scaleRegister: scale)
            ])
        }
        #expect(try rule(scale: 12).isEmpty && rule(scale: 2).isEmpty)
        #expect(try rule(.input, model: nil, scale: 12).isEmpty)
        #expect(try rule(model: 0) == [.model] && rule(model: 65_535) == [.model])
        #expect(try rule(.input) == [.model])
        #expect(try rule(scale: 10) == [.scaleRegister] && rule(scale: -1) == [.scaleRegister])
        #expect(try rule(scale: 65_536) == [.scaleRegister])
        #expect(try rule(.holding, 10, .float32, scale: 12) == [.scaleRegister])
        #expect(try rule(.coil, 10, .boolean, model: nil, scale: 12) == [.scaleRegister])
        // Value and factor are read at once, because devices move it.
        #expect(try rule(scale: 134).isEmpty)
        #expect(try rule(scale: 135) == [.readSize])
    }

    @Test(
        "a TCP endpoint is read from its text",
        arguments: [
            ("meter.lan", ("meter.lan", 502)), ("10.0.0.7:1502", ("10.0.0.7", 1502)),
            ("[::1]:502", ("::1", 502)), ("[fe80::1%eth0]", ("fe80::1%eth0", 502)),
            ("fe80::1", ("fe80::1", 502)), ("", nil), (":502", nil), ("a:", nil), ("a:0", nil),
            ("a:65536", nil), ("a:x", nil), ("[::1", nil), ("[]:1", nil), ("[::1]x", nil),
        ] as [(String, (String, Int)?)])
    func addresses(text: String, expected: (String, Int)?) {
        let endpoint = expected.map { ModbusEndpoint.tcp(host: $0.0, port: $0.1) }
        #expect(ModbusEndpoint(address: text) == endpoint)
    }

    @Test(
        "a unit identifier that nobody can be read by is refused",
        arguments: [0, -1, 248, 254, 256, .max])
    func units(unit: Int) throws {
        let device = ModbusFixtures.device([try ModbusFixtures.point()], unit: unit)
        let bus = ModbusBusDefinition(endpoint: .tcp(host: "a", port: 1), devices: [device])
        #expect(bus.problems.map(\.rule) == [.unitID])
    }

    @Test("unit 255 exists over TCP only")
    func unit255() throws {
        let device = ModbusFixtures.device([try ModbusFixtures.point()], unit: 255)
        let line = ModbusEndpoint.rtu(ModbusSerialLine(device: "/dev/x"))
        #expect(
            ModbusBusDefinition(endpoint: line, devices: [device]).problems.map(\.rule)
                == [.unitID])
    }

    @Test("every setting of a device has limits, and all problems are reported at once")
    func devices() throws {
        let point = try ModbusFixtures.point("p", .holding, 0, .float64)
        let device = ModbusDeviceDefinition(
            name: "d", unitID: 0, points: [point], responseTimeoutMilliseconds: 9, retries: 11,
            backoffMillisecondsMin: 10, backoffMillisecondsMax: 9, gapRegistersMax: 125,
            registersPerReadMax: 3, bitsPerReadMax: 2001)
        let bus = ModbusBusDefinition(
            endpoint: .tcp(host: "a", port: 0), devices: [device, device])
        let once: [Rule] = [
            .unitID, .responseTimeout, .retries, .backoff, .gap, .readSize, .readSize,
        ]
        #expect(bus.problems.map(\.rule) == [.port] + once + [.deviceName] + once + [.pointName])
    }

    @Test("all attempts of one exchange must end within a minute")
    func exchange() throws {
        let point = try ModbusFixtures.point()
        let slow = ModbusEndpoint.rtu(ModbusSerialLine(device: "/dev/x", baud: 110))
        let host = ModbusEndpoint.tcp(host: "a", port: 1)
        for (endpoint, timeout, retries, expected) in [
            (host, 20_000, 2, []), (host, 20_001, 2, [.responseTimeout]),
            (slow, 1000, 1, []), (slow, 1000, 2, [.responseTimeout]),
        ] as [(ModbusEndpoint, Int64, Int, [Rule])] {
            let device = ModbusFixtures.device([point], timeout: timeout, retries: retries)
            let bus = ModbusBusDefinition(endpoint: endpoint, devices: [device])
            #expect(bus.problems.map(\.rule) == expected)
        }
    }

    @Test("a bus without devices, or with too many points, is refused")
    func counts() throws {
        let endpoint = ModbusEndpoint.tcp(host: "a", port: 1)
        #expect(
            ModbusBusDefinition(endpoint: endpoint, devices: []).problems.map(\.rule)
                == [.deviceCount])
        #expect(rules([]) == [.pointCount])
        let many = try ModbusFixtures.registers(Array(0...HALLimits.pointsPerBusMax))
        #expect(rules(many) == [.pointCount])
    }
}

extension ModbusFixtures {
    static func point(
        encodingOnly encoding: ModbusEncoding, order: ModbusOrder
    ) throws -> ModbusPointDefinition {
        try point("p", .holding, 0, encoding, order: order)
    }
}
