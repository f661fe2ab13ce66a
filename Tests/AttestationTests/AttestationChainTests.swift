// SPDX-License-Identifier: Apache-2.0

import Bytes
import Telemetry
import Testing

@testable import Attestation

@Suite struct AttestationChainTests {
    let key: DeviceKey

    init() throws { key = try Sample.key() }

    func sign(
        _ sequence: UInt64, after previous: Attestation? = nil,
        _ ids: ClosedRange<UInt64>? = nil, gaps: [Gap] = [], boot: UInt32 = 3, seed: UInt8 = 0xb0,
        uptime: Int64 = 900_250
    ) throws -> Attestation {
        try Attestation.sign(
            try Sample.claims(
                sequence: sequence, previous: previous?.hash,
                readings: ids.map { try Sample.digest($0) }, gaps: gaps, boot: boot, seed: seed,
                uptime: uptime), with: key)
    }

    /// The rule by which the last one is refused after the others.
    func rule(_ attestations: Attestation...) throws -> String? {
        var chain = AttestationChain()
        for attestation in attestations.dropLast() { try chain.accept(attestation) }
        let before = (chain.last, chain.lastReading)
        let last = try #require(attestations.last)
        let rule = Sample.rule { try chain.accept(last) }
        // What is refused leaves no trace.
        if rule != nil {
            #expect(chain.last == before.0 && chain.lastReading == before.1)
        } else {
            #expect(chain.last?.hash == last.hash)
        }
        return rule
    }

    @Test("a chain from its first link is accepted, across boots and without readings")
    func whole() throws {
        let first = try sign(1, 1...10)
        let second = try sign(2, after: first, uptime: 900_250)
        let third = try sign(3, after: second, 11...15, boot: 4, seed: 1, uptime: 5)
        #expect(try rule(first, second, third) == nil)
    }

    @Test("a chain whose beginning was evicted starts anywhere")
    func evicted() throws {
        let older = try sign(1)
        let first = try sign(50, after: older, 1_000...1_003)
        #expect(try rule(first, sign(51, after: first, 1_004...1_005)) == nil)
    }

    @Test("reordered, repeated, missing, relinked and foreign links are refused")
    func order() throws {
        let first = try sign(1)
        let second = try sign(2, after: first)
        let third = try sign(3, after: second)
        #expect(try rule(second, first) == "chain-order")
        #expect(try rule(first, first) == "chain-order")
        #expect(try rule(first, third) == "chain-missing")
        #expect(try rule(first, sign(2, after: third)) == "chain-previous")
        let foreign = try Attestation.sign(
            Sample.claims(sequence: 2, previous: first.hash), with: Sample.key(100))
        #expect(try rule(first, foreign) == "chain-device")
    }

    @Test("a boot count, boot seed or uptime that goes wrong is refused")
    func boots() throws {
        let first = try sign(1)
        #expect(try rule(first, sign(2, after: first, boot: 2)) == "chain-boot-count")
        #expect(try rule(first, sign(2, after: first, seed: 1)) == "chain-boot-seed")
        #expect(try rule(first, sign(2, after: first, uptime: 900_249)) == "chain-uptime")
        #expect(try rule(first, sign(2, after: first, boot: 4, uptime: 0)) == nil)
    }

    @Test("a new beginning needs a lost journal that covers the jump")
    func restart() throws {
        let last = try sign(10)
        func restart(
            _ sequence: UInt64, _ range: ClosedRange<UInt64>?,
            _ kind: Gap.Kind = .attestations, _ reason: Gap.Reason = .journalLost
        ) throws -> String? {
            try rule(
                last,
                sign(sequence, gaps: try range.map { [try Sample.gap(kind, reason, $0)] } ?? []))
        }
        #expect(try restart(11, nil) == "chain-restart")
        #expect(try restart(20, 11...19) == nil)
        #expect(try restart(20, 1...19) == nil)
        #expect(try restart(11, 5...10) == nil)
        #expect(try restart(20, 11...18) == "chain-restart")
        #expect(try restart(20, 12...19) == "chain-restart")
        #expect(try restart(20, 11...19, .readings) == "chain-restart")
        #expect(try restart(20, 11...19, .attestations, .quota) == "chain-restart")
        #expect(try restart(9, 1...30) == "chain-order")
    }

    @Test("readings follow on, or a gap record says why not")
    func readings() throws {
        let first = try sign(1, 1...10)
        #expect(try rule(first, sign(2, after: first, 11...12)) == nil)
        #expect(try rule(first, sign(2, after: first, 10...12)) == "chain-readings-overlap")
        #expect(try rule(first, sign(2, after: first, 5...6)) == "chain-readings-overlap")
        #expect(try rule(first, sign(2, after: first, 15...16)) == "chain-readings-missing")
        func gap(_ range: ClosedRange<UInt64>) throws -> Gap {
            try Sample.gap(.readings, .quota, range)
        }
        #expect(try rule(first, sign(2, after: first, 15...16, gaps: [gap(11...14)])) == nil)
        #expect(
            try rule(first, sign(2, after: first, 15...16, gaps: [gap(11...13)]))
                == "chain-readings-missing")
        // Declared earlier, in two parts, by attestations without readings.
        let second = try sign(2, after: first, gaps: [gap(1...12)])
        let third = try sign(3, after: second, gaps: [gap(13...14)])
        #expect(try rule(first, second, third, sign(4, after: third, 15...16)) == nil)
        #expect(
            try rule(first, second, third, sign(4, after: third, 16...17))
                == "chain-readings-missing")
    }

    @Test("a verifier remembers a bounded count of lost ranges")
    func ranges() throws {
        var chain = AttestationChain()
        var last = try sign(1, 1...2)
        try chain.accept(last)
        var rule: String?
        for sequence in UInt64(2)...18 {
            let gaps = try (UInt64(1)...64).map { number in
                let position = sequence * 1_000 + number * 2
                return try Sample.gap(.readings, .quota, position...position)
            }
            last = try sign(sequence, after: last, gaps: gaps)
            rule = Sample.rule { try chain.accept(last) }
            #expect(rule == (sequence == 18 ? "chain-ranges" : nil))
        }
    }

    @Test("sets of positions join, cover and count as sets do", arguments: 0..<40)
    func positions(seed: UInt64) {
        var state = seed &* 0x9e37_79b9_7f4a_7c15 | 1
        func random(_ bound: UInt64) -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state >> 33) % bound
        }
        var set = PositionSet()
        var model: Set<UInt64> = []
        for _ in 0..<12 {
            let lower = random(60)
            let range = lower...lower + random(8)
            set.insert(range)
            model.formUnion(range)
        }
        #expect(set.ranges.flatMap { Array($0) } == model.sorted())
        for (left, right) in zip(set.ranges, set.ranges.dropFirst()) {
            #expect(right.lowerBound > left.upperBound + 1)
        }
        let lower = random(60)
        let range = lower...lower + random(20)
        #expect(set.count(in: range) == UInt64(range.filter(model.contains).count))
        #expect(set.covers(range) == range.allSatisfy(model.contains))
    }

    @Test("sets of positions do not overflow at the ends")
    func extremes() {
        var set = PositionSet()
        set.insert(0...0)
        set.insert(UInt64.max...UInt64.max)
        #expect(set.ranges.count == 2 && set.count(in: 0...UInt64.max) == 2)
        set.insert(1...UInt64.max - 1)
        #expect(set.ranges == [0...UInt64.max] && set.count(in: 0...UInt64.max) == .max)
        #expect(set.covers(between: .max, and: 0) && set.covers(between: 0, and: .max))
    }
}
