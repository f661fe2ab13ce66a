// SPDX-License-Identifier: Apache-2.0

internal import HAL
internal import Telemetry

/// Registers per second of the Modbus driver, and of the plain loop in C on the same server.
enum ModbusBenchmark {
    private static let registers = 125
    /// Many and short, so that most rounds see the machine alike from beginning to end.
    private static let rounds = 201
    private static let millisecondsPerRound = 25

    static func run(_ arguments: BenchmarkArguments) async throws -> [Measurement] {
        try await Processor.pinned { try await measure() }
    }

    private static func measure() async throws -> [Measurement] {
        let server = try Child(
            try Program.path("halcyon-peer"), ["modbus-serve", "--seconds", "600"])
        guard let port = server.line(seconds: 10).flatMap({ Int($0) }) else {
            throw BenchmarkError.program("halcyon-peer", output: "no port")
        }
        let words = try driver(port, .uint16)
        let floats = try driver(port, .float32)
        let seconds = Double(millisecondsPerRound) / 1000
        let peer = {
            try Program.number(
                "halcyon-peer",
                ["modbus-poll", "127.0.0.1", "\(port)", "\(millisecondsPerRound)", "\(registers)"])
        }
        let samples = try await Samples.interleaved(
            rounds: rounds, { try await words.registersPerSecond(seconds) },
            against: peer)
        let other = try await Samples.interleaved(
            rounds: rounds, { try await floats.registersPerSecond(seconds) },
            against: peer)
        await words.close()
        await floats.close()
        return [
            samples.measurement(
                "Modbus TCP registers, as 125 uint16", "registers/s", .atLeast(0.95)),
            other.measurement("Modbus TCP registers, as 62 float32", "registers/s", .atLeast(0.95)),
        ]
    }

    /// A driver whose one device has points over the same registers that the peer reads.
    private static func driver(_ port: Int, _ encoding: ModbusEncoding) throws -> ModbusDriver {
        let count = registers / encoding.width
        let points = (0..<count).compactMap { index in
            PointID("peer/\(index)").map { id in
                ModbusPointDefinition(
                    polled: PolledPoint(
                        point: Point(id: id, unit: .count), periodMilliseconds: 1000),
                    table: .input, address: index * encoding.width, encoding: encoding)
            }
        }
        let device = ModbusDeviceDefinition(name: "peer", unitID: 1, points: points)
        return try ModbusDriver(
            ModbusBusDefinition(
                endpoint: .tcp(host: "127.0.0.1", port: port), devices: [device]))
    }
}

extension ModbusDriver {
    /// Reads all points of the first device over and over, on the driver's own thread.
    func registersPerSecond(_ seconds: Double) throws -> Double {
        let points = Array(devices[0].points.indices)
        let registers = slotRegisters(points.count)
        var reads = 0
        let watch = Stopwatch()
        var now = 0.0
        while now < seconds {
            let outcomes = read(device: 0, points: points)
            if let bad = outcomes.first(where: { $0.fault == .timeout || $0.value == nil }) {
                guard bad.fault == .notANumber else {
                    throw BenchmarkError.badReading("\(bad)")
                }
            }
            reads += 1
            now = watch.seconds
        }
        return Double(reads * registers) / now
    }

    private func slotRegisters(_ points: Int) -> Int { points > 62 ? points : 2 * points }
}
