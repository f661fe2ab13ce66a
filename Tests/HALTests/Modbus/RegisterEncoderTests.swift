// SPDX-License-Identifier: Apache-2.0

import Telemetry
import Testing

@testable import HAL

@Suite struct RegisterEncoderTests {
    private func encode(
        _ value: Value, _ point: ModbusPointDefinition
    ) -> Result<RegisterEncoder.Encoded, RegisterEncoder.Refusal> {
        Result { () throws(RegisterEncoder.Refusal) in
            try RegisterEncoder.encode(value, RegisterLayout(point))
        }
    }

    @Test(
        "a value becomes the registers that the encoding and its order say",
        arguments: [
            (ModbusEncoding.uint16, ModbusOrder.abcd, Value.integer(0x1234), [0x1234]),
            (.uint16, .badc, .integer(0x1234), [0x3412]), (.int16, .abcd, .integer(-2), [0xfffe]),
            (.uint32, .abcd, .integer(0x0102_0304), [0x0102, 0x0304]),
            (.uint32, .cdab, .integer(0x0102_0304), [0x0304, 0x0102]),
            (.uint32, .badc, .integer(0x0102_0304), [0x0201, 0x0403]),
            (.uint32, .dcba, .integer(0x0102_0304), [0x0403, 0x0201]),
            (.float32, .abcd, .number(230.5), [0x4366, 0x8000]),
            (.int64, .abcd, .integer(-1), [0xffff, 0xffff, 0xffff, 0xffff]),
            (.uint64, .dcba, .integer(1), [0x0100, 0, 0, 0]),
            (.float64, .abcd, .integer(1), [0x3ff0, 0, 0, 0]),
            (.text(registers: 2), .abcd, .text("abc"), [0x6162, 0x6300]),
            (.text(registers: 2), .badc, .text("ab"), [0x6261, 0]),
        ] as [(ModbusEncoding, ModbusOrder, Value, [UInt16])])
    func registers(
        encoding: ModbusEncoding, order: ModbusOrder, value: Value, expected: [UInt16]
    ) throws {
        let point = try ModbusFixtures.point("p", .holding, 0, encoding, order: order)
        #expect(encode(value, point) == .success(.registers(expected)))
    }

    @Test("states and fields of bits leave the other bits alone")
    func bits() throws {
        let coil = try ModbusFixtures.point("p", .coil, 0, .boolean)
        #expect(encode(.boolean(true), coil) == .success(.coil(true)))
        let flag = try ModbusFixtures.point("p", .holding, 0, .flag(bit: 3))
        #expect(encode(.boolean(true), flag) == .success(.field(bits: 8, mask: 8)))
        #expect(encode(.boolean(false), flag) == .success(.field(bits: 0, mask: 8)))
        let field = try ModbusFixtures.point(
            "p", .holding, 0, .bits(offset: 4, count: 3), order: .badc)
        #expect(encode(.integer(5), field) == .success(.field(bits: 0x5000, mask: 0x7000)))
        #expect(encode(.integer(8), field) == .failure(.init(.outOfRange)))
        let whole = try ModbusFixtures.point("p", .holding, 0, .bits(offset: 0, count: 16))
        #expect(encode(.integer(65_535), whole) == .success(.field(bits: 65_535, mask: 65_535)))
    }

    @Test("a number is rounded to the nearest step")
    func scaled() throws {
        let tenths = try ModbusFixtures.point("p", .holding, 0, .int16, scale: 0.1, offset: -40)
        #expect(encode(.number(21.26), tenths) == .success(.registers([613])))
        #expect(encode(.integer(-40), tenths) == .success(.registers([0])))
        let plain = try ModbusFixtures.point("p", .holding, 0, .uint16)
        #expect(encode(.number(3.7), plain) == .success(.registers([4])))
    }

    @Test(
        "a value that the point can't hold is refused with its reason",
        arguments: [
            (ModbusEncoding.uint16, Value.integer(65_536), Fault.outOfRange),
            (.uint16, .integer(-1), .outOfRange), (.int16, .integer(32_768), .outOfRange),
            (.int16, .number(32_767.5), .outOfRange), (.uint32, .number(-0.6), .outOfRange),
            (.int64, .number(9.3e18), .outOfRange), (.uint64, .integer(-1), .outOfRange),
            (.float32, .number(1e39), .outOfRange),
            (.float64, .number(.nan), .malformedValue),
            (.int16, .number(.infinity), .malformedValue),
            (.uint16, .boolean(true), .malformedValue), (.uint16, .text("1"), .malformedValue),
            (.flag(bit: 0), .integer(1), .malformedValue),
            (.text(registers: 1), .text("abc"), .outOfRange),
            (.text(registers: 1), .text("a\u{0}"), .malformedValue),
            (.text(registers: 1), .integer(1), .malformedValue),
        ])
    func refusals(encoding: ModbusEncoding, value: Value, fault: Fault) throws {
        let point = try ModbusFixtures.point("p", .holding, 0, encoding)
        #expect(encode(value, point) == .failure(.init(fault)))
    }

    @Test("the point's own range is kept, and SunSpec's word for no value is never written")
    func ranges() throws {
        let narrow = try ModbusFixtures.point(minimum: 5, maximum: 10)
        #expect(encode(.integer(4), narrow) == .failure(.init(.outOfRange)))
        #expect(encode(.integer(10), narrow) == .success(.registers([10])))
        #expect(encode(.number(10.1), narrow) == .failure(.init(.outOfRange)))
        let absent = try ModbusFixtures.point("p", .holding, 2, .uint16, model: 123)
        #expect(encode(.integer(65_535), absent) == .failure(.init(.outOfRange)))
    }

    @Test("what is encoded is decoded to the same value", arguments: 0..<100)
    func roundTrip(seed: UInt64) throws {
        var random = SplitMix(state: seed)
        let encodings: [ModbusEncoding] = [
            .int16, .uint16, .int32, .uint32, .int64, .uint64, .float32, .float64,
        ]
        let encoding = encodings[Int.random(in: 0..<encodings.count, using: &random)]
        let order = ModbusOrder.allCases[Int.random(in: 0..<4, using: &random)]
        let point = try ModbusFixtures.point("p", .holding, 0, encoding, order: order)
        let registers = (0..<encoding.width).map { _ in
            UInt16.random(in: 0...65_535, using: &random)
        }
        let layout = RegisterLayout(point)
        let outcome = RegisterDecoder.outcome(layout, registers, at: 0)
        guard let value = outcome.value else { return }
        #expect(encode(value, point) == .success(.registers(registers)))
    }
}
