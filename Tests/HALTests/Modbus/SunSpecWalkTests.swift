// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import HAL

@Suite struct SunSpecWalkTests {
    /// Walks over registers; addresses without one are refused.
    private func walk(_ registers: [Int: UInt16]) -> (map: SunSpecMap?, reads: [Range<Int>]) {
        var walk = SunSpecWalk()
        var reads: [Range<Int>] = []
        while let range = walk.next, reads.count < 1000 {
            reads.append(range)
            let found = range.compactMap { registers[$0] }
            walk.answered(found.count == range.count ? found : nil)
        }
        return (walk.map, reads)
    }

    private func map(_ base: Int, _ chain: [UInt16]) -> [Int: UInt16] {
        MemorySlave.map(base, [0x5375, 0x6e53] + chain)
    }

    @Test("the marker is looked for at three addresses", arguments: [40_000, 50_000, 0])
    func bases(base: Int) {
        let chain: [UInt16] = [1, 2, 0, 0, 103, 1, 0, 0xffff, 0]
        let found = walk(map(base, chain)).map
        #expect(
            found
                == SunSpecMap(
                    base: base,
                    models: [
                        .init(id: 1, address: base + 2, length: 2),
                        .init(id: 103, address: base + 6, length: 1),
                    ], end: .marked))
        #expect(found?.models.map(\.kind) == [.common, .inverter])
    }

    @Test("a device without the marker has no map, and is asked three times")
    func none() {
        #expect(walk([:]).map == nil)
        #expect(walk([:]).reads == [40_000..<40_002, 50_000..<50_002, 0..<2])
        #expect(walk(MemorySlave.map(40_000, [0x5375, 0x6e54])).map == nil)
    }

    @Test(
        "a chain that is broken ends, keeps what was sound, and says why",
        arguments: [
            ([1, 0], SunSpecMap.End.refused, 1), ([], .refused, 0), ([1], .refused, 0),
            ([1, 1, 7, 0, 0], .malformed, 1), ([0, 0], .malformed, 0),
            ([1, 0, 103, 0xffff], .beyondAddresses, 1), ([1, 25_533], .beyondAddresses, 0),
            ([0xffff, 9], .marked, 0),
        ] as [([UInt16], SunSpecMap.End, Int)])
    func broken(chain: [UInt16], end: SunSpecMap.End, count: Int) {
        let found = walk(map(40_000, chain)).map
        #expect(found?.end == end)
        #expect(found?.models.count == count)
    }

    @Test("a chain without an end is given up")
    func endless() {
        let registers = [UInt16](repeating: 7, count: 5000).enumerated().map { index, _ in
            UInt16(index.isMultiple(of: 2) ? 5 : 0)
        }
        let (found, reads) = walk(map(40_000, registers))
        #expect(found?.end == .tooManyModels)
        #expect(found?.models.count == ModbusLimits.sunSpecModelsMax)
        #expect(reads.count == ModbusLimits.sunSpecModelsMax + 2)
    }

    @Test("no registers make a walk without end or a model beyond the table", arguments: 0..<200)
    func random(seed: UInt64) {
        var random = SplitMix(state: seed)
        var walk = SunSpecWalk()
        var reads = 0
        while let range = walk.next, reads < 1000 {
            reads += 1
            #expect(range.lowerBound >= 0 && range.upperBound <= 65_536)
            let kind = Int.random(in: 0..<8, using: &random)
            let long = UInt16.random(in: 0...65_535, using: &random)
            let short = UInt16.random(in: 0...300, using: &random)
            walk.answered(
                reads == 1
                    ? [0x5375, 0x6e53] : kind == 0 ? nil : [short, kind == 1 ? long : short])
        }
        #expect(reads < 1000)
        for model in walk.map?.models ?? [] { #expect(model.address + model.count <= 65_536) }
    }

    @Test("the common model's texts are read without their padding, and as far as they are there")
    func common() {
        func text(_ text: String, _ count: Int) -> [UInt16] {
            let bytes = Array(text.utf8) + [UInt8](repeating: 0, count: 2 * count)
            return (0..<count).map { UInt16(bytes[2 * $0]) << 8 | UInt16(bytes[2 * $0 + 1]) }
        }
        let registers =
            [1, 66] + text("Maker", 16) + text("Model ", 16) + text("", 8) + text("1.0", 8)
            + text("S\u{1}X", 16)
        let common = SunSpecNameplate(registers)
        #expect(common.manufacturer == "Maker" && common.model == "Model")
        #expect(common.version == "1.0" && common.serialNumber == "S")
        #expect(SunSpecNameplate(Array(registers.prefix(20))).manufacturer == "Maker")
        #expect(SunSpecNameplate([]).serialNumber.isEmpty)
    }
}
