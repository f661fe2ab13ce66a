// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// `halcyon light-client`.
struct LightClientCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "light-client",
        abstract: "Follow a chain by proofs alone, and check what others say of it.",
        subcommands: [LightClientReplay.self])
}
