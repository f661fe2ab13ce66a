// SPDX-License-Identifier: Apache-2.0

import Glibc
import TestSupport
import Testing

/// A device of the simulated kind that has run for a moment and is off now.
struct DeviceFixture {
    let folder: TemporaryFolder
    /// The configuration file.
    let config: String

    /// Makes key and configuration; nothing runs yet.
    init() throws {
        folder = try TemporaryFolder()
        config = folder.path + "/halcyon.toml"
        try folder.write(
            """
            [agent]
            state_directory = "\(folder.path)/state"
            log_level = "debug"
            [journal]
            commit_interval_seconds = 0.05
            [attestation]
            period_seconds = 0.3
            [[bus]]
            name = "board"
            driver = "simulated"
            [[device]]
            name = "mains"
            bus = "board"
            period_seconds = 0.05
            [[device.point]]
            name = "voltage"
            unit = "V"
            waveform = "sine:230,3,600,0.4"
            [[device.point]]
            name = "broken"
            unit = "V"
            waveform = "constant:1"
            faults = ["checksum"]
            """, to: "/halcyon.toml")
    }

    /// Runs the tool.
    func halcyon(_ arguments: String...) throws -> (output: String, status: Int32) {
        try ChildProcess(
            BuiltProduct.path("halcyon"), arguments + ["--config", config]
        ).finish()
    }

    /// Runs the tool without a configuration.
    static func halcyon(_ arguments: [String]) throws -> (output: String, status: Int32) {
        try ChildProcess(BuiltProduct.path("halcyon"), arguments).finish(seconds: 120)
    }

    /// Runs the daemon until it has made `count` attestations, then stops it as systemd would.
    func run(attestations count: Int) throws {
        let daemon = try ChildProcess(BuiltProduct.path("halcyond"), ["--config", config])
        let log = daemon.read(until: "sequence=\(count)\n", seconds: 30)
        #expect(log.contains("sequence=\(count)\n"), "\(log)")
        daemon.send(SIGTERM)
        let end = daemon.finish()
        #expect(end.status == 0, "\(end.output)")
    }
}
