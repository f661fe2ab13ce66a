// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import Platform

/// A device of one test: a folder with configuration, key and state, and the real programs on it.
public final class Device {
    /// The folder that holds the configuration and, unless told otherwise, the state.
    public let folder: TemporaryFolder
    /// Where key and journal are.
    public let state: String
    /// The configuration file.
    public var configuration: String { folder.path + "/halcyon.toml" }
    /// The key file.
    public var key: String { state + "/device.key" }
    /// The journal's file.
    public var journal: String { state + "/journal.sqlite" }

    /// A device with these buses and settings and, if `hasKey`, a key made by `halcyon key create`.
    ///
    /// - Parameters:
    ///   - configuration: TOML without the table `agent`.
    ///   - state: the state directory; `nil` for a new one in the device's folder.
    ///   - hasKey: whether to make a key.
    /// - Throws: `SystemError`, `ChildProcessError`, `DeviceFailure`.
    public init(_ configuration: String, state: String? = nil, hasKey: Bool = true) throws {
        folder = try TemporaryFolder()
        self.state = state ?? folder.path + "/state"
        try configure(configuration)
        guard hasKey else { return }
        let (output, status) = try halcyon("key", "create")
        guard status == 0 else { throw DeviceFailure(message: output) }
    }

    /// Replaces the configuration.
    ///
    /// - Throws: `SystemError`.
    public func configure(_ text: String) throws {
        let agent = "[agent]\nstate_directory = \"\(state)\"\nlog_level = \"debug\"\n"
        try folder.write(agent + text, to: "/halcyon.toml")
    }

    /// Starts `halcyond`.
    ///
    /// - Throws: `ChildProcessError`.
    public func start(environment: [String: String] = [:]) throws -> RunningDaemon {
        RunningDaemon(
            try ChildProcess(
                BuiltProduct.path("halcyond"), ["--config", configuration],
                environment: environment))
    }

    /// Starts `halcyond` and waits until it is ready.
    ///
    /// - Throws: `DeviceFailure` with what it said instead.
    public func startReady(environment: [String: String] = [:]) throws -> RunningDaemon {
        let daemon = try start(environment: environment)
        guard daemon.wait(for: "msg=ready") else {
            daemon.kill()
            throw DeviceFailure(message: daemon.log)
        }
        return daemon
    }

    /// Runs `halcyond` where it is to refuse, and gives what it said and its exit status.
    ///
    /// - Throws: `ChildProcessError`.
    public func refusal() throws -> (output: String, status: Int32) {
        let daemon = try start()
        let status = daemon.finish(seconds: 20)
        return (daemon.log, status)
    }

    /// Runs `halcyon` with these arguments on this device's configuration.
    ///
    /// - Throws: `ChildProcessError`.
    public func halcyon(_ arguments: String...) throws -> (output: String, status: Int32) {
        let path = BuiltProduct.path("halcyon")
        return try ChildProcess(path, arguments + ["--config", configuration]).finish()
    }

    /// The names of the files in the state directory, in order.
    public var stateNames: [String] {
        guard let listing = opendir(state) else { return [] }
        defer { closedir(listing) }
        var names: [String] = []
        while let entry = readdir(listing) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }
}

/// What a program of a device said when it should have worked.
public struct DeviceFailure: Error {
    /// Its output.
    public let message: String
}
