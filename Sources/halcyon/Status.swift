// SPDX-License-Identifier: Apache-2.0

internal import Agent
internal import ArgumentParser
internal import Attestation
internal import HAL
internal import Journal
internal import Platform
internal import Telemetry

/// `halcyon status`.
struct Status: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show what the device reads, keeps, signs and lost.",
        discussion: "For a judgement and what to do about it, see \"halcyon doctor\".")

    @OptionGroup var common: CommonOptions

    private struct View: Encodable {
        let isRunning: Bool
        let processID: Int32?
        let device: String?
        let configuredPoints: Int
        let readings: Readings
        let attestations: Attestations
        let gaps: [AttestationView.GapView]
        let unsignedGaps: Int
        let bootCount: UInt32?
        let journalBytes: Int64
        let quotaBytes: Int64
        let newestAgeMilliseconds: Int64?
        let good: Int
        let uncertain: Int
        let bad: Int
        let outputs: Outputs?
    }

    /// What the newest readings say of the outputs.
    private struct Outputs: Encodable {
        let count: Int
        let safe: Int
        let notSafe: [String]
        let unknown: Int
        let interruptedCommands: Int

        init?(
            _ outputs: [OutputConfiguration], _ newest: [Point: StoredReading],
            _ reader: JournalReader
        ) throws {
            guard !outputs.isEmpty else { return nil }
            let shown = outputs.map { output in
                newest[output.point]?.reading.outcome.value.map {
                    output.rules.agrees($0, with: output.rules.safe)
                }
            }
            count = outputs.count
            safe = shown.count { $0 == true }
            unknown = shown.count { $0 == nil }
            notSafe = zip(outputs, shown).filter { $0.1 == false }.map(\.0.point.id.name)
            interruptedCommands = try reader.commands().count { $0.ending?.result == .interrupted }
        }
    }

    /// `read` = `kept` + `lost`; `signed` counts those that were not lost before they were signed.
    private struct Readings: Encodable {
        let read: UInt64
        let kept: UInt64
        let signed: UInt64
        let lost: UInt64
        let first: UInt64?
        let last: UInt64?

        init(_ summary: JournalSummary, _ gaps: [Gap]) {
            let lost = gaps.filter { $0.kind == .readings }
            self.lost = lost.reduce(0) { $0 + $1.count }
            kept = summary.readingCount
            read = kept + self.lost
            first = summary.readings?.lowerBound
            last = summary.readings?.upperBound
            // Quota and retention take what may well have been signed.
            let unsigned = lost.filter { $0.reason == .storageFull || $0.reason == .journalLost }
                .filter { $0.first <= summary.attestedLast }.reduce(0) { $0 + $1.count }
            signed = summary.attestedLast - min(summary.attestedLast, unsigned)
        }
    }

    private struct Attestations: Encodable {
        let signed: UInt64
        let first: UInt64?
        let last: UInt64?

        init(_ summary: JournalSummary) {
            signed = summary.head.sequence
            first = summary.attestations?.lowerBound
            last = summary.attestations?.upperBound
        }
    }

    func run() throws {
        let (configuration, reader) = try common.openJournal()
        let view = try view(configuration, reader)
        if common.json {
            try Output.json(view)
        } else {
            show(view)
        }
    }

    private func view(_ configuration: Configuration, _ reader: JournalReader) throws -> View {
        let process = try Journal.holder(at: configuration.journalFile)
        let summary = try reader.summary()
        let points = configuration.buses.flatMap(\.points).map(\.point)
        let stored = try reader.newest(Set(points))
        let newest = stored.values.map(\.reading)
        let newestWall = newest.map(\.time.wallMilliseconds).max()
        let gaps = try reader.gaps().map(\.gap)
        func count(_ quality: Quality) -> Int {
            newest.count { $0.outcome.quality == quality }
        }
        return View(
            isRunning: process != nil, processID: process,
            device: try Self.device(configuration, reader),
            configuredPoints: points.count, readings: Readings(summary, gaps),
            attestations: Attestations(summary), gaps: gaps.map(AttestationView.GapView.init),
            unsignedGaps: summary.unsignedGapCount, bootCount: summary.boot?.count,
            journalBytes: summary.fileBytes + summary.walBytes,
            quotaBytes: configuration.journal.quotaBytes,
            newestAgeMilliseconds: newestWall.map { SystemClock.now().wallMilliseconds - $0 },
            good: count(.good), uncertain: count(.uncertain), bad: count(.bad),
            outputs: try Outputs(configuration.outputs, stored, reader))
    }

    /// The device id by the key, or by the newest attestation where the key may not be read.
    private static func device(
        _ configuration: Configuration, _ reader: JournalReader
    ) throws -> String? {
        if let key = try? DeviceKey.load(at: configuration.keyFile) {
            return key.deviceID.description
        }
        guard let newest = try reader.summary().attestations?.upperBound else { return nil }
        return try reader.verified(newest).device.description
    }

    private func show(_ view: View) {
        let state = view.processID.map { "running, process \($0)" } ?? "DOWN"
        Output.line("daemon        \(state)")
        Output.line("device        \(view.device ?? "no usable key")")
        Output.line(
            "points        \(view.configuredPoints): \(view.good) good, \(view.uncertain) "
                + "uncertain, \(view.bad) bad")
        if let outputs = view.outputs {
            let names =
                outputs.notSafe.isEmpty ? "" : ": \(outputs.notSafe.joined(separator: ", "))"
            Output.line(
                Output.safe(
                    "outputs       \(outputs.count): \(outputs.safe) safe, \(outputs.unknown) unknown, "
                        + "\(outputs.notSafe.count) not safe\(names)"))
            if outputs.interruptedCommands > 0 {
                Output.line("              \(outputs.interruptedCommands) commands interrupted")
            }
        }
        if let age = view.newestAgeMilliseconds {
            Output.line("newest        \(Format.duration(milliseconds: max(age, 0))) ago")
        }
        let readings = view.readings
        let range = readings.first.flatMap { first in
            readings.last.map { " (\(first)–\($0))" }
        }
        Output.line(
            "readings      \(readings.read) read, \(readings.signed) signed, "
                + "\(readings.kept) kept\(range ?? ""), \(readings.lost) lost")
        for gap in view.gaps {
            Output.line("              \(gap.kind) \(gap.first)–\(gap.last): \(gap.reason)")
        }
        Output.line("attestations  \(view.attestations.signed) signed")
        Output.line(
            "journal       \(Format.bytes(view.journalBytes)) of \(Format.bytes(view.quotaBytes))")
    }
}
