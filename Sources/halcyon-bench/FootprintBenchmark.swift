// SPDX-License-Identifier: Apache-2.0

/// The memory of a daemon that polls 50 points a second, half of them over Modbus TCP.
enum FootprintBenchmark {
    /// Growth counts from here on: what is used now and then has been used by then.
    private static let settledSeconds = 120

    static func run(_ arguments: BenchmarkArguments) async throws -> [Measurement] {
        let site = try Site(simulated: 20, modbus: 30)
        let daemon = try site.daemon()
        let end = arguments.footprintSeconds
        let settled = min(settledSeconds, end / 2)
        try wait(for: daemon, seconds: Double(settled))
        let early = try Memory(daemon)
        try wait(for: daemon, seconds: Double(end - settled))
        let late = try Memory(daemon)
        try daemon.stop()
        return [
            Measurement("PSS after \(end) s", late.proportional / 1e6, "MB", .atMost(11)),
            Measurement("RssAnon after \(end) s", late.anonymous / 1e6, "MB", .atMost(3)),
            Measurement(
                "RssAnon growth since \(settled) s", (late.anonymous - early.anonymous) / 1000,
                "kB"),
        ]
    }

    /// Lets so much time pass, reading the log all the while, because a full pipe would stop it.
    private static func wait(for daemon: Child, seconds: Double) throws {
        let watch = Stopwatch()
        while watch.seconds < seconds {
            let line = daemon.line(seconds: min(seconds - watch.seconds, 10))
            if let line, line.contains("level=error") || line.contains("level=critical") {
                throw BenchmarkError.program("halcyond", output: line)
            }
        }
    }

    /// Bytes of a process: its part of shared pages and its own, and those that no file backs.
    private struct Memory {
        let proportional: Double
        let anonymous: Double

        init(_ process: Child) throws {
            let folder = "/proc/\(process.id)"
            let rollup = try ProcessFile.number("\(folder)/smaps_rollup", "Pss:")
            let status = try ProcessFile.number("\(folder)/status", "RssAnon:")
            proportional = Double(rollup) * 1024
            anonymous = Double(status) * 1024
        }
    }
}
