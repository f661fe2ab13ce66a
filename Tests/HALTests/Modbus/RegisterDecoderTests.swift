// SPDX-License-Identifier: Apache-2.0

import Telemetry
import Testing

@testable import HAL

@Suite struct RegisterDecoderTests {
    static let orders32: [(ModbusOrder, [UInt16])] = [
        (.abcd, [0xaabb, 0xccdd]), (.cdab, [0xccdd, 0xaabb]),
        (.badc, [0xbbaa, 0xddcc]), (.dcba, [0xddcc, 0xbbaa]),
    ]
    static let orders64: [(ModbusOrder, [UInt16])] = [
        (.abcd, [0x1122, 0x3344, 0x5566, 0x7788]), (.cdab, [0x7788, 0x5566, 0x3344, 0x1122]),
        (.badc, [0x2211, 0x4433, 0x6655, 0x8877]), (.dcba, [0x8877, 0x6655, 0x4433, 0x2211]),
    ]

    private func decode(
        _ encoding: ModbusEncoding, _ registers: [UInt16], order: ModbusOrder = .abcd,
        scale: Double = 1, offset: Double = 0, minimum: Double? = nil, maximum: Double? = nil
    ) throws -> Outcome {
        let point = try ModbusFixtures.point(
            "p", .holding, 0, encoding, order: order, scale: scale, offset: offset,
            minimum: minimum, maximum: maximum)
        // Never at the beginning, so that an offset that is forgotten shows.
        return RegisterDecoder.outcome(
            RegisterLayout(point), [0xdead] + registers + [0xbeef], at: 1)
    }

