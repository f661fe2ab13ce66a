// SPDX-License-Identifier: Apache-2.0

internal import Agent
internal import Attestation

/// The configuration that the daemon is measured with: points of a simulated board and of a Modbus
/// slave, each read once a second.
struct Site {
    let scratch: Scratch
    let configuration: String
    let peer: Child?
    /// The Modbus slave's port, 0 if there is none.
    let port: Int

    /// The quantities of the project's simulated board.
    private static let quantities = [
        ("voltage", "V", "sine:230,3,600,0.4"), ("frequency", "Hz", "walk:50,0.03,20"),
        ("power", "W", "walk:1800,900,45"), ("energy", "kWh", "energy:750,0.9"),
        ("charge", "%EL", "walk:62,20,900"), ("temperature", "Cel", "daily:14,6,1.5"),
        ("humidity", "%RH", "walk:55,20,1800"), ("running", "/", "toggle:40,0.3"),
        ("starts", "count", "counter:0.025"), ("level", "m", "walk:2.1,0.8,300"),
    ]
    private static let pointsPerDevice = quantities.count

    /// Writes the configuration, makes a key, and starts a Modbus slave if it is needed.
    ///
    /// - Parameters:
    ///   - simulated: points of the simulated bus, a multiple of 10.
    ///   - modbus: points of the Modbus slave, up to 62.
    /// - Throws: what a step of it throws.
    init(simulated: Int, modbus: Int) throws {
        try self.init(hasPeer: modbus > 0) { port in
            (simulated > 0 ? Self.simulatedBus(devices: simulated / Self.pointsPerDevice) : "")
                + (modbus > 0 ? Self.modbusBus(port: port, points: modbus) : "")
        }
    }

    /// A site of one Modbus slave, of which so many registers are read.
    init(registers: Int) throws {
        try self.init(hasPeer: true) { port in
            var text = Self.modbusHead(port: port) + Self.modbusDevice("meter")
            for register in 0..<registers {
                text += "[[device.point]]\nname = \"r\(register)\"\nunit = \"V\"\n"
                text += "table = \"input\"\naddress = \(register)\ntype = \"uint16\"\n"
            }
            return text
        }
    }

    /// A site of some devices, all of them the one slave, with so many points each.
    init(devices: Int, pointsEach: Int) throws {
        try self.init(hasPeer: true) { port in
            var text = Self.modbusHead(port: port)
            for device in 0..<devices {
                text += Self.modbusDevice("meter\(device)")
                for point in 0..<pointsEach {
                    text += "[[device.point]]\nname = \"r\(point)\"\nunit = \"V\"\n"
                    text += "table = \"input\"\naddress = \(point)\ntype = \"uint16\"\n"
                }
            }
            return text
        }
    }

    private init(hasPeer: Bool, _ buses: (Int) -> String) throws {
        scratch = try Scratch()
        var text = """
            [agent]
            state_directory = "\(scratch.path)"

            """
        if hasPeer {
            let peer = try Child(
                try Program.path("halcyon-peer"), ["modbus-serve", "--seconds", "86400"])
            guard let port = peer.line(seconds: 10).flatMap({ Int($0) }) else {
                throw BenchmarkError.program("halcyon-peer", output: "no port")
            }
            self.peer = peer
            self.port = port
        } else {
            peer = nil
            port = 0
        }
        text += buses(port)
        configuration = try scratch.write(text, to: "halcyon.toml")
        _ = try DeviceKey.create(at: "\(scratch.path)/device.key")
    }

    /// A running daemon of this configuration.
    func daemon() throws -> Child {
        try Child(try Program.path("halcyond"), ["--config", configuration])
    }

    /// The buses of the configuration.
    func buses() throws -> [BusConfiguration] {
        try ConfigurationReader.load(configuration).configuration.buses
    }

    private static func simulatedBus(devices: Int) -> String {
        var text = "[[bus]]\nname = \"simulated\"\ndriver = \"simulated\"\nseed = 7\n"
        for device in 1...devices {
            text += "[[device]]\nname = \"site\(device)\"\nbus = \"simulated\"\n"
            for (name, unit, waveform) in quantities {
                text += "[[device.point]]\nname = \"\(name)\"\nunit = \"\(unit)\"\n"
                text += "waveform = \"\(waveform)\"\nperiod_seconds = 1\n"
            }
        }
        return text
    }

    private static func modbusHead(port: Int) -> String {
        "[[bus]]\nname = \"meters\"\ndriver = \"modbus-tcp\"\naddress = \"127.0.0.1:\(port)\"\n"
    }

    private static func modbusDevice(_ name: String) -> String {
        "[[device]]\nname = \"\(name)\"\nbus = \"meters\"\n"
    }

    private static func modbusBus(port: Int, points: Int) -> String {
        var text = modbusHead(port: port) + modbusDevice("meter")
        for point in 0..<points {
            text += "[[device.point]]\nname = \"register\(point)\"\nunit = \"V\"\n"
            text += "table = \"input\"\naddress = \(2 * point)\ntype = \"uint32\"\n"
            text += "scale = 0.001\nperiod_seconds = 1\n"
        }
        return text
    }
}
