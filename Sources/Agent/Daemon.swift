// SPDX-License-Identifier: Apache-2.0

internal import Attestation
internal import Glibc
internal import Journal
internal import Logging
internal import Platform

/// The daemon from its arguments to its exit status.
public enum Daemon {
    /// The version of the agent, which every attestation states.
    public static let version = "0.1.0"

    /// What has to come before there is a second thread, which the first `await` may start.
    public static func prepare() {
        // One arena: a few threads that rarely allocate need no heap each, which would stay
        // resident for good.
        Allocator.useOneArena()
    }

    /// Runs until it is told to stop.
    ///
    /// - Parameter arguments: those of the command line, without the program's name.
    /// - Returns: the exit status, one of sysexits(3): 0 stopped as told with everything kept, 64 wrong
    ///   usage, 65 the key can't be used, 66 there is no key, 74 the journal can't be opened or the
    ///   last readings could not be written, 78 the configuration has problems.
    public static func run(arguments: [String]) async -> Int32 {
        LoggingSystem.bootstrap(StructuredLog.init)
        switch DaemonArguments.parse(arguments) {
        case .version:
            write(1, "halcyond \(version)\n", version.utf8.count + 10)
            return 0
        case .help:
            write(1, DaemonArguments.usage, DaemonArguments.usage.utf8.count)
            return 0
        case .wrong(let argument):
            let text = "halcyond: unknown argument \(argument)\n\(DaemonArguments.usage)"
            write(2, text, text.utf8.count)
            return EX_USAGE
        case .run(let file):
            return await run(configurationFile: file)
        }
    }

    private static func run(configurationFile file: String) async -> Int32 {
        let log = Logger(label: "agent")
        let signals = ServiceSignals()
        do {
            let configuration = try ConfigurationReader.load(file).configuration
            StructuredLog.setLevel(configuration.logLevel)
            let agent = try await Agent.start(configuration, file: file)
            while true {
                let request = await signals.next()
                if request.stop { break }
                await agent.reload()
            }
            return await agent.stop() ? EX_OK : EX_IOERR
        } catch let problems as ConfigurationProblems {
            for problem in problems.list {
                log.error("configuration: \(problem)")
            }
            return EX_CONFIG
        } catch let error as DeviceKeyError {
            var metadata: Logger.Metadata = ["cause": "\(error)"]
            if error.isMissingFile { metadata["next"] = "halcyon key create --config \(file)" }
            log.error("the key can't be used", metadata: metadata)
            return error.isMissingFile ? EX_NOINPUT : EX_DATAERR
        } catch let error as ForeignJournal {
            log.error("\(error)")
            return EX_DATAERR
        } catch {
            log.error("the agent can't start", metadata: ["cause": "\(error)"])
            return EX_IOERR
        }
    }
}

extension DeviceKeyError {
    /// Whether there simply is no key.
    var isMissingFile: Bool {
        if case .file(.system(let cause)) = self { return cause.code == ENOENT }
        return false
    }
}
