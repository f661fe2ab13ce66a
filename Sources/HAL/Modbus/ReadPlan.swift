// SPDX-License-Identifier: Apache-2.0

/// The fewest reads that fetch a set of points.
///
/// Points of one table are taken in the order of their addresses, and a read is extended until the
/// next point would make it too long or lies behind too wide a gap. As every point must lie whole
/// in one read and reads begin at a point, that greedy choice needs the fewest reads.
struct ReadPlan: Sendable {
    /// One request and what its answer holds.
    struct Read: Hashable, Sendable {
        let table: ModbusTable
        let address: Int
        var count: Int
        /// The points in it, sorted by address.
        var slots: [Slot]
    }

    /// A point within a read.
    struct Slot: Hashable, Sendable {
        /// Where its outcome goes: index into the requested points.
        let position: Int
        /// Index into the device's points.
        let point: Int
        /// Addresses between the beginning of the read and that of the point's value.
        let offset: Int

        /// The slot of `definition` in a read that begins at `address`.
        func moved(to definition: ModbusPointDefinition, from address: Int) -> Slot {
            Slot(position: position, point: point, offset: definition.address - address)
        }
    }

    /// What a device allows in one read.
    struct Limits: Hashable, Sendable {
        var registersMax = ModbusLimits.registersPerReadMax
        var bitsMax = ModbusLimits.bitsPerReadMax
        var gapRegistersMax = 0
    }

    /// What was learned of a device: addresses not to read across, points to read alone.
    struct Obstacles: Hashable, Sendable {
        private(set) var barriers: [ModbusTable: [Range<Int>]] = [:]
        private(set) var alone: Set<Int> = []

        /// Never read across `span` again.
        mutating func avoid(_ span: Range<Int>, in table: ModbusTable) {
            guard !span.isEmpty, !barriers[table, default: []].contains(span) else { return }
            barriers[table, default: []].append(span)
        }

        /// Reads the device's point `index` alone from now on.
        mutating func separate(_ index: Int, _ definition: ModbusPointDefinition) {
            guard alone.insert(index).inserted else { return }
            avoid(definition.extent, in: definition.table)
        }

        func blocks(_ gap: Range<Int>, in table: ModbusTable) -> Bool {
            barriers[table]?.contains { $0.overlaps(gap) } ?? false
        }
    }

    /// The reads, by table and address.
    let reads: [Read]

    /// Plans the reads of `requested`, indices into `points`; one that is no index is left out, and
    /// one whose SunSpec model has not been found.
    init(
        _ points: [ModbusPointDefinition], requested: [Int], limits: Limits,
        obstacles: Obstacles = Obstacles()
    ) {
        var entries: [ModbusTable: [(position: Int, point: Int)]] = [:]
        for (position, point) in requested.enumerated()
        where points.indices.contains(point)
            && points[point].model == nil
        {
            entries[points[point].table, default: []].append((position, point))
        }
        var reads: [Read] = []
        for table in ModbusTable.allCases {
            guard let members = entries[table] else { continue }
            let sorted = members.sorted { left, right in
                let (leftSpan, rightSpan) = (points[left.point].extent, points[right.point].extent)
                return (leftSpan.lowerBound, leftSpan.upperBound, left.position)
                    < (rightSpan.lowerBound, rightSpan.upperBound, right.position)
            }
            Self.append(&reads, table, sorted, points, limits, obstacles)
        }
        self.reads = reads
    }

    private static func append(
        _ reads: inout [Read], _ table: ModbusTable, _ sorted: [(position: Int, point: Int)],
        _ points: [ModbusPointDefinition], _ limits: Limits, _ obstacles: Obstacles
    ) {
        let countMax = table.holdsBits ? limits.bitsMax : limits.registersMax
        let gapMax = limits.gapRegistersMax * (table.holdsBits ? 16 : 1)
        var current: Read?
        for (position, point) in sorted {
            let span = points[point].extent
            if obstacles.alone.contains(point) {
                let slot = Slot(
                    position: position, point: point,
                    offset: points[point].address - span.lowerBound)
                reads.append(
                    Read(table: table, address: span.lowerBound, count: span.count, slots: [slot]))
                continue
            }
            if var read = current {
                let end = read.address + read.count
                let newEnd = max(end, span.upperBound)
                let gap = span.lowerBound - end
                let isBlocked = gap > 0 && obstacles.blocks(end..<span.lowerBound, in: table)
                if gap <= gapMax, newEnd - read.address <= countMax, !isBlocked {
                    let offset = points[point].address - read.address
                    read.slots.append(Slot(position: position, point: point, offset: offset))
                    read.count = newEnd - read.address
                    current = read
                    continue
                }
                reads.append(read)
            }
            let slot = Slot(
                position: position, point: point, offset: points[point].address - span.lowerBound)
            current = Read(table: table, address: span.lowerBound, count: span.count, slots: [slot])
        }
        if let current { reads.append(current) }
    }
}
