// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Attestation
internal import Journal
internal import Telemetry

/// `halcyon attestation prove`.
struct AttestationProve: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prove",
        abstract: "Prove one reading to somebody who knows only the device id.",
        discussion: """
            Writes a file with the attestation, the reading and the hashes between them, which \
            "halcyon attestation verify" checks anywhere.
            """)

    @OptionGroup var common: CommonOptions

    @Argument(help: "The reading's id, as \"reading list\" shows it.")
    var reading: UInt64

    @Argument(help: "The file to write.")
    var file: String

    private struct Line: Encodable {
        let reading: ReadingView
        let sequence: UInt64
        let file: String
        let bytes: Int
    }

    func run() throws {
        let (_, reader) = try common.openJournal()
        guard let stored = try covering(reader) else {
            let attested = try reader.summary().attestedLast
            throw Failure(
                .noInput,
                reading > attested
                    ? "reading \(reading) is not attested yet; the last that is: \(attested)"
                    : "the attestation of reading \(reading) is no longer kept",
                rule: "attestation-missing", next: "halcyon attestation list")
        }
        let attestation = try stored.verified()
        guard let digest = attestation.claims.readings else {
            throw Failure(.badData, "attestation \(stored.sequence) covers no readings")
        }
        var readings: [StoredReading] = []
        try reader.forEachReading(ReadingQuery(ids: digest.first...digest.last)) {
            readings.append($0)
            return true
        }
        let proof: InclusionProof
        do {
            proof = try InclusionProof.make(of: reading, among: readings, attestedBy: attestation)
        } catch {
            throw Failure(
                .noInput, "reading \(reading) can't be proven any more: \(error)",
                rule: error.code, next: "prove readings before the journal's quota evicts them")
        }
        try ExportFile.write(proof.encoded, to: file)
        let view = ReadingView(proof.reading)
        if common.json {
            return try Output.json(
                Line(
                    reading: view, sequence: stored.sequence, file: file,
                    bytes: proof.encoded.count))
        }
        Output.line(
            Output.safe(
                "\(file): reading \(view.id), \(view.point) = \(view.text), attestation "
                    + "\(stored.sequence), \(proof.path.count) hashes"))
    }

    /// The attestation that covers the reading.
    private func covering(_ reader: JournalReader) throws -> StoredAttestation? {
        var found: StoredAttestation?
        try reader.forEachAttestation(newestFirst: true) { stored in
            guard let range = stored.readings else { return true }
            if range.contains(reading) { found = stored }
            return range.lowerBound > reading
        }
        return found
    }
}
