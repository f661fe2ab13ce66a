// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Glibc
import TestSupport
import Testing

/// `halcyon point discover` against devices that somebody else's server plays.
@Suite struct DiscoverTests {
    /// The folder of the project.
    static let root = #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" }

    static let python =
        getenv("HALCYON_PYTHON").map { String(cString: $0) } ?? root + "/.build-python/bin/python3"

    static let hasPython = access(python, X_OK) == 0

    private struct Listening: Decodable { let port: Int }

    private struct Model: Decodable, Equatable {
        let id: Int
        let address: Int
        let length: Int
        let kind: String?
    }

    private struct Device: Decodable {
        let unit: Int
        let title: String?
        let manufacturer: String?
        let model: String?
        let serialNumber: String?
        let profile: String?
        let models: [Model]
    }

    /// The gateway with an inverter, a meter and a plain device, and its port.
    private func gateway() throws -> (ChildProcess, Int) {
        let process = try ChildProcess(
            Self.python,
            [
                Self.root + "/deploy/peers/sunspec_inverter.py", "--detached", "--seconds", "120",
            ])
        let line = process.read(until: "\n", seconds: 30)
        let port = try JSONDecoder().decode(Listening.self, from: Data(line.utf8)).port
        return (process, port)
    }

    @Test(
        "SunSpec and plain devices behind a gateway are found, and the tables to paste are sound",
        .enabled(if: hasPython, "needs HALCYON_PYTHON or .build-python with pymodbus"))
    func gatewayDevices() throws {
        let (process, port) = try gateway()
        defer { process.send(SIGTERM) }
        let json = try DeviceFixture.halcyon(
            ["point", "discover", "--tcp", "127.0.0.1:\(port)", "--json"])
        #expect(json.status == 0, "\(json.output)")
        let devices = try json.output.split(separator: "\n").map {
            try JSONDecoder().decode(Device.self, from: Data($0.utf8))
        }
        #expect(devices.map(\.unit) == [1, 3, 126])
        let inverter = try #require(devices.last)
        #expect(inverter.manufacturer == "Heliotrope" && inverter.model == "Sol 5")
        #expect(inverter.serialNumber == "HT-0815" && inverter.profile == "sunspec-inverter")
        #expect(
            inverter.models == [
                Model(id: 1, address: 40_002, length: 66, kind: "common"),
                Model(id: 103, address: 40_070, length: 50, kind: "inverter"),
                Model(id: 123, address: 40_122, length: 24, kind: nil),
                Model(id: 160, address: 40_148, length: 48, kind: "mppt"),
            ])
        #expect(devices[1].profile == "sunspec-meter" && devices[1].models.map(\.id) == [1, 203])
        #expect(devices[0].title == "Heliotrope Gate 1" && devices[0].models.isEmpty)

        let text = try DeviceFixture.halcyon(
            ["point", "discover", "--tcp", "127.0.0.1:\(port)", "--units", "100-130"])
        #expect(text.status == 0)
        #expect(text.output.contains("Heliotrope Sol 5  HT-0815  1, 103, 123, 160"))
        #expect(text.output.contains("address = \"127.0.0.1:\(port)\""))
        #expect(text.output.contains("unit_id = 126\nprofile = \"sunspec-inverter\""))
    }

    @Test(
        "what was found is read by the addresses of the SunSpec tables, and switched",
        .enabled(if: hasPython, "needs HALCYON_PYTHON or .build-python with pymodbus"))
    func read() throws {
        let (process, port) = try gateway()
        defer { process.send(SIGTERM) }
        let folder = try TemporaryFolder()
        try folder.write(
            """
            [agent]
            state_directory = "\(folder.path)/state"
            [[bus]]
            name = "roof"
            driver = "modbus-tcp"
            address = "127.0.0.1:\(port)"
            [[device]]
            name = "inverter"
            bus = "roof"
            unit_id = 126
            [[device.point]]
            name = "power"
            unit = "W"
            table = "holding"
            model = 103
            address = 14
            type = "int16"
            scale_register = 15
            [[device.point]]
            name = "energy"
            unit = "Wh"
            table = "holding"
            model = 103
            address = 24
            type = "uint32"
            scale_register = 26
            [[device.point]]
            name = "sink"
            unit = "Cel"
            table = "holding"
            model = 103
            address = 34
            type = "int16"
            scale_register = 37
            """, to: "/halcyon.toml")
        let config = folder.path + "/halcyon.toml"
        let read = try DeviceFixture.halcyon(["point", "read", "--config", config])
        #expect(read.status == 1)
        #expect(read.output.contains("4600") && read.output.contains("1234567"))
        #expect(read.output.contains("bad (missing)"))
        let found = try DeviceFixture.halcyon(
            ["point", "discover", "--config", config, "--bus", "roof", "--units", "126"])
        #expect(found.status == 0 && found.output.contains("bus = \"roof\""))
        #expect(!found.output.contains("[[bus]]"))
    }

    @Test("a bus that is not there, a wrong list and two places at once are refused")
    func refused() throws {
        let closed = try DeviceFixture.halcyon(
            ["point", "discover", "--tcp", "127.0.0.1:1", "--units", "1"])
        #expect(closed.status == 69 && closed.output.contains("not-connected"))
        let line = try DeviceFixture.halcyon(
            ["point", "discover", "--rtu", "/dev/no-such-line", "--units", "1"])
        #expect(line.status == 69 && line.output.contains("/dev/no-such-line"))
        let device = try DeviceFixture()
        let unknown = try device.halcyon("point", "discover", "--bus", "board")
        #expect(unknown.status == 66 && unknown.output.contains("no Modbus bus"))
        for arguments in [
            [], ["--tcp", "a", "--rtu", "/dev/x"], ["--tcp", "a", "--units", "0"],
            ["--tcp", "a", "--units", "5-1"], ["--tcp", "a", "--units", ""],
            ["--tcp", "a", "--baud", "9600"], ["--tcp", "a", "--timeout", "0"],
            ["--rtu", "/dev/x", "--parity", "mark"],
        ] {
            let result = try DeviceFixture.halcyon(["point", "discover"] + arguments)
            #expect(result.status == 64, "\(arguments): \(result.output)")
        }
    }

    @Test("a serial line that another program has is refused with what to do")
    func busy() throws {
        var (master, held): (Int32, Int32) = (-1, -1)
        var name = [CChar](repeating: 0, count: 128)
        try #require(openpty(&master, &held, &name, nil, nil) == 0)
        defer {
            close(held)
            close(master)
        }
        try #require(flock(held, LOCK_EX | LOCK_NB) == 0)
        let path = String(
            decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let result = try DeviceFixture.halcyon(["point", "discover", "--rtu", path, "--units", "1"])
        #expect(result.status == 69, "\(result.output)")
        #expect(result.output.contains("one master"))
        #expect(result.output.contains("systemctl stop halcyond"))
    }
}
