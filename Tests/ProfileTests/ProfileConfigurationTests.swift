// SPDX-License-Identifier: Apache-2.0

import HAL
import Telemetry
import TestSupport
import Testing

@testable import Agent

/// Devices of a configuration that are made from profiles.
@Suite struct ProfileConfigurationTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try folder.write(BadProfileTests.good, to: "/profiles/meter.toml")
    }

    private func load(_ device: String, driver: String = "modbus-tcp") throws -> LoadedConfiguration
    {
        let address = driver == "modbus-tcp" ? "address = \"127.0.0.1\"" : ""
        try folder.write(
            """
            [agent]
            profiles_directory = "\(folder.path)/profiles"
            [[bus]]
            name = "bus"
            driver = "\(driver)"
            \(address)
            [[device]]
            name = "mains"
            bus = "bus"
            \(device)
            """, to: "/halcyon.toml")
        return try ConfigurationReader.load(folder.path + "/halcyon.toml")
    }

    /// The problems as `FILE LINE KEY: MESSAGE`, without the folder.
    private func problems(_ device: String, driver: String = "modbus-tcp") throws -> [String] {
        do {
            _ = try load(device, driver: driver)
            return []
        } catch let problems as ConfigurationProblems {
            return problems.list.map { problem in
                let file = problem.file.split(separator: "/").last ?? ""
                let message = problem.message.replacing(folder.path, with: "")
                return "\(file) \(problem.line) \(problem.path): \(message)"
            }
        }
    }

    private func modbus(_ loaded: LoadedConfiguration) throws -> ModbusDeviceDefinition {
        let bus = try #require(loaded.configuration.buses.first)
        guard case .modbus(let definition) = bus.definition else {
            throw ConfigurationProblems(list: [])
        }
        return try #require(definition.devices.first)
    }

    @Test("a device is one line: points and defaults come from the profile")
    func oneLine() throws {
        let loaded = try load("profile = \"meter\"")
        let device = try modbus(loaded)
        #expect(device.points.map(\.polled.point.id.name) == ["mains/voltage", "mains/count"])
        #expect(device.points.map(\.address) == [0, 2] && device.unitID == 1)
        let values = Dictionary(uniqueKeysWithValues: loaded.values.map { ($0.path, $0) })
        #expect(values["device[0].profile.voltage.address"]?.value == "0")
        #expect(values["device[0].unit_id"]?.isDefault == false)
        #expect(values["agent.profiles_directory"]?.value == "\"\(folder.path)/profiles\"")
    }

    @Test("the device's own keys, points and period come first")
    func own() throws {
        let device = try modbus(
            load(
                """
                profile = "meter"
                unit_id = 9
                period_seconds = 5
                [[device.point]]
                name = "count"
                unit = "count"
                table = "holding"
                address = 77
                type = "uint32"
                period_seconds = 2
                [[device.point]]
                name = "further"
                unit = "count"
                table = "holding"
                address = 80
                type = "uint16"
                """))
        #expect(device.unitID == 9)
        #expect(
            device.points.map(\.polled.point.id.name)
                == ["mains/voltage", "mains/count", "mains/further"])
        #expect(device.points.map(\.address) == [0, 77, 80])
        #expect(device.points.map(\.polled.periodMilliseconds) == [5000, 2000, 5000])
    }

    @Test("some of the points can be chosen, beside own ones")
    func chosen() throws {
        let device = try modbus(load("profile = \"meter\"\npoints = [\"count\"]"))
        #expect(device.points.map(\.address) == [2])
        #expect(
            try problems("profile = \"meter\"\npoints = [\"cuont\"]") == [
                "halcyon.toml 7 device[0]: a device has at least one [[device.point]]",
                "halcyon.toml 11 device[0].points: profile \"meter\" has no point \"cuont\"; "
                    + "did you mean \"count\"?",
            ])
    }

    @Test("a profile that is not there is refused, with what was meant")
    func unknown() throws {
        #expect(
            try problems("profile = \"meetr\"") == [
                "halcyon.toml 10 device[0].profile: there is no \"meetr\" in /profiles; "
                    + "did you mean \"meter\"?"
            ])
        #expect(
            try problems("profile = \"../meter\"") == [
                "halcyon.toml 10 device[0].profile: there is no \"../meter\" in /profiles"
            ])
        #expect(try problems("points = [\"x\"]").contains { $0.contains("points: unknown key") })
    }

    @Test("a profile for other drivers than the bus's is refused, and nothing else is said of it")
    func foreign() throws {
        #expect(
            try problems("profile = \"meter\"", driver: "linux") == [
                "halcyon.toml 10 device[0].profile: \"meter\" is for \"modbus-tcp\"; "
                    + "bus \"bus\" has \"linux\""
            ])
    }

    @Test("what is wrong inside a profile is said once, in its file, however many devices use it")
    func inside() throws {
        try folder.write(
            BadProfileTests.good.replacing("unit = \"V\"", with: "unit = \"Volt\"")
                .replacing("unit_id = 1", with: "unit_di = 1")
                .replacing("maker = \"Maker\"", with: ""), to: "/profiles/meter.toml")
        let found = try problems(
            """
            profile = "meter"
            [[device]]
            name = "second"
            bus = "bus"
            profile = "meter"
            """)
        #expect(found.count == 2)
        #expect(found[0].hasPrefix("meter.toml 9 device.unit_di: unknown key; did you mean"))
        #expect(found[1].hasPrefix("meter.toml 12 point[0].unit: \"Volt\" is no SenML unit"))
    }

    @Test("a key of the device can be part of a point, and is asked for where it has no default")
    func parameters() throws {
        try folder.write(
            BadProfileTests.good.replacing("address = 2", with: "address = \"{place}\"")
                .replacing("name = \"first\"", with: "name = \"first\"\ndevice = { place = 2 }"),
            to: "/profiles/meter.toml")
        let device = try modbus(load("profile = \"meter\"\nplace = 40"))
        #expect(device.points.map(\.address) == [0, 40])
        #expect(
            try problems("profile = \"meter\"") == [
                "halcyon.toml 10 device[0].profile: \"meter\" needs the key \"place\" in this table",
                "meter.toml 20 point[1].address: must be a whole number, not a text",
            ])
        let shown = try Profile.load(folder.path + "/profiles/meter.toml").parameters
        #expect(shown == [Profile.Parameter(key: "place", value: nil, isOptional: false)])
    }

    @Test("a key that is optional in the profile is left out where the device lacks it")
    func optional() throws {
        try folder.write(
            BadProfileTests.good.replacing("address = 2", with: "address = 2\nmax = \"{most?}\""),
            to: "/profiles/meter.toml")
        #expect(try modbus(load("profile = \"meter\"")).points[1].maximum == nil)
        #expect(try modbus(load("profile = \"meter\"\nmost = 70")).points[1].maximum == 70)
        #expect(
            try problems("profile = \"meter\"\nmost = \"x\"")
                == ["meter.toml 21 point[1].max: must be a number, not a text"])
    }

    @Test("a chip's name goes into its channels")
    func chip() throws {
        try folder.write(try String(contentsOfProfile: "sht3x"), to: "/profiles/sht3x.toml")
        let loaded = try load("profile = \"sht3x\"\nchip = \"sht3x@1-0045\"", driver: "linux")
        let bus = try #require(loaded.configuration.buses.first)
        guard case .linux(let devices) = bus.definition else {
            Issue.record("not linux")
            return
        }
        #expect(
            devices[0].points.map(\.channel.description)
                == ["hwmon:sht3x@1-0045/temp1", "hwmon:sht3x@1-0045/humidity1"])
        #expect(devices[0].points.allSatisfy { $0.polled.periodMilliseconds == 10_000 })
    }
}
