// SPDX-License-Identifier: Apache-2.0

import Glibc
import Journal
import Platform
import Telemetry
import TestSupport
import Testing

/// A device with one relay, whose state lies in a file as the kernel would hold it.
struct OutputDevice {
    let device: Device
    /// The kernel: what lies here outlives every process.
    let kernel: TemporaryFolder

    var file: String { kernel.path + "/pump.relay" }

    init() throws {
        kernel = try TemporaryFolder()
        device = try Device(
            """
            [[bus]]
            name = "sim"
            driver = "simulated"
            state_folder = "\(kernel.path)"
            [[device]]
            name = "pump"
            bus = "sim"
            [[device.point]]
            name = "relay"
            unit = "/"
            waveform = "output:false"
            [device.point.output]
            safe = false
            interval_seconds_min = 0

            """)
    }

    /// Whether the relay is on.
    var isOn: Bool {
        let bytes = (try? File.read(file, bytesMax: 64)) ?? []
        return bytes.starts(with: Array("true".utf8))
    }

    /// Puts the relay on, as a crash would leave it.
    func leaveOn() throws { try kernel.write("true\n", to: "/pump.relay") }

    /// How long the relay is still on from now, in milliseconds; `nil` if longer than `limit`.
    func millisecondsUntilOff(limit: Int64 = 10_000) -> Int64? {
        let start = SystemClock.now().uptimeMilliseconds
        while SystemClock.now().uptimeMilliseconds - start < limit {
            if !isOn { return SystemClock.now().uptimeMilliseconds - start }
            usleep(500)
        }
        return nil
    }

    /// All commands in the journal, the oldest first.
    func commands() throws -> [StoredCommand] {
        guard access(device.journal, F_OK) == 0 else { return [] }
        do {
            return try JournalReader(device.journal).commands().reversed()
        } catch {
            // The kill came before the journal's tables.
            guard error.rule == .missing else { throw error }
            return []
        }
    }
}

/// Kills a program at a system call of its own, by strace(1).
struct SystemCallKill {
    /// Calls by which a process changes what others see: files, messages, locks that it lets go, and
    /// new processes. Between two of them a kill makes no difference to anybody.
    static let calls = [
        "pwrite64", "write", "openat", "ftruncate", "unlink", "linkat", "rename", "fdatasync",
        "sendto", "close", "socketpair", "clone", "clone3", "vfork",
    ]

    /// Calls that nobody else notices.
    static let silentCalls = ["fcntl", "pread64", "read", "futex", "newfstatat", "mmap"]

    /// Whether one process may trace another here.
    static let isPossible: Bool = {
        guard
            let child = try? ChildProcess(
                "/usr/bin/strace", ["-qq", "-o", "/dev/null", "/bin/true"])
        else { return false }
        return child.finish(seconds: 10).status == 0
    }()

    /// Starts a program that dies when the first of its threads is about to make its `count`-th call
    /// of that kind.
    static func start(
        _ program: String, _ arguments: [String], at call: String, count: Int,
        environment: [String: String] = [:]
    ) throws -> ChildProcess {
        // A child that becomes another program, the guard process, is let go.
        try ChildProcess(
            "/usr/bin/strace",
            [
                "-f", "-qq", "-b", "execve", "-o", "/dev/null", "-e", "trace=\(call)", "-e",
                "inject=\(call):signal=SIGKILL:when=\(count)", program,
            ] + arguments, environment: environment)
    }
}
