// SPDX-License-Identifier: Apache-2.0

internal import Telemetry

/// Readings that wait to be written: a ring that gives up its oldest when it is full.
struct ReadingBuffer {
    private var storage: [Reading] = []
    private var head = 0
    private let capacity: Int
    /// Readings given up since the buffer was last emptied; all of them older than those in it.
    private(set) var dropped: UInt64 = 0

    init(capacity: Int) { self.capacity = capacity }

    var count: Int { storage.count }

    mutating func append(_ reading: Reading) {
        if storage.count < capacity {
            storage.append(reading)
        } else {
            storage[head] = reading
            head = (head + 1) % capacity
            dropped += 1
        }
    }

    /// Counts readings that were given up before they came here.
    mutating func noteLoss(_ count: Int) { dropped += UInt64(max(count, 0)) }

    /// Empties the buffer. Memory that an outage took is given back.
    mutating func removeAll() {
        storage.removeAll(keepingCapacity: storage.count <= JournalLimits.segmentReadingsMax)
        head = 0
        dropped = 0
    }

    /// The readings, the oldest first.
    func forEach(_ body: (Reading) throws(JournalError) -> Void) throws(JournalError) {
        for index in storage.indices {
            try body(storage[(head + index) % storage.count])
        }
    }
}
