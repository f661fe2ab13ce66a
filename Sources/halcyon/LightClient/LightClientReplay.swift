// SPDX-License-Identifier: Apache-2.0

internal import Agent
internal import ArgumentParser
internal import Bytes
internal import Glibc
internal import LightClient

/// `halcyon light-client replay`.
struct LightClientReplay: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Verify recorded light-client data step by step.",
        discussion: """
            FOLDER is a case of the official light_client vectors (sync, single_merkle_proof, \
            update_ranking, data_collection), or holds answers of the Beacon API: bootstrap*, \
            update*, fin*, opt*, each .ssz or .json. A folder that holds many cases runs them all.

            Of the Beacon API's files the bootstrap of --checkpoint is trusted, or else the \
            earliest. The fork of an object is what its JSON or the digest in front of it says, \
            and without either that of its slot.

            Each step is accepted or refused by a rule. The exit status is 0 only if every object \
            that must be accepted was, every other was refused by its rule, and every check of \
            the vectors holds.
            """)

    @Option(
        help: ArgumentHelp(
            "Of Beacon API files: a network's name, or its file in JSON or TOML.",
            valueName: "name|file"))
    var network = "mainnet"

    @Option(
        help: ArgumentHelp(
            "The slot of now; by default this machine's clock says.", valueName: "slot"))
    var atSlot: UInt64?

    @Option(help: ArgumentHelp("The block root where trust starts.", valueName: "root"))
    var checkpoint: String?

    @Flag(help: "Offer every update of sync vectors in spoiled forms too, which must be refused.")
    var spoil = false

    @Flag(help: "Print JSON, one value a step.")
    var json = false

    @Argument(help: "The folder.")
    var folder: String

    func run() throws {
        let checkpoint = try trustedRoot()
        let cases = ReplayFolder(folder).cases()
        guard !cases.isEmpty else {
            throw Failure(
                .noInput, "no vectors and no files of the Beacon API are in \(folder)",
                rule: "case-missing", next: "halcyon help light-client replay")
        }
        var report = ReplayReport(isJSON: json)
        for (name, folder) in cases {
            report.begin(name)
            do {
                try replay(folder, checkpoint, &report)
            } catch let error as Failure {
                throw error
            } catch {
                // The case's own texts are wrong: it fails whole, the others go on.
                var step = ReplayStep(0, "case")
                _ = step.attempt { throw error }
                try report.add(step)
            }
        }
        guard report.failures == 0 else {
            throw Failure(
                .refused, "\(report.failures) steps do not hold: \(report.summary)",
                rule: "refused")
        }
        if !json { Output.line("\(report.summary): all hold") }
    }

    private func replay(
        _ folder: ReplayFolder, _ checkpoint: Bytes32?, _ report: inout ReplayReport
    ) throws {
        if folder.names.contains("proof.yaml") {
            try ProofVector(folder: folder).replay(&report)
        } else if folder.names.contains("updates_0.ssz_snappy") {
            try RankingVector(folder: folder).replay(&report)
        } else if folder.names.contains("initial_state.ssz_snappy") {
            var vector = try CollectionVector(folder)
            try vector.replay(&report)
        } else if folder.names.contains("steps.yaml") {
            try SyncVector(folder, spoils: spoil).replay(&report)
        } else {
            let network = try chosenNetwork()
            let slot = atSlot ?? network.slot(atTime: UInt64(max(time(nil), 0))) ?? 0
            try BeaconReplay(
                folder: folder, network: network, currentSlot: slot, checkpoint: checkpoint
            ).replay(&report)
        }
    }

    private func trustedRoot() throws -> Bytes32? {
        guard let checkpoint else { return nil }
        guard let root = Bytes32(hex: checkpoint) else {
            throw ValidationError("a block root is 64 hexadecimal digits, not \"\(checkpoint)\"")
        }
        return root
    }

    private func chosenNetwork() throws -> Network {
        if let known = Network.named(network) { return known }
        do {
            return try NetworkFile.read(network)
        } catch {
            let names = Network.known.map(\.name).joined(separator: ", ")
            throw Failure(
                .noInput, "the network can't be read from \(network): \(error)",
                rule: "network", next: "name a file, or one of: \(names)")
        }
    }
}
