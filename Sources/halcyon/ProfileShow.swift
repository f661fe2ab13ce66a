// SPDX-License-Identifier: Apache-2.0

internal import Agent
internal import ArgumentParser

/// `halcyon profile show`.
struct ProfileShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a profile: its points, its source and the configuration that uses it.")

    @OptionGroup var options: ProfileOptions

    @Argument(help: "The profile's name.")
    var name: String

    private struct View: Encodable {
        struct Source: Encodable {
            let title: String
            let revision: String?
            let section: String?
            let url: String?
        }

        struct Point: Encodable {
            let name: String
            let unit: String
            let place: String
        }

        struct Parameter: Encodable {
            let key: String
            let value: String?
            let isOptional: Bool
        }

        let name: String
        let maker: String
        let model: String
        let drivers: [String]
        let notes: String?
        let source: Source
        let baud: Int?
        let parity: String?
        let stopBits: Int?
        let parameters: [Parameter]
        let points: [Point]
        let vectors: Int
    }

    func run() throws {
        let folder = options.folder
        guard Profile.names(in: folder).contains(name) else {
            let meant = Profile.suggestion(for: name, in: folder)
            throw Failure(
                .noInput, "there is no profile \"\(name)\" in \(folder)", rule: "profile-unknown",
                next: meant.map { "halcyon profile show \($0)" } ?? "halcyon profile list")
        }
        let path = "\(folder)/\(name).toml"
        let profile: Profile
        do {
            profile = try Profile.load(path)
        } catch {
            for problem in error.list { Output.error(Output.safe(problem.description)) }
            throw Failure(
                .badData, "the profile has problems", rule: "profile",
                next: "halcyon profile check \(path)")
        }
        if options.common.json { return try Output.json(view(profile)) }
        show(profile)
    }

    private func view(_ profile: Profile) -> View {
        let source = profile.source
        return View(
            name: profile.name, maker: profile.maker, model: profile.model,
            drivers: profile.drivers, notes: profile.notes,
            source: View.Source(
                title: source.title, revision: source.revision, section: source.section,
                url: source.url),
            baud: profile.line.baud, parity: profile.line.parity,
            stopBits: profile.line.stopBits,
            parameters: profile.parameters.map {
                View.Parameter(key: $0.key, value: $0.value, isOptional: $0.isOptional)
            },
            points: profile.points.map {
                View.Point(name: $0.name, unit: $0.unit, place: $0.place)
            }, vectors: profile.vectorCount)
    }

    private func show(_ profile: Profile) {
        let source = profile.source
        let document = [source.title, source.revision, source.section, source.url]
            .compactMap { $0 }.joined(separator: ", ")
        var facts = [
            ("device", "\(profile.maker) \(profile.model)"),
            ("driver", profile.drivers.joined(separator: ", ")), ("source", document),
            ("vectors", "\(profile.vectorCount)"),
        ]
        let line = [
            profile.line.baud.map { "\($0) baud" }, profile.line.parity.map { "parity \($0)" },
            profile.line.stopBits.map { Format.count($0, "stop bit") },
        ].compactMap { $0 }
        if !line.isEmpty { facts.append(("delivered", line.joined(separator: ", "))) }
        for parameter in profile.parameters {
            let need = parameter.isOptional ? "may be given" : "is needed"
            facts.append(
                ("key", "\(parameter.key) \(parameter.value.map { "(\($0))" } ?? need)"))
        }
        if let notes = profile.notes { facts.append(("notes", notes)) }
        for (key, value) in facts {
            let gap = String(repeating: " ", count: max(1, 11 - key.utf8.count))
            Output.line(Output.safe(key + gap + value))
        }
        Output.line("")
        var table = TextTable([
            .init(heading: "POINT"), .init(heading: "UNIT"), .init(heading: "PLACE"),
        ])
        for point in profile.points { table.add([point.name, point.unit, point.place]) }
        table.lines.forEach(Output.line)
        Output.line("")
        device(profile).forEach { Output.line(Output.safe($0)) }
    }

    /// The table that uses it, with the keys that no profile knows.
    private func device(_ profile: Profile) -> [String] {
        var lines = [
            "[[device]]", "name = \"NAME\"",
            "bus = \"BUS\"   # driver \(profile.drivers.joined(separator: " or "))",
            "profile = \"\(profile.name)\"",
        ]
        if profile.drivers.contains(where: { $0.hasPrefix("modbus") }) {
            lines.append("unit_id = 1")
        }
        if profile.drivers.contains("onewire") { lines.append("id = \"28-…\"") }
        for parameter in profile.parameters where parameter.value == nil {
            lines.append("\(parameter.isOptional ? "# " : "")\(parameter.key) = …")
        }
        return lines
    }
}
