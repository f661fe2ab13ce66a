// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Attestation
internal import Journal

/// `halcyon attestation`.
struct AttestationCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "attestation",
        abstract: "List, export and verify signed attestations, and prove single readings.",
        subcommands: [
            AttestationList.self, AttestationShow.self, AttestationExport.self,
            AttestationVerify.self, AttestationProve.self,
        ])
}

extension JournalReader {
    /// The attestation of that number, verified again before it is shown or handed on: a journal
    /// is a file that somebody may have changed.
    func verified(_ sequence: UInt64) throws -> Attestation {
        guard let stored = try attestation(sequence) else {
            let kept = try summary().attestations
            let range = kept.map { "\($0.lowerBound) to \($0.upperBound)" } ?? "none"
            throw Failure(
                .noInput, "there is no attestation \(sequence); kept are: \(range)",
                rule: "attestation-missing", next: "halcyon attestation list")
        }
        return try stored.verified()
    }
}

extension StoredAttestation {
    /// The attestation, verified.
    func verified() throws -> Attestation {
        do {
            return try Attestation.verify(bytes, expected: nil)
        } catch {
            throw Failure(
                .badData, "attestation \(sequence) of the journal is refused: \(error)",
                rule: error.code)
        }
    }
}

/// `halcyon attestation list`.
struct AttestationList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List attestations, the newest first.")

    @OptionGroup var common: CommonOptions

    @Option(help: "At most so many.")
    var limit = 20

    func validate() throws {
        guard limit >= 1 else { throw ValidationError("--limit is 1 or more") }
    }

    func run() throws {
        let (_, reader) = try common.openJournal()
        var stored: [StoredAttestation] = []
        try reader.forEachAttestation(newestFirst: true) {
            stored.append($0)
            return stored.count < limit
        }
        let views = try stored.map { AttestationView(try $0.verified()) }
        if common.json { return try views.forEach { try Output.json($0) } }
        var table = TextTable([
            .init(heading: "#", isRight: true), .init(heading: "SIGNED AT"),
            .init(heading: "READINGS"), .init(heading: "COUNT", isRight: true),
            .init(heading: "GAPS", isRight: true), .init(heading: "BYTES", isRight: true),
            .init(heading: "HASH"),
        ])
        for view in views {
            table.add([
                "\(view.sequence)", view.signedAt,
                view.readings.map { "\($0.first)–\($0.last)" } ?? "–",
                view.readings.map { "\($0.count)" } ?? "0", "\(view.gaps.count)",
                "\(view.bytes)", String(view.hash.prefix(16)),
            ])
        }
        table.lines.forEach(Output.line)
    }
}

/// `halcyon attestation show`.
struct AttestationShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show all that one attestation says.")

    @OptionGroup var common: CommonOptions

    @Argument(help: "The sequence number; the newest if none is given.")
    var sequence: UInt64?

    func run() throws {
        let (_, reader) = try common.openJournal()
        let attestation = try reader.verified(try sequence ?? reader.newestSequence())
        let view = AttestationView(attestation)
        if common.json { return try Output.json(view) }
        Output.line("sequence    \(view.sequence)")
        Output.line("device      \(view.device)")
        let doubt = view.isClockPlausible ? "" : "  (the clock was not set)"
        Output.line("signed at   \(view.signedAt)\(doubt)")
        Output.line(
            "boot        \(view.boot), up \(Format.duration(milliseconds: view.uptimeMilliseconds))"
        )
        Output.line("software    \(Output.safe(view.softwareVersion))")
        Output.line("hash        \(view.hash)")
        Output.line("previous    \(view.previous ?? "none")")
        if let readings = view.readings {
            Output.line("readings    \(readings.first)–\(readings.last), \(readings.count) in all")
            Output.line("tree root   \(readings.root)")
        }
        for gap in view.gaps {
            Output.line("lost        \(gap.kind) \(gap.first)–\(gap.last): \(gap.reason)")
        }
        guard let records = attestation.records else { return }
        var table = TextTable([
            .init(heading: "ID", isRight: true), .init(heading: "OBSERVED AT"),
            .init(heading: "POINT"), .init(heading: "VALUE", isRight: true),
        ])
        for reading in records.map(ReadingView.init) {
            table.add(["\(reading.id)", reading.observedAt, reading.point, reading.text])
        }
        Output.line("")
        table.lines.forEach(Output.line)
    }
}

extension JournalReader {
    /// The number of the newest attestation.
    func newestSequence() throws -> UInt64 {
        guard let newest = try summary().attestations?.upperBound else {
            throw Failure(
                .noInput, "there is no attestation yet", rule: "attestation-missing",
                next: "wait for attestation.period_seconds to pass")
        }
        return newest
    }
}
