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
        discussion: "Exit status 1 if the daemon is down.")

    @OptionGroup var common: CommonOptions

    private struct View: Encodable {
        let isRunning: Bool
        let processID: Int32?
        let deviceID: String?
        let configuredPoints: Int
        let readings: Range?
        let readingsKept: UInt64
        let attestedLast: UInt64
        let attestations: Range?
        let lost: [AttestationView.GapView]
        let lostReadings: UInt64
        let lossesNotSignedYet: Int
        let bootCount: UInt32?
        let journalBytes: Int64
        let quotaBytes: Int64
        let newestAgeMilliseconds: Int64?
        let good: Int
        let uncertain: Int
        let bad: Int
    }

    private struct Range: Encodable {
        let first: UInt64
        let last: UInt64

        init(_ range: ClosedRange<UInt64>) {
            (first, last) = (range.lowerBound, range.upperBound)
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
        guard view.isRunning else { throw ExitStatus.refused.code }
    }

    private func view(_ configuration: Configuration, _ reader: JournalReader) throws -> View {
        let process = try Journal.holder(at: configuration.journalFile)
        let summary = try reader.summary()
        let points = configuration.buses.flatMap(\.points).map(\.point)
        let newest = try reader.newest(Set(points)).values.map(\.reading)
        let newestWall = newest.map(\.time.wallMilliseconds).max()
        let gaps = try reader.gaps().map(\.gap)
        func count(_ quality: Quality) -> Int {
            newest.count { $0.outcome.quality == quality }
        }
        return View(
            isRunning: process != nil, processID: process,
            deviceID: (try? DeviceKey.load(at: configuration.keyFile))?.deviceID.description,
            configuredPoints: points.count, readings: summary.readings.map(Range.init),
            readingsKept: summary.readingCount, attestedLast: summary.attestedLast,
            attestations: summary.attestations.map(Range.init),
            lost: gaps.map(AttestationView.GapView.init),
            lostReadings: gaps.filter { $0.kind == .readings }.reduce(0) { $0 + $1.count },
            lossesNotSignedYet: summary.unsignedGapCount, bootCount: summary.boot?.count,
            journalBytes: summary.fileBytes + summary.walBytes,
            quotaBytes: configuration.journal.quotaBytes,
            newestAgeMilliseconds: newestWall.map { SystemClock.now().wallMilliseconds - $0 },
            good: count(.good), uncertain: count(.uncertain), bad: count(.bad))
    }

    private func show(_ view: View) {
        let state = view.processID.map { "running, process \($0)" } ?? "DOWN"
        Output.line("daemon        \(state)")
        Output.line("device        \(view.deviceID ?? "no usable key")")
        Output.line(
            "points        \(view.configuredPoints): \(view.good) good, \(view.uncertain) "
                + "uncertain, \(view.bad) bad")
        if let age = view.newestAgeMilliseconds {
            Output.line("newest        \(Format.duration(milliseconds: max(age, 0))) ago")
        }
        let range = view.readings.map { " (\($0.first)–\($0.last))" } ?? ""
        Output.line("readings      \(view.readingsKept) kept\(range)")
        let signed = view.attestations.map { "\($0.first)–\($0.last)" } ?? "none"
        Output.line("attestations  \(signed), readings signed up to \(view.attestedLast)")
        Output.line(
            "journal       \(Format.bytes(view.journalBytes)) of \(Format.bytes(view.quotaBytes))")
        Output.line("lost          \(view.lostReadings) readings")
        for gap in view.lost {
            Output.line("              \(gap.kind) \(gap.first)–\(gap.last): \(gap.reason)")
        }
    }
}
