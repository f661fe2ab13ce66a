// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Attestation
internal import Journal
internal import Platform

/// `halcyon attestation export`.
struct AttestationExport: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write attestations to files that any COSE library can verify.",
        discussion: """
            Without a number the newest one is written, with --all every one that is kept, to \
            FOLDER/attestation-NUMBER.cose. Files that exist are not replaced unless they hold the \
            same bytes.
            """)

    @OptionGroup var common: CommonOptions

    @Flag(help: "All attestations that are kept.")
    var all = false

    @Option(help: ArgumentHelp("Only this attestation.", valueName: "number"))
    var sequence: UInt64?

    @Argument(help: "The folder to write to; it must exist.")
    var folder: String

    private struct Line: Encodable {
        let sequence: UInt64
        let file: String
        let bytes: Int
    }

    func validate() throws {
        if all && sequence != nil {
            throw ValidationError("--all and --sequence exclude each other")
        }
    }

    func run() throws {
        let (_, reader) = try common.openJournal()
        if !all {
            return try write(try reader.verified(try sequence ?? reader.newestSequence()))
        }
        var failure: (any Error)?
        var count = 0
        try reader.forEachAttestation { stored in
            do {
                try write(try stored.verified())
                count += 1
            } catch {
                // The others are as good as before: one bad row must not keep them back.
                failure = error
            }
            return true
        }
        if let failure { throw failure }
        guard count > 0 else {
            throw Failure(
                .noInput, "nothing is signed yet", rule: "attestation-missing",
                next: "wait for attestation.period_seconds to pass")
        }
    }

    private func write(_ attestation: Attestation) throws {
        let number = "\(attestation.claims.sequence)"
        let padding = String(repeating: "0", count: max(0, 10 - number.count))
        let file = "\(folder)/attestation-\(padding)\(number).cose"
        try ExportFile.write(attestation.encoded, to: file)
        if common.json {
            try Output.json(
                Line(
                    sequence: attestation.claims.sequence, file: file,
                    bytes: attestation.encoded.count))
        } else {
            Output.line(file)
        }
    }
}

/// A file that a command writes for others.
enum ExportFile {
    /// Writes a new file; one that holds the same bytes already is left alone.
    static func write(_ bytes: [UInt8], to file: String) throws {
        do {
            try File.write(bytes, to: file, mode: 0o644, replacing: false)
        } catch {
            if let old = try? File.read(file, bytesMax: bytes.count), old == bytes { return }
            throw Failure(.cannotCreate, "\(error)", rule: "file")
        }
    }
}
