// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import HAL

@Suite struct ReadPlanTests {
    private func plan(
        _ points: [ModbusPointDefinition], gap: Int = 0,
        obstacles: ReadPlan.Obstacles = .init(), registersMax: Int = 125
    ) -> [ReadPlan.Read] {
        ReadPlan(
            points, requested: Array(points.indices),
            limits: .init(registersMax: registersMax, gapRegistersMax: gap), obstacles: obstacles
        ).reads
    }

    @Test("neighbours are read together, whatever their order in the request")
    func neighbours() throws {
        let reads = plan(try ModbusFixtures.registers([12, 10, 11]))
        #expect(reads.map(\.address) == [10])
        #expect(reads.map(\.count) == [3])
        #expect(reads[0].slots.map(\.position) == [1, 2, 0])
        #expect(reads[0].slots.map(\.offset) == [0, 1, 2])
    }

    @Test("a gap is read across up to the device's limit", arguments: [(4, 2), (5, 1)])
    func gaps(limit: Int, reads: Int) throws {
        #expect(plan(try ModbusFixtures.registers([0, 6]), gap: limit).count == reads)
    }

    @Test("tables are never mixed")
    func tables() throws {
        let points = try ModbusTable.allCases.map {
            try ModbusFixtures.point($0.rawValue, $0, 5, $0.holdsBits ? .boolean : .uint16)
        }
        #expect(plan(points).map(\.table) == [.coil, .discrete, .holding, .input])
    }

    @Test("125 registers and 2000 bits fit one read, one more does not")
    func limits() throws {
        #expect(plan(try ModbusFixtures.registers(Array(0..<125))).count == 1)
        #expect(plan(try ModbusFixtures.registers(Array(0..<126))).map(\.count) == [125, 1])
        let bits = try (0...2000).map { try ModbusFixtures.point("b\($0)", .coil, $0, .boolean) }
        #expect(plan(Array(bits.dropLast())).count == 1)
        #expect(plan(bits).map(\.count) == [2000, 1])
    }

    @Test("a value of several registers is never split over two reads")
    func whole() throws {
        let points = try (0..<63).map {
            try ModbusFixtures.point("p\($0)", .holding, 2 * $0, .float32)
        }
        #expect(plan(points).map(\.count) == [124, 2])
    }

    @Test("points that share registers, or are asked twice, share a read")
    func shared() throws {
        let points = [
            try ModbusFixtures.point("text", .holding, 0, .text(registers: 8)),
            try ModbusFixtures.point("a", .holding, 2, .flag(bit: 1)),
            try ModbusFixtures.point("b", .holding, 2, .bits(offset: 2, count: 2)),
            try ModbusFixtures.point("c", .holding, 8),
        ]
        let reads = ReadPlan(points, requested: [0, 1, 1, 2, 3], limits: .init()).reads
        #expect(reads.map(\.count) == [9])
        #expect(reads[0].slots.count == 5)
    }

    @Test("an index that is no point's is left out")
    func indices() throws {
        let points = try ModbusFixtures.registers([0])
        #expect(ReadPlan(points, requested: [-1, 1, 0], limits: .init()).reads[0].slots.count == 1)
        #expect(ReadPlan(points, requested: [], limits: .init()).reads.isEmpty)
    }

    @Test("a gap that the device refused is not read across again")
    func barrier() throws {
        var obstacles = ReadPlan.Obstacles()
        obstacles.avoid(3..<5, in: .holding)
        let points = try ModbusFixtures.registers([2, 5, 6])
        #expect(plan(points, gap: 9, obstacles: obstacles).map(\.address) == [2, 5])
        obstacles = .init()
        obstacles.avoid(3..<5, in: .input)
        #expect(plan(points, gap: 9, obstacles: obstacles).map(\.address) == [2])
    }

    @Test("a point that must be read alone is, and nobody reads across it")
    func alone() throws {
        let points = try ModbusFixtures.registers([1, 2, 3])
        var obstacles = ReadPlan.Obstacles()
        obstacles.separate(1, points[1])
        let reads = plan(points, gap: 9, obstacles: obstacles)
        #expect(reads.allSatisfy { $0.slots.count == 1 && $0.count == 1 })
        #expect(Set(reads.map(\.address)) == [1, 2, 3])
    }

    @Test("no plan of fewer reads exists, and every plan keeps the rules", arguments: 0..<300)
    func optimal(seed: UInt64) throws {
        var random = SplitMix(state: seed)
        let (gap, registersMax) = (Int.random(in: 0...6, using: &random), 12)
        let encodings: [ModbusEncoding] = [.uint16, .int32, .float64, .text(registers: 7)]
        let points = try (0..<Int.random(in: 1...7, using: &random)).map { index in
            try ModbusFixtures.point(
                "p\(index)", .holding, Int.random(in: 0...40, using: &random),
                encodings[Int.random(in: 0...3, using: &random)])
        }
        let reads = plan(points, gap: gap, registersMax: registersMax)
        #expect(reads.flatMap { $0.slots.map(\.position) }.sorted() == Array(points.indices))
        for read in reads {
            #expect(read.count <= registersMax)
            for slot in read.slots {
                let span = points[slot.point].span
                #expect(read.address + slot.offset == span.lowerBound)
                #expect(span.upperBound <= read.address + read.count)
            }
            #expect(Self.fits(read.slots.map { points[$0.point].span }, gap, registersMax))
        }
        #expect(reads.count == Self.fewest(points.map(\.span), gap, registersMax))
    }

    /// Whether those spans may lie in one read.
    private static func fits(_ spans: [Range<Int>], _ gap: Int, _ registersMax: Int) -> Bool {
        let sorted = spans.sorted { $0.lowerBound < $1.lowerBound }
        guard let first = sorted.first else { return true }
        var end = first.lowerBound
        for span in sorted {
            if span.lowerBound - end > gap { return false }
            end = max(end, span.upperBound)
        }
        return end - first.lowerBound <= registersMax
    }

    /// The fewest groups that fit, by trying every partition.
    private static func fewest(
        _ spans: [Range<Int>], _ gap: Int, _ registersMax: Int, _ groups: [[Range<Int>]] = []
    ) -> Int {
        guard let span = spans.first else {
            return groups.allSatisfy { fits($0, gap, registersMax) } ? groups.count : .max
        }
        let rest = Array(spans.dropFirst())
        var best = fewest(rest, gap, registersMax, groups + [[span]])
        for index in groups.indices {
            var extended = groups
            extended[index].append(span)
            best = min(best, fewest(rest, gap, registersMax, extended))
        }
        return best
    }
}

/// SplitMix64, so that a failing case can be repeated from its seed.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
