// SPDX-License-Identifier: Apache-2.0

internal import HAL
internal import Journal
internal import Logging
internal import Synchronization
internal import Telemetry

/// Moves readings from the queue into the journal, a commit at a time.
final class Recorder: Sendable {
    private let queue: ReadingQueue
    private let journal: Journal
    private let totals: CounterTotals
    private let log = Logger(label: "journal")
    /// Whether the last commit failed; a change of it is worth a line of the log.
    private let isFailing = Mutex(false)
    private let commits = Atomic<UInt64>(0)

    private let clock: any HALClock

    init(
        queue: ReadingQueue, totals: CounterTotals, journal: Journal, clock: any HALClock
    ) {
        self.queue = queue
        self.totals = totals
        self.journal = journal
        self.clock = clock
    }

    /// How many commits were attempted: a number that stands still is a recorder that hangs.
    var attempts: UInt64 { commits.load(ordering: .relaxed) }

    /// Commits what is waiting. What can't be written stays in the journal's buffer, whose limit
    /// is the bound on what a full disk may cost.
    func commit() async {
        defer { commits.add(1, ordering: .relaxed) }
        let batch = queue.takeAll()
        let known = await journal.recoveries
        do {
            if batch.dropped > 0 {
                await journal.recordLoss(batch.dropped)
                log.error("readings dropped", metadata: ["count": "\(batch.dropped)"])
            }
            let recorded = await journal.record(
                batch.readings, totals: totals.totals(of: batch.readings))
            if recorded.dropped > 0 {
                log.error("readings dropped", metadata: ["count": "\(recorded.dropped)"])
            }
            report(try await journal.commit(now: clock.now()))
        } catch {
            isFailing.withLock { $0 = true }
            log.error("readings can't be written", metadata: ["cause": "\(error)"])
            await journal.recoverIfNeeded(from: error, known: known, clock: clock, log: log)
        }
    }

    private func report(_ committed: Committed) {
        let wasFailing = isFailing.withLock { isFailing in
            defer { isFailing = false }
            return isFailing
        }
        if wasFailing {
            log.notice(
                "readings can be written again",
                metadata: ["kept": "\(committed.count)", "lost": "\(committed.lost)"])
        }
        guard committed.count > 0 else { return }
        // What this line says is durable: the test that kills the daemon holds it to that.
        log.debug(
            "committed",
            metadata: ["last": "\(committed.lastID)", "count": "\(committed.count)"])
        if committed.evicted > 0 {
            log.info("readings evicted", metadata: ["count": "\(committed.evicted)"])
        }
    }
}
