// SPDX-License-Identifier: Apache-2.0

import HAL
import TestSupport
import Testing

@testable import Agent

/// Configuration of the drivers `linux`, `onewire` and `nmea`.
@Suite struct KernelTablesTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func load(_ text: String) throws -> LoadedConfiguration {
        try folder.write(text, to: "/halcyon.toml")
        return try ConfigurationReader.load(folder.path + "/halcyon.toml")
    }

    /// The problems of a text, but for those of the keys of `output`.
    private func problems(_ text: String) throws -> [(path: String, message: String)] {
        do {
            _ = try load(text)
            return []
        } catch let problems as ConfigurationProblems {
            return problems.list.map { ($0.path, $0.message) }.filter {
                !$0.path.contains("output")
            }
        }
    }

    private static func file(
        _ driver: String, bus: String = "", device: String = "", point: String
    ) -> String {
        """
        [[bus]]
        name = "b"
        driver = "\(driver)"
        \(bus)
        [[device]]
        name = "d"
        bus = "b"
        \(device)
        [[device.point]]
        name = "p"
        \(point)
        """
    }

    @Test("the device's chip takes its place in the channel, for hwmon and iio alike")
    func chip() throws {
        for (kind, channel) in [("hwmon", "temp1"), ("iio", "temp")] {
            let point = "channel = \"\(kind):{chip}/\(channel)\"\nunit = \"Cel\""
            let file = Self.file("linux", device: "chip = \"sht3x\"", point: point)
            let loaded = try load(file)
            guard case .linux(let devices)? = loaded.configuration.buses.first?.definition else {
                Issue.record("no linux bus")
                return
            }
            #expect(
                devices[0].points[0].channel.description == "\(kind):sht3x/\(channel)")
            let found = try problems(Self.file("linux", point: point))
            #expect(found.map(\.path) == ["device[0].point[0].channel"])
            #expect(found.first?.message == "{chip} needs the device's key \"chip\"")
        }
    }

    @Test("a channel's unit is the kernel's in SenML, or a scale says how it is another")
    func units() throws {
        func point(_ unit: String) -> String {
            Self.file("linux", point: "channel = \"iio:bme280/pressure\"\nunit = \(unit)")
        }
        #expect(try problems(point("\"Pa\"")).isEmpty)
        #expect(try problems(point("\"hPa\"")).map(\.path) == ["device[0].point[0].unit"])
        #expect(try problems(point("\"hPa\"\nscale = 0.01")).isEmpty)
    }

    @Test(
        "a chip's place and whether the kernel is told of it are read",
        arguments: [
            ("chip = \"bme280\"\ni2c = \"i2c-1:0x76\"\ninstantiate = true", nil),
            ("i2c = \"i2c-1:0x76\"", nil), ("instantiate = true", "device[0].instantiate"),
            ("chip = \"a\"\ninstantiate = true", "device[0].instantiate"),
            ("i2c = \"1-0076\"", "device[0].i2c"), ("i2x = \"\"", "device[0].i2x"),
        ])
    func places(device: String, path: String?) throws {
        let file = Self.file(
            "linux", device: device, point: "channel = \"uptime\"\nunit = \"s\"")
        let found = try problems(file)
        #expect(found.first?.path == path)
    }

    @Test(
        "a PWM output needs one period, in either form",
        arguments: [
            ("period_nanoseconds = 20000000", nil), ("frequency_hertz = 50", nil),
            ("frequency_hertz = 50\npolarity = \"inversed\"", nil),
            ("", "device[0].point[0]"), ("period_nanoseconds = 0", "period_nanoseconds"),
            ("period_nanoseconds = 1\nfrequency_hertz = 1", "device[0].point[0]"),
            ("frequency_hertz = 0", "frequency_hertz"),
            ("frequency_hertz = 50\npolarity = \"inverted\"", "polarity"),
        ])
    func pulses(keys: String, path: String?) throws {
        let point = "channel = \"pwm:1f00098000.pwm/0\"\nunit = \"/\"\n\(keys)\n"
        let file = Self.file("linux", point: point + "[device.point.output]\n")
        let found = try problems(file)
        #expect(found.count == (path == nil ? 0 : 1))
        #expect(path == nil || found.first?.path.hasSuffix(path ?? "") == true)
    }

    @Test(
        "a thermometer is named by its identifier",
        arguments: [
            ("id = \"28-0000075a1b2c\"", "unit = \"Cel\"", nil),
            ("id = \"28-0000075a1b2c\"", "unit = \"Cel\"\nchannel = \"temperature\"", nil),
            ("id = \"28-0000075a1b2c\"", "unit = \"K\"\noffset = 273.15", nil),
            ("id = \"28-0000075a1b2c\"", "unit = \"K\"", "device[0].point[0].unit"),
            (
                "id = \"28-0000075a1b2c\"", "unit = \"Cel\"\nchannel = \"humidity\"",
                "device[0].point[0].channel"
            ),
            ("", "unit = \"Cel\"", "device[0]"), ("id = \"28\"", "unit = \"Cel\"", "device[0].id"),
            ("id = \"05-0000075a1b2c\"", "unit = \"Cel\"", "device[0].id"),
        ])
    func thermometers(device: String, point: String, path: String?) throws {
        let found = try problems(Self.file("onewire", device: device, point: point))
        #expect(found.map(\.path) == (path.map { [$0] } ?? []))
    }

    @Test("a conversion's time limit is the default of a thermometer")
    func timeout() throws {
        let device = "id = \"28-0000075a1b2c\""
        let loaded = try load(Self.file("onewire", device: device, point: "unit = \"Cel\""))
        #expect(loaded.configuration.buses[0].devices[0].timeoutMilliseconds == 2000)
        let values = loaded.values.filter { $0.path == "device[0].timeout_seconds" }
        #expect(values.map(\.value) == ["2.0"])
        let own = try load(
            Self.file(
                "onewire", device: "\(device)\ntimeout_seconds = 1.5", point: "unit = \"Cel\""))
        #expect(own.configuration.buses[0].devices[0].timeoutMilliseconds == 1500)
        #expect(own.values.filter { $0.path == "device[0].timeout_seconds" }.count == 1)
    }

    @Test(
        "a receiver is a line with its speed, and a point one of its figures",
        arguments: [
            ("device = \"/dev/ttyAMA0\"", "channel = \"latitude\"\nunit = \"lat\"", nil),
            ("device = \"/dev/ttyAMA0\"\nbaud = 4800", "channel = \"fix\"\nunit = \"count\"", nil),
            (
                "device = \"/dev/ttyAMA0\"", "channel = \"speed\"\nunit = \"km/h\"\nscale = 3.6",
                nil
            ),
            (
                "device = \"/dev/ttyAMA0\"", "channel = \"speed\"\nunit = \"km/h\"",
                "device[0].point[0].unit"
            ),
            (
                "device = \"/dev/ttyAMA0\"", "channel = \"height\"\nunit = \"m\"",
                "device[0].point[0].channel"
            ),
            ("", "channel = \"fix\"\nunit = \"count\"", "bus[0]"),
            (
                "device = \"/dev/ttyAMA0\"\nbaud = 9601", "channel = \"fix\"\nunit = \"count\"",
                "bus[0].baud"
            ),
            ("device = \"ttyAMA0\"", "channel = \"fix\"\nunit = \"count\"", "bus[0]"),
        ])
    func receivers(bus: String, point: String, path: String?) throws {
        let found = try problems(Self.file("nmea", bus: bus, point: point))
        #expect(found.first?.path == path)
    }

    @Test("a serial line is a receiver's or a meter's, not both")
    func line() throws {
        let receiver = Self.file(
            "nmea", bus: "device = \"/dev/ttyS0\"", point: "channel = \"fix\"\nunit = \"count\"")
        let meter = """

            [[bus]]
            name = "meters"
            driver = "modbus-rtu"
            device = "/dev/ttyS0"
            [[device]]
            name = "meter"
            bus = "meters"
            unit_id = 1
            [[device.point]]
            name = "voltage"
            table = "input"
            address = 0
            type = "float32"
            unit = "V"
            """
        #expect(try problems(receiver + meter).map(\.path) == ["bus[1].device"])
    }
}
