// SPDX-License-Identifier: Apache-2.0

/// How long after its start the daemon has its first reading.
enum StartBenchmark {
    private static let rounds = 15

    static func run(_ arguments: BenchmarkArguments) async throws -> [Measurement] {
        [
            Measurement(
                "start to a simulated reading", try seconds(Site(simulated: 50, modbus: 0)), "s",
                .atMost(0.3)),
            Measurement(
                "start to a Modbus TCP reading", try seconds(Site(simulated: 0, modbus: 50)), "s",
                .atMost(0.3)),
        ]
    }

    private static func seconds(_ site: Site) throws -> Double {
        _ = try Program.path("halcyond")
        var times: [Double] = []
        for _ in 0..<rounds {
            let watch = Stopwatch()
            let daemon = try site.daemon()
            var lines: [String] = []
            while let line = daemon.line(seconds: 10), !line.contains("msg=\"first reading\"") {
                lines.append(line)
            }
            times.append(watch.seconds)
            guard (times.last ?? 10) < 10 else {
                throw BenchmarkError.program(
                    "halcyond", output: lines.joined(separator: "\n"))
            }
            try daemon.stop()
        }
        return Samples.median(times)
    }
}
