// SPDX-License-Identifier: Apache-2.0

internal import Agent
internal import ArgumentParser

/// What nearly every command takes.
struct CommonOptions: ParsableArguments {
    @Option(
        name: [.customShort("c"), .long],
        help: ArgumentHelp("The agent's configuration file.", valueName: "file"))
    var config = Configuration.defaultFile

    @Flag(help: "Print JSON, one value a line.")
    var json = false

    /// The configuration.
    ///
    /// - Throws: `Failure` that lists every problem of the file.
    func load() throws -> Configuration {
        do {
            return try ConfigurationReader.load(config).configuration
        } catch {
            throw Failure(
                .configuration, "the configuration has problems:",
                next: "halcyon check --config \(config)", details: error.list.map(\.description))
        }
    }
}
