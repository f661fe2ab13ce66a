// SPDX-License-Identifier: Apache-2.0

import HAL
import TestSupport
import Testing

@testable import Agent

/// What a Modbus bus can be told beside its points' places.
@Suite struct ModbusConfigurationTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func load(_ bus: String, _ point: String = "", device: String = "") throws
        -> ModbusBusDefinition
    {
        try folder.write(
            """
            [[bus]]
            name = "line"
            driver = "modbus-rtu"
            device = "/dev/ttyS1"
            \(bus)
            [[device]]
            name = "meter"
            bus = "line"
            unit_id = 7
            \(device)
            [[device.point]]
            name = "power"
            table = "holding"
            address = 14
            type = "int16"
            unit = "W"
            \(point)
            """, to: "/halcyon.toml")
        let loaded = try ConfigurationReader.load(folder.path + "/halcyon.toml")
        guard case .modbus(let definition) = loaded.configuration.buses.first?.definition else {
            throw ConfigurationProblem(line: 0, path: "", message: "no Modbus bus")
        }
        return definition
    }

    private func problems(_ bus: String, _ point: String = "", device: String = "") -> [String] {
        do {
            _ = try load(bus, point, device: device)
            return []
        } catch let problems as ConfigurationProblems {
            return problems.list.map { "\($0.path): \($0.message)" }
        } catch {
            return ["\(error)"]
        }
    }

    private func line(_ definition: ModbusBusDefinition) -> ModbusSerialLine? {
        if case .rtu(let line) = definition.endpoint { line } else { nil }
    }

    @Test("the direction of a two-wire line is switched only if the file says so")
    func rs485() throws {
        #expect(try line(load(""))?.rs485 == nil)
        #expect(try line(load("rs485 = true"))?.rs485 == ModbusRS485())
        let all = """
            rs485 = true
            rs485_rts_on_send = false
            rs485_delay_before_seconds = 0.001
            rs485_delay_after_seconds = 0.1
            """
        #expect(
            try line(load(all))?.rs485
                == ModbusRS485(
                    isRTSActiveOnSend: false, delayBeforeMilliseconds: 1,
                    delayAfterMilliseconds: 100))
        #expect(
            problems("rs485_rts_on_send = true")
                == ["bus[0].rs485_rts_on_send: needs rs485 = true"])
        #expect(
            problems("rs485 = true\nrs485_delay_before_seconds = 0.2")
                == ["bus[0].rs485_delay_before_seconds: must be from 0.0 to 0.1, not 0.2"])
        #expect(
            problems("rs485 = 1") == ["bus[0].rs485: must be true or false, not a whole number"])
    }

    @Test("a point can lie in a SunSpec model and take its scale from a register")
    func sunSpec() throws {
        let point = try load("", "model = 103\nscale_register = 15").devices[0].points[0]
        #expect(point.model == 103 && point.scaleRegister == 15 && point.address == 14)
        #expect(point.write == nil)
        #expect(problems("", "model = 0").first?.hasPrefix("device[0].point[0].model: ") == true)
        #expect(
            problems("", "scale_register = 14")
                == ["device[0].point[0].scale_register: 14, where no scale factor can be"])
    }

    @Test("a device takes single or multiple writes, or both")
    func write() throws {
        #expect(problems("", device: "write = \"single\"").isEmpty)
        #expect(
            problems("", device: "write = \"multple\"")
                == [
                    "device[0].write: \"multple\" is none of \"single\", \"multiple\"; "
                        + "did you mean \"multiple\"?"
                ])
    }
}
