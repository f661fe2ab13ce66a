// SPDX-License-Identifier: Apache-2.0

internal import Synchronization
internal import Telemetry

/// Readings on their way from the buses to the journal.
///
/// Adding never waits, so that a slow disk never disturbs a bus. When the queue is full the oldest
/// readings go, and their count is kept until the journal can turn it into a signed gap.
final class ReadingQueue: Sendable {
    /// What was taken from the queue.
    struct Batch {
        /// How many older readings were dropped since the last batch.
        var dropped = 0
        /// The readings, oldest first.
        var readings: [Reading] = []
    }

    private let batch = Mutex(Batch())
    private let countMax: Int

    init(countMax: Int = AgentLimits.queuedReadingsMax) { self.countMax = countMax }

    /// Adds readings at the end.
    func add(_ readings: [Reading]) {
        batch.withLock { batch in
            batch.readings.append(contentsOf: readings)
            let excess = batch.readings.count - countMax
            guard excess > 0 else { return }
            batch.readings.removeFirst(excess)
            batch.dropped += excess
        }
    }

    /// Takes everything.
    func takeAll() -> Batch {
        batch.withLock { batch in
            defer { batch = Batch() }
            return batch
        }
    }
}
