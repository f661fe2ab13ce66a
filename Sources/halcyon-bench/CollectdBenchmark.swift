// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import Platform

/// The daemon beside collectd, both polling the same 200 registers of a Modbus TCP slave each
/// second: what each takes of the processor and of memory. collectd keeps them in text files,
/// unsigned; the daemon in its journal, signed.
enum CollectdBenchmark {
    private static let registers = 200
    private static let settlingSeconds = 10.0
    private static let seconds = 60.0

    static func run(_ arguments: BenchmarkArguments) async throws -> [Measurement] {
        let site = try Site(registers: registers)
        // The slave serves one master at a time: each has its own.
        let twin = try Site(registers: registers)
        let scratch = try Scratch()
        let collectd = try collectd(of: twin, in: scratch)
        let daemon = try site.daemon()
        try drain([daemon, collectd], seconds: settlingSeconds)
        let early = try (Usage(daemon), Usage(collectd))
        try drain([daemon, collectd], seconds: seconds)
        let late = try (Usage(daemon), Usage(collectd))
        try checkStored(scratch)
        try daemon.stop()
        try collectd.stop()
        return [
            Measurement(
                "CPU time a minute, \(registers) registers a second, to collectd",
                late.0.processorSeconds - early.0.processorSeconds, "s",
                reference: late.1.processorSeconds - early.1.processorSeconds, .atMost(1)),
            Measurement(
                "PSS, same, to collectd", late.0.proportional / 1e6, "MB",
                reference: late.1.proportional / 1e6),
        ]
    }

    /// A running collectd that polls the site's slave.
    private static func collectd(of site: Site, in scratch: Scratch) throws -> Child {
        let (output, status) = try Child("/usr/bin/env", ["bash", "deploy/peers/collectd"]).finish()
        guard status == 0, let folder = output.split(separator: "\n").last.map(String.init) else {
            throw BenchmarkError.program("deploy/peers/collectd", output: output)
        }
        var text = """
            BaseDir "\(scratch.path)"
            # Values lie below it: an absolute path would show a folder that begins with a dot, which
            # collectd refuses.
            PIDFile "\(scratch.path)/pid"
            PluginDir "\(folder)/usr/lib/collectd"
            TypesDB "\(folder)/usr/share/collectd/types.db"
            Interval 1
            Hostname "bench"
            FQDNLookup false
            LoadPlugin csv
            LoadPlugin modbus
            <Plugin csv>
              DataDir "values"
            </Plugin>
            <Plugin modbus>

            """
        for register in 0..<registers {
            text += "<Data \"r\(register)\">\nRegisterBase \(register)\nRegisterType Uint16\n"
            text += "RegisterCmd ReadInput\nType gauge\nInstance \"r\(register)\"\n</Data>\n"
        }
        text += "<Host \"peer\">\nAddress \"127.0.0.1\"\nPort \"\(site.port)\"\nInterval 1\n"
        text += "<Slave 1>\nInstance \"meter\"\n"
        for register in 0..<registers { text += "Collect \"r\(register)\"\n" }
        text += "</Slave>\n</Host>\n</Plugin>\n"
        let file = try scratch.write(text, to: "collectd.conf")
        return try Child("\(folder)/usr/sbin/collectd", ["-f", "-C", file])
    }

    /// Lets time pass, reading what the programs say, because a full pipe would stop them.
    private static func drain(_ programs: [Child], seconds: Double) throws {
        let watch = Stopwatch()
        while watch.seconds < seconds {
            for program in programs {
                while let line = program.line(seconds: 0.2) {
                    if line.contains("level=error") || line.contains("plugin:") {
                        throw BenchmarkError.program("process \(program.id)", output: line)
                    }
                }
            }
        }
    }

    /// A peer that polls nothing would be cheap.
    private static func checkStored(_ scratch: Scratch) throws {
        var status = stat()
        guard stat("\(scratch.path)/values/peer/modbus-meter", &status) == 0 else {
            throw BenchmarkError.program("collectd", output: "no values in \(scratch.path)")
        }
    }

    /// What a process has used.
    private struct Usage {
        /// Processor time of all its threads.
        let processorSeconds: Double
        /// Its part of shared memory and its own, in bytes.
        let proportional: Double

        init(_ process: Child) throws {
            // Fields 14 and 15 of proc_pid_stat(5), counted after the name in brackets.
            let path = "/proc/\(process.id)/stat"
            let text = String(decoding: try File.read(path, bytesMax: 4096), as: UTF8.self)
            let fields = text.split(separator: ")").last?.split(separator: " ") ?? []
            guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12])
            else { throw BenchmarkError.unknownNumber(path) }
            processorSeconds = (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
            let rollup = "/proc/\(process.id)/smaps_rollup"
            proportional = Double(try ProcessFile.number(rollup, "Pss:")) * 1024
        }
    }
}
