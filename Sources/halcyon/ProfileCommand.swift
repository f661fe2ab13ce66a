// SPDX-License-Identifier: Apache-2.0

internal import Agent
internal import ArgumentParser

/// `halcyon profile`.
struct ProfileCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "profile",
        abstract: "List, show and check device profiles.",
        subcommands: [ProfileList.self, ProfileShow.self, ProfileCheckCommand.self])
}

/// Where the profiles are.
struct ProfileOptions: ParsableArguments {
    @OptionGroup var common: CommonOptions

    @Option(
        help: ArgumentHelp(
            "The folder of profiles; the configuration's if it has one.", valueName: "folder"))
    var directory: String?

    /// The folder: the one that was asked for, the configuration's, or the installed one.
    var folder: String {
        if let directory { return directory }
        let loaded = try? ConfigurationReader.load(common.config)
        return loaded?.configuration.profilesDirectory ?? Configuration.defaultProfilesDirectory
    }
}

/// `halcyon profile list`.
struct ProfileList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the devices that one line of configuration is enough for.")

    @OptionGroup var options: ProfileOptions

    private struct Line: Encodable {
        let name: String
        let maker: String
        let model: String
        let drivers: [String]
        let points: Int
    }

    func run() throws {
        let folder = options.folder
        let names = Profile.names(in: folder)
        guard !names.isEmpty else {
            throw Failure(.noInput, "there are no profiles in \(folder)", rule: "profile-none")
        }
        var table = TextTable([
            .init(heading: "PROFILE"), .init(heading: "MAKER"), .init(heading: "MODEL"),
            .init(heading: "DRIVER"), .init(heading: "POINTS", isRight: true),
        ])
        var broken = 0
        for name in names {
            let profile: Profile
            do {
                profile = try Profile.load("\(folder)/\(name).toml")
            } catch {
                for problem in error.list { Output.error(Output.safe(problem.description)) }
                broken += 1
                continue
            }
            if options.common.json {
                try Output.json(
                    Line(
                        name: name, maker: profile.maker, model: profile.model,
                        drivers: profile.drivers, points: profile.points.count))
            } else {
                table.add([
                    name, profile.maker, profile.model, profile.drivers.joined(separator: ", "),
                    "\(profile.points.count)",
                ])
            }
        }
        if !options.common.json { table.lines.forEach(Output.line) }
        guard broken == 0 else {
            throw Failure(.badData, "\(broken) profiles have problems", rule: "profile")
        }
    }
}
