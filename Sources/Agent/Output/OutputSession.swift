// SPDX-License-Identifier: Apache-2.0

public import HAL
public import Journal
internal import Logging
internal import Platform
internal import Synchronization
public import Telemetry

/// Outputs without the daemon, for commissioning: under the same rules, journal and guard as with it.
///
/// It holds the journal's lock, so that a daemon and a session never write at the same time. Ending it
/// brings every output of its buses to its safe state; so does the end of the process.
public actor OutputSession {
    private let outputs: OutputSet
    private let buses: BusSet
    private let journal: Journal?
    /// Why nothing is kept; `nil` if it is.
    public nonisolated let journalFailure: JournalError?
    private let clock: any HALClock
    private let stopRequest: StopRequest

    /// Has errors logged as the daemon does, and nothing below. For a program that has no log.
    public static func prepareLog() {
        LoggingSystem.bootstrap(StructuredLog.init)
        StructuredLog.setLevel(.error)
    }

    /// Opens the buses of some outputs, and those that their interlocks look at.
    ///
    /// Every output of these buses is brought to its safe state. From now on SIGINT, SIGTERM and
    /// SIGHUP only ask for the end (`isStopRequested`).
    ///
    /// - Parameters:
    ///   - configuration: the agent's.
    ///   - points: the outputs.
    ///   - isForSafety: whether a journal that can't be opened is no obstacle. Then there are safe
    ///     states and no commands.
    /// - Throws: `JournalError`: `locked` while a daemon runs, before anything is touched.
    public init(
        _ configuration: Configuration, outputs points: Set<PointID>, isForSafety: Bool = false
    ) async throws {
        clock = SystemHALClock()
        stopRequest = StopRequest()
        let lock = Result { () throws(JournalError) in
            try JournalLock(configuration.journalFile)
        }
        if case .failure(let error) = lock {
            if case .locked = error.rule { throw error }
            guard isForSafety else { throw error }
        }
        outputs = OutputSet(clock: clock)
        // What is read here is looked at and not kept.
        buses = BusSet(
            queue: ReadingQueue(countMax: 0), totals: CounterTotals(), outputs: outputs,
            clock: clock)
        let needed = Self.buses(of: points, configuration)
        await buses.secure(needed)
        do {
            let journal = try Journal.open(
                at: configuration.journalFile, options: configuration.journal.options,
                now: clock.now(), bootID: try SystemClock.bootID(), lock: lock.get()
            ).journal
            self.journal = journal
            journalFailure = nil
            await outputs.open(journal)
        } catch let error as JournalError where isForSafety {
            journal = nil
            journalFailure = error
        } catch {
            await outputs.stop()
            throw error
        }
        await buses.set(needed)
    }

    private static func buses(
        of points: Set<PointID>, _ configuration: Configuration
    ) -> [BusConfiguration] {
        let outputs = configuration.buses.flatMap(\.outputs).filter { points.contains($0.point.id) }
        let all = points.union(outputs.flatMap(\.rules.interlocks).map(\.point))
        return configuration.buses.filter { bus in
            bus.points.contains { all.contains($0.point.id) }
        }
    }

    /// Whether a signal has asked for the end.
    public nonisolated var isStopRequested: Bool { stopRequest.isMade }

    /// Takes an output and writes a value to it.
    ///
    /// Waits a while for what passes by itself: the safe state at the start, the first readings that
    /// interlocks need, the pause between changes.
    ///
    /// - Parameters:
    ///   - value: the value.
    ///   - output: the output.
    ///   - holder: who wants it.
    ///   - milliseconds: for how long.
    /// - Returns: the lease that it was written under.
    /// - Throws: `OutputRefusal`.
    public func write(
        _ value: Value, to output: PointID, holder: String, milliseconds: Int64
    ) async throws(OutputRefusal) -> OutputLease {
        var lease: OutputLease?
        var limit = clock.now().uptimeMilliseconds + AgentLimits.sessionPatienceMilliseconds
        while true {
            do throws(OutputRefusal) {
                let held: OutputLease
                if let lease {
                    held = lease
                } else {
                    held = try await outputs.acquire(
                        output, holder: holder, milliseconds: milliseconds)
                    lease = held
                }
                try await outputs.write(value, to: output, held)
                return held
            } catch {
                let pause: Int64
                switch error {
                case .returningToSafe(.start): pause = 5
                case .interlock(let breach) where breach.cause == .noReading: pause = 20
                case .tooSoon(let wait):
                    pause = wait
                    limit += wait
                default: throw error
                }
                let next = clock.now().uptimeMilliseconds + pause
                guard next < limit, !isStopRequested else { throw error }
                try? await clock.sleep(untilUptimeMilliseconds: next)
            }
        }
    }

    /// What the hardware shows now.
    public func read(_ output: PointID) async -> Outcome { await outputs.read(output) }

    /// How an output is; `nil` if there is none of that name.
    public func state(of output: PointID) async -> OutputGuard.State? {
        await outputs.state(of: output)
    }

    /// Brings an output to its safe state.
    ///
    /// - Returns: why the hardware does not show it; `nil` if it does.
    /// - Throws: `OutputRefusal.unknownOutput`.
    public func makeSafe(_ output: PointID) async throws(OutputRefusal) -> WriteFailure? {
        try await outputs.makeSafe(output)
    }

    /// Brings all outputs of the session to their safe states and ends it.
    public func close() async {
        await outputs.stop()
        await buses.stop()
        await journal?.close()
    }
}
