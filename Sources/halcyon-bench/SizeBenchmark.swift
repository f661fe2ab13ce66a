// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import Platform

/// The size of the daemon as it is shipped.
enum SizeBenchmark {
    static func run(_ arguments: BenchmarkArguments) async throws -> [Measurement] {
        let scratch = try Scratch()
        var measurements: [Measurement] = []
        for (name, bound) in [("halcyond", Measurement.Bound.atMost(16)), ("halcyon", nil)] {
            let stripped = "\(scratch.path)/\(name)"
            let (output, status) = try Child(
                "/usr/bin/env", ["strip", "-o", stripped, try Program.path(name)]
            ).finish()
            guard status == 0 else { throw BenchmarkError.program("strip", output: output) }
            let megabytes = Double(try Scratch.bytes(of: stripped)) / 1e6
            measurements.append(Measurement("stripped \(name)", megabytes, "MB", bound))
        }
        return measurements
    }
}
