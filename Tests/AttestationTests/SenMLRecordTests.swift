// SPDX-License-Identifier: Apache-2.0

import Attestation
import Bytes
import Telemetry
import Testing

@Suite struct SenMLRecordTests {
    static let point = PointID("a/b").flatMap { id in Unit("W").map { Point(id: id, unit: $0) } }

    static func stored(
        _ outcome: Outcome, wall: Int64 = 1_790_000_000_500, uptime: Int64 = 77
    ) throws -> StoredReading {
        StoredReading(
            id: 9, boot: 2,
            reading: Reading(
                point: try #require(point), outcome: outcome,
                time: Timestamp(wallMilliseconds: wall, uptimeMilliseconds: uptime)))
    }

    /// `n` and `u` of every record here.
    static let names = "0063612f62016157"
    /// `b`, `i` and `m` of every record here.
    static let places = "61620261690961" + "6d184d"
    /// `t` of every record here that has one.
    static let time = "06fb41daac4ee0200000"

    @Test(
        "a reading becomes the documented record and comes back",
        arguments: [
            (Outcome.good(.integer(-2)), "a7" + names + "0221" + time + places),
            (.good(.number(2)), "a7" + names + "02f94000" + time + places),
            (.good(.number(0.1)), "a7" + names + "02fb3fb999999999999a" + time + places),
            (.good(.boolean(true)), "a7" + names + "04f5" + time + places),
            (.good(.text("on")), "a7" + names + "03626f6e" + time + places),
            (
                .bad(.timeout),
                "a8" + names + "036774696d656f7574" + time + places + "617102"
            ),
            (
                .uncertain(.integer(1), .missing),
                "a9" + names + "0201" + time + places + "617101" + "627163676d697373696e67"
            ),
        ])
    func form(outcome: Outcome, hex: String) throws {
        let reading = try Self.stored(outcome)
        let encoded = SenMLRecord.encode(reading)
        #expect(Hex.encode(encoded) == hex)
        #expect(try SenMLRecord.decode(encoded) == reading)
    }

    @Test(
        "every fault, and the ends of every range, come back",
        arguments: Fault.allCases.map { Outcome.bad($0) } + [
            .good(.integer(.min)), .good(.integer(.max)), .good(.number(-0.0)),
            .good(.number(.greatestFiniteMagnitude)), .good(.number(.leastNonzeroMagnitude)),
            .good(.text("")), .good(.text(String(repeating: "é", count: 128))),
        ])
    func roundTrip(outcome: Outcome) throws {
        for wall in [Timestamp.plausibleWallMilliseconds, 253_402_300_799_999] {
            let reading = try Self.stored(outcome, wall: wall, uptime: .max)
            #expect(try SenMLRecord.decode(SenMLRecord.encode(reading)) == reading)
        }
    }

    @Test("every millisecond of a second comes back")
    func milliseconds() throws {
        for wall in Int64(1_790_000_000_000)..<1_790_000_001_000 {
            let reading = try Self.stored(.good(.integer(1)), wall: wall)
            #expect(try SenMLRecord.decode(SenMLRecord.encode(reading)) == reading)
        }
    }

    @Test(
        "a wall time that was not set is left out and comes back as 0",
        arguments: [0, 5_000, Timestamp.plausibleWallMilliseconds - 1, 253_402_300_800_000, .max])
    func implausible(wall: Int64) throws {
        let encoded = SenMLRecord.encode(try Self.stored(.good(.integer(1)), wall: wall))
        #expect(Hex.encode(encoded) == "a6" + Self.names + "0201" + Self.places)
        #expect(try SenMLRecord.decode(encoded) == Self.stored(.good(.integer(1)), wall: 0))
    }

    @Test(
        "a value that breaks its own contract is signed as bad",
        arguments: [
            (Outcome.good(.number(.nan)), Fault.notANumber),
            (.uncertain(.number(.infinity), .simulated), .notANumber),
            (.good(.text(String(repeating: "x", count: 257))), .malformedValue),
        ])
    func contract(outcome: Outcome, fault: Fault) throws {
        let encoded = SenMLRecord.encode(try Self.stored(outcome))
        #expect(try SenMLRecord.decode(encoded).reading.outcome == .bad(fault))
    }

    @Test(
        "a record of another form is refused by its rule",
        arguments: [
            ("80", "record"), ("a0", "record"), ("f6", "record"),
            ("a6" + names + "0221" + places + "00", "encoding/trailing-bytes"),
            ("a7" + "0063202f62016157" + "0221" + time + places, "record"),
            ("a7" + "0063612f6201" + "6158" + "0221" + time + places, "record"),
            ("a7" + names + "02f6" + time + places, "record"),
            ("a7" + names + "02f97e00" + time + places, "record"),
            ("a7" + names + "021bffffffffffffffff" + time + places, "record"),
            ("a7" + names + "040a" + time + places, "record"),
            ("a6" + names + time + places, "record"),
            ("a8" + names + "0221" + "03626f6e" + time + places, "record"),
            ("a8" + names + "0221" + "05f6" + time + places, "record"),
            ("a7" + names + "0221" + "0605" + places, "record"),
            ("a7" + names + "0221" + "06f94000" + places, "record"),
            ("a7" + names + "0221" + "06fb41daac4ee0200001" + places, "record-form"),
            ("a7" + names + "0221" + time + "61622061690961" + "6d184d", "record"),
            ("a7" + names + "0221" + time + "61621b00000001000000006169096" + "16d184d", "record"),
            ("a7" + names + "0221" + time + "6162026169006" + "16d184d", "record"),
            ("a6" + names + "0221" + time + "616202616909", "record"),
            ("a8" + names + "0221" + time + places + "617100", "record"),
            ("a8" + names + "0221" + time + places + "617101", "record"),
            ("a8" + names + "0221" + time + places + "617102", "record"),
            ("a8" + names + "03626f6e" + time + places + "617102", "record"),
            ("a8" + names + "0221" + time + places + "617a00", "record"),
            ("a8" + names + "0221" + time + places + "627163676d697373696e67", "record"),
            ("a2" + "01615700" + "61" + "61", "encoding/keys-not-sorted"),
        ])
    func refusal(hex: String, rule: String) throws {
        let bytes = try Hex.decode(hex)
        #expect(Sample.rule { _ = try SenMLRecord.decode(bytes) } == rule)
    }

    @Test("a record over its limit is refused before it is read")
    func tooLarge() {
        let bytes = [UInt8](repeating: 0, count: AttestationLimits.recordBytesMax + 1)
        #expect(Sample.rule { _ = try SenMLRecord.decode(bytes) } == "encoding/input-too-large")
    }

    @Test("the largest record fits its limit")
    func largest() throws {
        let name = try #require(PointID(String(repeating: "n", count: 96)))
        let reading = StoredReading(
            id: .max, boot: .max,
            reading: Reading(
                point: Point(id: name, unit: try #require(Unit("beat/min"))),
                outcome: .uncertain(
                    .text(String(repeating: "t", count: 256)), .modbusGatewayTarget),
                time: Timestamp(
                    wallMilliseconds: 1_790_000_000_123, uptimeMilliseconds: .max)))
        let encoded = SenMLRecord.encode(reading)
        #expect(encoded.count <= AttestationLimits.recordBytesMax)
        #expect(try SenMLRecord.decode(encoded) == reading)
    }
}
