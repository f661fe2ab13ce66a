// SPDX-License-Identifier: Apache-2.0

import Telemetry
import TestSupport
import Testing

@testable import Agent

@Suite struct ReadingQueueTests {
    static func readings(_ numbers: ClosedRange<Int64>) -> [Reading] {
        numbers.map {
            Reading(
                point: .test("a/b"), outcome: .good(.integer($0)),
                time: Timestamp(wallMilliseconds: 0, uptimeMilliseconds: $0))
        }
    }

    @Test("what was added comes out once, in order")
    func order() {
        let queue = ReadingQueue(countMax: 10)
        queue.add(Self.readings(1...3))
        queue.add(Self.readings(4...10))
        let batch = queue.takeAll()
        #expect(batch.readings == Self.readings(1...10) && batch.dropped == 0)
        #expect(queue.takeAll().readings.isEmpty)
    }

    @Test("a queue that runs over gives up its oldest readings and counts them once")
    func overflow() {
        let queue = ReadingQueue(countMax: 10)
        queue.add(Self.readings(1...8))
        queue.add(Self.readings(9...13))
        queue.add(Self.readings(14...14))
        let batch = queue.takeAll()
        #expect(batch.readings == Self.readings(5...14) && batch.dropped == 4)
        #expect(queue.takeAll().dropped == 0)
        queue.add(Self.readings(1...25))
        let second = queue.takeAll()
        #expect(second.readings == Self.readings(16...25) && second.dropped == 15)
    }

    @Test("readings that are added from many tasks are all there or counted")
    func concurrency() async {
        let queue = ReadingQueue(countMax: 500)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask { for _ in 0..<100 { queue.add(Self.readings(1...2)) } }
            }
        }
        let batch = queue.takeAll()
        #expect(batch.readings.count == 500 && batch.dropped == 1100)
    }
}
