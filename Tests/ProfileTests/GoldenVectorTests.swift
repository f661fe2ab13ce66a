// SPDX-License-Identifier: Apache-2.0

import Glibc
import HAL
import Telemetry
import TestSupport
import Testing

@testable import Agent

/// Every profile of the project, against its own golden vectors.
@Suite struct GoldenVectorTests {
    @Test("there are profiles of what people wire to a board")
    func enough() {
        #expect(ProfileFolder.names.count >= 25)
        #expect(Set(ProfileFolder.names).isSuperset(of: ["eastron-sdm630", "ds18b20", "bme280"]))
    }

    @Test(
        "a profile has no problem, and the drivers read all its vectors as they should",
        arguments: ProfileFolder.names)
    func vectors(name: String) async throws {
        let profile = try Profile.load(ProfileFolder.file(name))
        guard try DriverSupport.has(profile) else {
            // What the build lacks must be all that is wrong.
            for problem in await ProfileFolder.problems(of: ProfileFolder.file(name)) {
                let isAhead =
                    problem.path == "profile.driver" || problem.message == "unknown key"
                    || problem.message.contains("unknown-channel")
                #expect(isAhead, "\(problem)")
            }
            return
        }
        let check = try await ProfileCheck(ProfileFolder.file(name))
        #expect(check.profile.vectorCount >= 1)
        let canRun = profile.drivers.contains { $0.hasPrefix("modbus") || $0 == "linux" }
        #expect(!canRun || check.vectorsRun == check.profile.vectorCount)
    }

    @Test("no profile is accepted with one digit of an expectation changed")
    func sensitive() async throws {
        let folder = try TemporaryFolder()
        let text = try String(contentsOfProfile: "eastron-sdm120")
        try folder.write(
            text.replacing("voltage = 230.2", with: "voltage = 230.3"), to: "/eastron-sdm120.toml")
        let found = await ProfileFolder.problems(of: folder.path + "/eastron-sdm120.toml")
        #expect(found.map(\.message) == ["\"voltage\" reads as 230.1999969482422, not 230.3"])
        #expect(found.map(\.path) == ["vector[0]"])
    }

    /// A unit of the server, and what is expected of the device that stands for it.
    private struct Unit {
        let configuration: String
        let image: [String]
        let expectations: [String: ProfileVector.Expectation]
    }

    private func units() throws -> [Unit] {
        var units: [Unit] = []
        for name in ProfileFolder.names {
            let profile = try Profile.load(ProfileFolder.file(name))
            guard profile.drivers.contains("modbus-tcp"), try DriverSupport.has(profile) else {
                continue
            }
            for vector in try ProfileFolder.vectors(of: name).vectors {
                let unit = units.count + 1
                let keys = vector.device.map { "\($0.key) = \($0.value.value.shown)\n" }.joined()
                let configuration = """
                    [[device]]
                    name = "unit\(unit)"
                    bus = "server"
                    profile = "\(name)"
                    timeout_seconds = 10
                    unit_id = \(unit)
                    \(keys)
                    """
                units.append(
                    Unit(
                        configuration: configuration, image: vector.registers.lines(unit: unit),
                        expectations: vector.expectations))
            }
        }
        return units
    }

    @Test(
        "a Modbus server that is not ours gives the same values over the network",
        .enabled(if: Peer.hasPython, "needs HALCYON_PYTHON or .build-python with the libraries"))
    func server() async throws {
        let units = try units()
        try #require(units.count >= 30 && units.count < 248)
        let folder = try TemporaryFolder()
        try folder.write(
            units.flatMap(\.image).joined(separator: "\n") + "\n", to: "/image")
        let peer = try Peer(image: folder.path + "/image")
        try folder.write(
            """
            [agent]
            profiles_directory = "\(ProfileFolder.path)"
            [[bus]]
            name = "server"
            driver = "modbus-tcp"
            address = "127.0.0.1:\(peer.port)"

            """ + units.map(\.configuration).joined(separator: "\n"), to: "/halcyon.toml")
        let loaded = try ConfigurationReader.load(folder.path + "/halcyon.toml")
        let bus = try #require(loaded.configuration.buses.first)
        let driver = try bus.makeDriver(clock: SystemHALClock())
        var compared = 0
        for (index, unit) in units.enumerated() {
            let device = driver.devices[index]
            let outcomes = await driver.read(
                device: index, points: Array(device.points.indices))
            for (polled, outcome) in zip(device.points, outcomes) {
                let name = String(polled.point.id.name.dropFirst(device.name.count + 1))
                guard let expected = unit.expectations[name] else { continue }
                #expect(expected.holds(for: outcome), "\(polled.point.id): \(outcome)")
                compared += 1
            }
        }
        await driver.close()
        #expect(compared == units.reduce(0) { $0 + $1.expectations.count })
    }
}

/// The server of register images.
private final class Peer {
    static let python =
        getenv("HALCYON_PYTHON").map { String(cString: $0) }
        ?? ProfileFolder.root + "/.build-python/bin/python3"
    static let hasPython = access(python, X_OK) == 0

    let port: Int
    private let process: ChildProcess

    init(image: String) throws {
        process = try ChildProcess(
            Self.python,
            [ProfileFolder.root + "/deploy/peers/modbus_images.py", image, "--seconds", "120"])
        let output = process.read(until: "}\n", seconds: 60)
        port = try #require(Int(output.filter(\.isNumber)), "\(output)")
    }
}

extension ModbusRegisterImage {
    /// The image as the server wants it: runs of addresses, a line each.
    fileprivate func lines(unit: Int) -> [String] {
        var lines: [String] = []
        for table in ModbusTable.allCases {
            var last: Int?
            for address in addresses(of: table) {
                let word = String(self[table, address] ?? 0, radix: 16)
                if let last, address == last + 1, !lines.isEmpty {
                    lines[lines.count - 1] += " \(word)"
                } else {
                    lines.append("\(unit) \(table.rawValue) \(address) \(word)")
                }
                last = address
            }
        }
        return lines
    }
}
