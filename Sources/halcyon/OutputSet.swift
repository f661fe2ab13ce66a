// SPDX-License-Identifier: Apache-2.0

internal import Agent
internal import ArgumentParser
internal import HAL
internal import Journal
internal import Platform
internal import Telemetry

/// `halcyon output set`.
struct OutputSet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Set an output for a while, then return it to its safe state.",
        discussion: """
            For commissioning, while the daemon is down. The rules of the configuration hold: \
            range, rate, interlocks, lease. The output returns to its safe state when the time is \
            over, on Ctrl-C, and if anything goes wrong; so do all other outputs of its bus at \
            the start. Commands are kept in the journal.
            """)

    @OptionGroup var common: CommonOptions

    @Option(
        name: .customLong("for"),
        help: ArgumentHelp("How long to hold it.", valueName: "seconds"))
    var seconds: Double

    @Argument(help: "The output.")
    var output: String

    @Argument(help: "true, false, on, off or a number in the point's unit.")
    var value: String

    private struct Line: Encodable {
        let output: String
        let event: String
        let value: String?
        let cause: String?
    }

    func validate() throws {
        guard seconds > 0, seconds <= Double(HALLimits.leaseMillisecondsMax) / 1000 else {
            throw ValidationError("--for is more than 0 and at most a day")
        }
        _ = try Self.parse(value)
    }

    private static func parse(_ text: String) throws -> Value {
        switch text {
        case "true", "on": return .boolean(true)
        case "false", "off": return .boolean(false)
        default:
            guard let number = Double(text), number.isFinite else {
                throw ValidationError("\"\(text)\" is not true, false, on, off or a number")
            }
            return .number(number)
        }
    }

    func run() async throws {
        let configuration = try common.load()
        let id = try configuration.output(output).point.id
        let session = try await OutputSession.open(configuration, [id])
        let value = try Self.parse(value)
        do {
            let lease = try await session.write(
                value, to: id, holder: "cli:\(UserName.current)",
                milliseconds: Int64((seconds * 1000).rounded()))
            let shown = await session.read(id)
            try say("set", shown.value ?? value, nil)
            try await hold(session, id, lease)
        } catch let refusal as OutputRefusal {
            try await end(session, id)
            throw Failure(
                .refused, "\(output) was not set: \(refusal)", rule: refusal.word,
                next: Self.advice(refusal))
        } catch {
            await session.close()
            throw error
        }
        try await end(session, id)
    }

    /// Waits until the time is over or the output is lost.
    private func hold(
        _ session: OutputSession, _ id: PointID, _ lease: OutputLease
    ) async throws {
        while !session.isStopRequested,
            SystemClock.now().uptimeMilliseconds < lease.expiresUptimeMilliseconds
        {
            switch await session.state(of: id) {
            case .held, .writing: break
            case .returning(let back) where back.reason != .leaseExpired:
                throw OutputRefusal.overridden(back.reason)
            case .safe, .closed, .returning, nil: return
            }
            try? await Task.sleep(for: .milliseconds(20))
        }
    }

    /// Returns the output to its safe state and says whether it shows it.
    private func end(_ session: OutputSession, _ id: PointID) async throws {
        let failure = try await session.makeSafe(id)
        let shown = await session.read(id)
        await session.close()
        if let failure {
            throw Failure(
                .unavailable, "\(output) DOES NOT SHOW its safe state: \(failure)",
                rule: "not-safe", next: "switch it off by hand")
        }
        try say("safe", shown.value, shown.fault?.word)
    }

    private func say(_ event: String, _ value: Value?, _ cause: String?) throws {
        if common.json {
            try Output.json(
                Line(output: output, event: event, value: value.map { "\($0)" }, cause: cause))
        } else {
            let shown = value.map { "shows \(Format.value($0))" } ?? cause ?? ""
            Output.line("\(output) \(event): \(shown)")
        }
    }

    private static func advice(_ refusal: OutputRefusal) -> String? {
        switch refusal {
        case .interlock: "halcyon point read shows the points that it depends on"
        case .failed: "halcyon doctor"
        case .leaseLength: "choose a shorter --for, or raise lease_seconds_max"
        default: nil
        }
    }
}

extension OutputSession {
    /// A session of this user for some outputs.
    ///
    /// - Throws: `Failure` while a daemon runs, or if this user is not the daemon's.
    static func open(
        _ configuration: Configuration, _ outputs: Set<PointID>, isForSafety: Bool = false
    ) async throws -> OutputSession {
        try CommonOptions.requireOwner(of: configuration)
        prepareLog()
        do {
            return try await OutputSession(
                configuration, outputs: outputs, isForSafety: isForSafety)
        } catch let error as JournalError {
            guard case .locked(let process) = error.rule else {
                throw Failure(
                    .inputOutput, "the journal can't be opened: \(error)", rule: "journal")
            }
            throw Failure(
                .unavailable,
                "the daemon runs\(process.map { ", process \($0)" } ?? ""); outputs have one master",
                rule: "daemon-running", next: "systemctl stop halcyond")
        }
    }
}
