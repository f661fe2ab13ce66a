// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Attestation
internal import Bytes
internal import Platform

/// `halcyon attestation verify`.
struct AttestationVerify: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Verify attestations, their chain, and proofs of single readings.",
        discussion: """
            Needs neither configuration nor journal: files and a device id are enough. \
            Attestations are checked as one chain in the order given; proofs of readings, as \
            "attestation prove" writes them, each by itself. Without --device any device is \
            accepted, and what it signed is only as good as what is known of its id.
            """)

    @Option(help: ArgumentHelp("The device that must have signed.", valueName: "id"))
    var device: String?

    @Flag(help: "Verify each attestation by itself, not as a chain.")
    var separately = false

    @Flag(help: "Print JSON, one value a line.")
    var json = false

    @Argument(help: "Files of attestations or proofs.")
    var files: [String]

    /// What is said of one file.
    private struct Verdict: Encodable {
        let file: String
        var accepted = false
        var kind: String?
        var rule: String?
        var place: String?
        var device: String?
        var sequence: UInt64?
        var readings: AttestationView.Readings?
        var reading: ReadingView?
    }

    func validate() throws { _ = try expectedDevice() }

    func run() throws {
        let expected = try expectedDevice()
        var chain = AttestationChain()
        var refused = 0
        for file in files {
            let verdict = verdict(on: file, expected, &chain)
            if !verdict.accepted { refused += 1 }
            try show(verdict)
        }
        guard refused == 0 else {
            throw Failure(.refused, "\(refused) of \(files.count) refused", rule: "refused")
        }
        if !json {
            let what = files.count == 1 ? "1 file" : "\(files.count) files"
            let device = expected.map { " by device \($0)" } ?? ""
            Output.line("all good: \(what)\(device)")
        }
    }

    private func expectedDevice() throws -> DeviceID? {
        guard let device else { return nil }
        guard let id = DeviceID(device) else {
            throw ValidationError("a device id is 64 hexadecimal digits, not \"\(device)\"")
        }
        return id
    }

    private func verdict(
        on file: String, _ expected: DeviceID?, _ chain: inout AttestationChain
    ) -> Verdict {
        var verdict = Verdict(file: file)
        do {
            let bytes = try File.read(file, bytesMax: AttestationLimits.proofBytesMax)
            // A proof is a map, major type 5; everything else is held against the profile.
            if let head = bytes.first, head >> 5 == 5 {
                verdict.kind = "proof"
                let proof = try InclusionProof.verify(bytes, expected: expected)
                verdict.device = proof.attestation.device.description
                verdict.sequence = proof.attestation.claims.sequence
                verdict.reading = ReadingView(proof.reading)
            } else {
                verdict.kind = "attestation"
                let attestation = try Attestation.verify(bytes, expected: expected)
                verdict.device = attestation.device.description
                verdict.sequence = attestation.claims.sequence
                verdict.readings = AttestationView(attestation).readings
                if !separately { try chain.accept(attestation) }
            }
            verdict.accepted = true
        } catch let error as AttestationError {
            verdict.rule = error.code
            verdict.place =
                error.encoding.map { "\(error.place), byte \($0.offset)" } ?? error.place
        } catch {
            verdict.rule = "file"
            verdict.place = "\(error)"
        }
        return verdict
    }

    private func show(_ verdict: Verdict) throws {
        if json { return try Output.json(verdict) }
        var line = verdict.accepted ? "good     " : "REFUSED  "
        line += verdict.file
        if let sequence = verdict.sequence { line += "  #\(sequence)" }
        if let readings = verdict.readings {
            line += "  readings \(readings.first)–\(readings.last) (\(readings.count))"
        }
        if let reading = verdict.reading {
            line += "  reading \(reading.id): \(reading.point) = \(reading.text)"
        }
        if let rule = verdict.rule { line += "  rule \(rule): \(verdict.place ?? "")" }
        Output.line(Output.safe(line))
    }
}
