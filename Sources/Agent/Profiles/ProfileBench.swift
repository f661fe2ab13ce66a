// SPDX-License-Identifier: Apache-2.0

internal import HAL
internal import Telemetry

/// A configuration of one device of a profile, with the driver that it is to be tried on.
struct ProfileBench {
    let file: ProfileFile
    let driver: String
    let header: TableReader

    /// Judges the points, and reads every vector if `isRunning`.
    ///
    /// - Returns: how many vectors a driver read.
    func check(_ vectors: [ProfileVector], isRunning: Bool) async -> Int {
        var run = 0
        for (index, vector) in vectors.enumerated() {
            // Each vector may be of a device with keys of its own.
            guard let bus = configuration(vector.device) else { break }
            if index == 0 { ProfileOverlaps.check(file, bus, header.record) }
            guard isRunning else { break }
            do {
                guard let outcomes = try await outcomes(of: bus, vector) else { continue }
                compare(outcomes, with: vector)
                run += 1
            } catch {
                vector.table.problem("\(error)")
            }
        }
        return run
    }

    private func compare(_ outcomes: [Outcome], with vector: ProfileVector) {
        for (point, outcome) in zip(file.points, outcomes) {
            guard let expected = vector.expectations[point.name], !expected.holds(for: outcome)
            else { continue }
            let found = outcome.value.map { "\($0)" } ?? outcome.fault?.word ?? ""
            vector.table.problem("\"\(point.name)\" reads as \(found), not \(expected)")
        }
    }

    /// What the driver of `bus` reads where the vector stands in for hardware; `nil` if that can't be.
    private func outcomes(
        of bus: BusConfiguration, _ vector: ProfileVector
    ) async throws -> [Outcome]? {
        let points = Array(file.points.indices)
        switch bus.definition {
        case .modbus(let definition):
            let driver = try ModbusDriver(definition, answeringFrom: vector.registers)
            return await driver.read(device: 0, points: points)
        case .linux(let devices):
            let folder = try VectorFolder(vector)
            let driver = try LinuxDriver(devices, root: folder.path)
            let outcomes = await driver.read(device: 0, points: points)
            return withExtendedLifetime(folder) { outcomes }
        case .onewire(let devices):
            let folder = try VectorFolder(vector)
            let driver = try OneWireDriver(devices, root: folder.path)
            let outcomes = await driver.read(device: 0, points: points)
            return withExtendedLifetime(folder) { outcomes }
        case .gpio(let bus):
            guard let pulses = vector.pulses else { return nil }
            return bus.devices[0].points.map { .good($0.value(of: pulses)) }
        // Nothing in a vector stands for what the others read.
        case .nmea, .simulated: return nil
        }
    }

    /// A bus with one device of the profile; `nil` if the driver finds something wrong with it,
    /// which is then noted.
    private func configuration(_ keys: [String: TOMLNode]) -> BusConfiguration? {
        let own = ConfigurationRecord(file: "")
        let line = header.line
        func text(_ text: String) -> TOMLNode { TOMLNode(value: .text(text), line: line) }
        var bus = ["name": text("bus"), "driver": text(driver)]
        bus.merge(Self.busKeys[driver] ?? [:]) { $1 }
        let device = keys.merging(
            ["name": text(Self.device), "bus": text("bus"), "profile": text(file.name)]
        ) { $1 }
        func array(_ nodes: [String: TOMLNode]) -> TOMLNode {
            let table = TOMLNode(value: .table(nodes), line: line)
            return TOMLNode(value: .array([table]), line: line)
        }
        let root = TOMLNode(
            value: .table(["bus": array(bus), "device": array(device)]), line: line)
        var reader = BusesReader()
        reader.profiles = ProfileLibrary(file, record: own)
        reader.read(TableReader(root, path: "", record: own))
        let result = reader.finish()
        own.problems.forEach(report)
        return own.problems.isEmpty ? result.first : nil
    }

    /// What is wrong with the bench's own tables is wrong with the profile's header.
    private func report(_ problem: ConfigurationProblem) {
        if problem.file == file.path {
            header.record.add(problem)
        } else if problem.path.hasSuffix(".driver") {
            header.problem("driver", problem.message)
        } else {
            header.problem("as a device of \(driver): \(problem.path): \(problem.message)")
        }
    }

    private static let device = "device"

    /// What the drivers need of a bus that is never opened.
    private static let busKeys: [String: [String: TOMLNode]] = [
        "modbus-tcp": ["address": TOMLNode(value: .text("localhost"), line: 1)],
        "modbus-rtu": ["device": TOMLNode(value: .text("/dev/null"), line: 1)],
        "nmea": ["device": TOMLNode(value: .text("/dev/null"), line: 1)],
    ]
}
