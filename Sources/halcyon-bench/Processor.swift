// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import Platform

/// The processors that this program may run on.
enum Processor {
    /// Runs `body` with this process and its new children on one processor.
    ///
    /// Two processes in turn are then as fast as their work is short. On several, where the
    /// scheduler happens to wake each of them weighs more than what they do.
    static func pinned<Result>(_ body: () async throws -> Result) async throws -> Result {
        let status = String(
            decoding: try File.read("/proc/self/status", bytesMax: 1 << 16), as: UTF8.self)
        let key = "Cpus_allowed_list:"
        guard let line = status.split(separator: "\n").first(where: { $0.hasPrefix(key) }),
            let all = line.split(whereSeparator: { $0 == "\t" || $0 == " " }).last,
            let last = all.split(whereSeparator: { $0 == "-" || $0 == "," }).last
        else { throw BenchmarkError.unknownNumber(key) }
        try allow(last)
        defer { try? allow(all) }
        return try await body()
    }

    private static func allow(_ list: Substring) throws {
        let (output, status) = try Child(
            "/usr/bin/env",
            ["taskset", "--all-tasks", "--cpu-list", "--pid", "\(list)", "\(getpid())"]
        ).finish()
        guard status == 0 else { throw BenchmarkError.program("taskset", output: output) }
    }
}