    @Test("32-bit integers are read in each of the four orders", arguments: orders32)
    func integers32(order: ModbusOrder, registers: [UInt16]) throws {
        #expect(try decode(.uint32, registers, order: order) == .good(.integer(0xaabb_ccdd)))
        #expect(
            try decode(.int32, registers, order: order)
                == .good(.integer(Int64(Int32(bitPattern: 0xaabb_ccdd)))))
    }

    @Test("64-bit integers are read in each of the four orders", arguments: orders64)
    func integers64(order: ModbusOrder, registers: [UInt16]) throws {
        let expected = Outcome.good(.integer(0x1122_3344_5566_7788))
        #expect(try decode(.uint64, registers, order: order) == expected)
        #expect(try decode(.int64, registers, order: order) == expected)
    }

    @Test(
        "a float of 230.5 is read in each of the four orders",
        arguments: [
            (ModbusOrder.abcd, [0x4366, 0x8000] as [UInt16]), (.cdab, [0x8000, 0x4366]),
            (.badc, [0x6643, 0x0080]), (.dcba, [0x0080, 0x6643]),
        ])
    func floats32(order: ModbusOrder, registers: [UInt16]) throws {
        #expect(try decode(.float32, registers, order: order) == .good(.number(230.5)))
    }

    @Test(
        "a double of -0.1 is read in each of the four orders",
        arguments: [
            (ModbusOrder.abcd, [0xbfb9, 0x9999, 0x9999, 0x999a] as [UInt16]),
            (.cdab, [0x999a, 0x9999, 0x9999, 0xbfb9]),
            (.badc, [0xb9bf, 0x9999, 0x9999, 0x9a99]),
            (.dcba, [0x9a99, 0x9999, 0x9999, 0xb9bf]),
        ])
    func floats64(order: ModbusOrder, registers: [UInt16]) throws {
        #expect(try decode(.float64, registers, order: order) == .good(.number(-0.1)))
    }

    @Test(
        "the order of registers does not matter to one register, that of bytes does",
        arguments: [
            (ModbusOrder.abcd, 0xfffe as UInt16), (.cdab, 0xfffe), (.badc, 0xfeff), (.dcba, 0xfeff),
        ])
    func integers16(order: ModbusOrder, register: UInt16) throws {
        #expect(try decode(.uint16, [register], order: order) == .good(.integer(65534)))
        #expect(try decode(.int16, [register], order: order) == .good(.integer(-2)))
        #expect(
            try decode(.bits(offset: 0, count: 4), [register], order: order) == .good(.integer(14)))
        #expect(try decode(.flag(bit: 0), [register], order: order) == .good(.boolean(false)))
        #expect(try decode(.flag(bit: 8), [register], order: order) == .good(.boolean(true)))
    }

    @Test(
        "a bit field is cut out of its register",
        arguments: [(0, 16, 0xa5c3), (0, 4, 0x3), (4, 8, 0x5c), (15, 1, 1), (8, 3, 5)])
    func bits(offset: Int, count: Int, value: Int64) throws {
        #expect(
            try decode(.bits(offset: offset, count: count), [0xa5c3]) == .good(.integer(value)))
    }

    @Test("the extremes of every integer are exact")
    func extremes() throws {
        #expect(try decode(.int16, [0x8000]) == .good(.integer(-32768)))
        #expect(try decode(.int32, [0x8000, 0]) == .good(.integer(-2_147_483_648)))
        #expect(try decode(.int64, [0x8000, 0, 0, 0]) == .good(.integer(.min)))
        #expect(try decode(.uint64, [0x7fff, 0xffff, 0xffff, 0xffff]) == .good(.integer(.max)))
    }

    @Test("an unsigned 64-bit value that no integer holds is out of range")
    func tooLarge() throws {
        #expect(try decode(.uint64, [0x8000, 0, 0, 0]) == .bad(.outOfRange))
    }

    @Test(
        "a float that is no number is bad",
        arguments: [[0x7fc0, 0], [0xffff, 0xffff], [0x7f80, 0], [0xff80, 0]] as [[UInt16]])
    func notANumber(registers: [UInt16]) throws {
        #expect(try decode(.float32, registers) == .bad(.notANumber))
        #expect(try decode(.float32, registers, scale: 2, minimum: 0) == .bad(.notANumber))
        let wide = [registers[0] | 0x70, 0, 0, registers[1]]
        #expect(try decode(.float64, wide) == .bad(.notANumber))
    }

    @Test("a decimal scale gives the decimal that is meant")
    func decimalScale() throws {
        #expect(try decode(.uint16, [2305], scale: 0.1) == .good(.number(230.5)))
        #expect(try decode(.int16, [0xffff], scale: 0.001) == .good(.number(-0.001)))
        #expect(try decode(.uint16, [7], scale: 0.3) == .good(.number(7 * 0.3)))
        #expect(try decode(.int16, [500], scale: 0.1, offset: -40) == .good(.number(10)))
        #expect(try decode(.uint16, [3], scale: 10) == .good(.number(30)))
        #expect(try decode(.int16, [3], offset: 1) == .good(.number(4)))
    }

    @Test("the range holds for the scaled value, its bounds included")
    func range() throws {
        #expect(try decode(.uint16, [100], minimum: 100, maximum: 100) == .good(.integer(100)))
        #expect(try decode(.uint16, [101], maximum: 100) == .bad(.outOfRange))
        #expect(try decode(.int16, [0xffff], minimum: 0) == .bad(.outOfRange))
        #expect(try decode(.uint16, [1001], scale: 0.1, maximum: 100) == .bad(.outOfRange))
        #expect(
            try decode(.uint16, [1000], scale: 0.1, maximum: 100) == .good(.number(100)))
        #expect(
            try decode(.float64, [0x7fe0, 0, 0, 0], scale: 1e10) == .bad(.outOfRange))
    }

    @Test(
        "a text loses its padding and nothing else",
        arguments: [
            ([0x5344, 0x4d00], "SDM"), ([0x2041, 0x2042, 0x2020], "A B"), ([0, 0], ""),
            ([0xc3a9, 0], "é"),
        ] as [([UInt16], String)])
    func text(registers: [UInt16], text: String) throws {
        let encoding = ModbusEncoding.text(registers: registers.count)
        #expect(try decode(encoding, registers) == .good(.text(text)))
        let swapped = registers.map(\.byteSwapped)
        #expect(try decode(encoding, swapped, order: .badc) == .good(.text(text)))
    }

    @Test(
        "a text that is not UTF-8, or goes on after a NUL, is malformed",
        arguments: [[0xff41, 0], [0xc300, 0], [0x4100, 0x4200]] as [[UInt16]])
    func malformedText(registers: [UInt16]) throws {
        #expect(try decode(.text(registers: 2), registers) == .bad(.malformedValue))
    }

    @Test("registers that are not there are a malformed answer, not a crash")
    func short() throws {
        let point = try ModbusFixtures.point("p", .holding, 0, .uint32)
        let layout = RegisterLayout(point)
        #expect(RegisterDecoder.outcome(layout, [1], at: 0) == .bad(.malformedAnswer))
        #expect(RegisterDecoder.outcome(layout, [1, 2], at: -1) == .bad(.malformedAnswer))
    }
}
