// SPDX-License-Identifier: Apache-2.0

/// What the daemon's command line asks for.
enum DaemonArguments: Equatable {
    /// To run with this configuration file.
    case run(configurationFile: String)
    case version
    case help
    /// An argument that means nothing.
    case wrong(String)

    static let usage = """
        usage: halcyond [--config FILE]

        Reads the points of FILE (default \(Configuration.defaultFile)), keeps the readings in the
        journal and signs them. SIGTERM finishes and flushes, SIGHUP reads FILE again.

          --config FILE   the configuration
          --version       print the version
          --help          print this

        """

    /// The meaning of the arguments.
    static func parse(_ arguments: [String]) -> DaemonArguments {
        var file = Configuration.defaultFile
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            switch argument {
            case "--version": return .version
            case "--help", "-h": return .help
            case "--config", "-c":
                guard let value = rest.popFirst() else { return .wrong(argument) }
                file = value
            case let argument where argument.hasPrefix("--config="):
                file = String(argument.dropFirst("--config=".count))
            default: return .wrong(argument)
            }
        }
        return .run(configurationFile: file)
    }
}
