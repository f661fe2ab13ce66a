// SPDX-License-Identifier: Apache-2.0

internal import Agent
internal import HAL
internal import Platform

/// Requests of one poll of all points of a profile, against a request for each point.
enum CoalescingBenchmark {
    private static let profiles = ["eastron-sdm630", "carlo-gavazzi-em24-e1", "victron-gx-system"]

    static func run(_ arguments: BenchmarkArguments) async throws -> [Measurement] {
        let scratch = try Scratch()
        let root = File.folder(of: File.folder(of: File.folder(of: #filePath)))
        var measurements: [Measurement] = []
        for profile in profiles {
            let file = "\(scratch.path)/\(profile).toml"
            let text = """
                [agent]
                profiles_directory = "\(root)/hal/profiles"
                [[bus]]
                name = "bus"
                driver = "modbus-tcp"
                address = "localhost"
                [[device]]
                name = "device"
                bus = "bus"
                profile = "\(profile)"

                """
            try File.write(Array(text.utf8), to: file, mode: 0o600)
            let loaded = try ConfigurationReader.load(file)
            let driver = try loaded.configuration.buses[0].makeDriver(clock: SystemHALClock())
            guard let modbus = driver as? ModbusDriver else { continue }
            let points = Array(modbus.devices[0].points.indices)
            let requests = await modbus.requestCount(device: 0, points: points)
            measurements.append(
                Measurement(
                    "requests of a poll, \(profile)", Double(requests), "requests",
                    reference: Double(points.count), .atMost(0.25)))
        }
        return measurements
    }
}
