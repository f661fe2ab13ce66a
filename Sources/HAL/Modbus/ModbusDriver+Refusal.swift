// SPDX-License-Identifier: Apache-2.0

internal import Telemetry

/// What to do when a slave refuses a read of several points.
extension ModbusDriver {
    /// Carries out one read, in parts if the slave refuses it whole.
    ///
    /// - Returns: the fault that makes further reads of this slave pointless, if one was met.
    func fetch(
        _ read: ReadPlan.Read, _ device: Int, _ outcomes: inout [Outcome]
    ) -> Fault? {
        guard let failure = carryOut(read, device, &outcomes) else { return nil }
        if Self.concernsAddresses(failure), read.slots.count > 1 {
            return fetchWithoutGaps(read, device, &outcomes)
        }
        return failure.endsReading ? failure.fault : nil
    }

    /// First suspicion: an address between the points that the slave does not have.
    private func fetchWithoutGaps(
        _ read: ReadPlan.Read, _ device: Int, _ outcomes: inout [Outcome]
    ) -> Fault? {
        let blocks = parts(of: read, device)
        guard blocks.count > 1 else { return fetchAlone(read, device, &outcomes) }
        var areAllRead = true
        for (index, block) in blocks.enumerated() {
            guard let failure = carryOut(block, device, &outcomes) else { continue }
            areAllRead = false
            if failure.endsReading { return end(failure, blocks[index...], &outcomes) }
            if Self.concernsAddresses(failure), block.slots.count == 1 {
                learn(device) { $0.separate(block.slots[0].point, $1[block.slots[0].point]) }
            } else if Self.concernsAddresses(failure),
                let fault = fetchAlone(block, device, &outcomes)
            {
                return end(fault, blocks[(index + 1)...], &outcomes)
            }
        }
        if areAllRead {
            for (before, after) in zip(blocks, blocks.dropFirst()) {
                let end = before.address + before.count
                guard end < after.address else { continue }
                learn(device) { obstacles, _ in
                    obstacles.avoid(end..<after.address, in: read.table)
                }
            }
        }
        return nil
    }

    /// Second suspicion: one of the points. From now on each of them is read alone.
    private func fetchAlone(
        _ read: ReadPlan.Read, _ device: Int, _ outcomes: inout [Outcome]
    ) -> Fault? {
        for (index, slot) in read.slots.enumerated() {
            learn(device) { $0.separate(slot.point, $1[slot.point]) }
            let span = slaves[device].points[slot.point].extent
            let single = ReadPlan.Read(
                table: read.table, address: span.lowerBound, count: span.count,
                slots: [slot.moved(to: slaves[device].points[slot.point], from: span.lowerBound)])
            guard let failure = carryOut(single, device, &outcomes), failure.endsReading else {
                continue
            }
            for left in read.slots[index...] { outcomes[left.position] = .bad(failure.fault) }
            return failure.fault
        }
        return nil
    }

    /// The same points in reads without gaps.
    private func parts(of read: ReadPlan.Read, _ device: Int) -> [ReadPlan.Read] {
        var parts: [ReadPlan.Read] = []
        let points = slaves[device].points
        for slot in read.slots {
            let span = points[slot.point].extent
            if var last = parts.last, span.lowerBound <= last.address + last.count {
                last.count = max(last.count, span.upperBound - last.address)
                last.slots.append(slot.moved(to: points[slot.point], from: last.address))
                parts[parts.count - 1] = last
            } else {
                let first = slot.moved(to: points[slot.point], from: span.lowerBound)
                parts.append(
                    ReadPlan.Read(
                        table: read.table, address: span.lowerBound, count: span.count,
                        slots: [first]))
            }
        }
        return parts
    }

    private func end(
        _ failure: ModbusFailure, _ left: ArraySlice<ReadPlan.Read>, _ outcomes: inout [Outcome]
    ) -> Fault { end(failure.fault, left, &outcomes) }

    private func end(
        _ fault: Fault, _ left: ArraySlice<ReadPlan.Read>, _ outcomes: inout [Outcome]
    ) -> Fault {
        for read in left {
            for slot in read.slots { outcomes[slot.position] = .bad(fault) }
        }
        return fault
    }

    private func learn(
        _ device: Int, _ change: (inout ReadPlan.Obstacles, [ModbusPointDefinition]) -> Void
    ) {
        change(&slaves[device].obstacles, slaves[device].points)
        slaves[device].plans = []
    }

    /// Some devices refuse a hole with "illegal value", as they do an unwelcome count.
    private static func concernsAddresses(_ failure: ModbusFailure) -> Bool {
        failure.fault == .modbusIllegalAddress || failure.fault == .modbusIllegalValue
    }
}
