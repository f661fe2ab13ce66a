// SPDX-License-Identifier: Apache-2.0

internal import Telemetry

/// Turns values into registers: what `RegisterDecoder` would read the value from.
enum RegisterEncoder {
    /// What a value is on the wire.
    enum Encoded: Hashable, Sendable {
        case coil(Bool)
        /// All registers of the point, in its order.
        case registers([UInt16])
        /// Those bits of one register that are set in `mask`; the others stay as they are.
        case field(bits: UInt16, mask: UInt16)
    }

    /// A value that the point can't be set to.
    struct Refusal: Error, Hashable {
        /// `outOfRange`, or `malformedValue` for another kind of value.
        let fault: Fault

        init(_ fault: Fault) { self.fault = fault }
    }

    /// The encoded value. A number is rounded to the nearest step of the point.
    static func encode(_ value: Value, _ point: RegisterLayout) throws(Refusal) -> Encoded {
        switch (point.encoding, value) {
        case (.boolean, .boolean(let isOn)): return .coil(isOn)
        case (.flag(let bit), .boolean(let isOn)):
            return field(isOn ? 1 : 0, offset: bit, count: 1, point)
        case (.bits(let offset, let count), _):
            let raw = try integer(value, point, 0...(1 << Int64(count)) - 1)
            return field(UInt16(truncatingIfNeeded: raw), offset: offset, count: count, point)
        case (.text(let registers), .text(let text)):
            return .registers(try bytes(of: text, registers, point))
        case (.boolean, _), (.flag, _), (.text, _): throw Refusal(.malformedValue)
        default:
            let word = try word(value, point)
            // The one pattern of a SunSpec register that says that there is no value.
            if point.isNotImplemented(word) { throw Refusal(.outOfRange) }
            return .registers(registers(word, point))
        }
    }

    private static func word(
        _ value: Value, _ point: RegisterLayout
    ) throws(Refusal) -> UInt64 {
        switch point.encoding {
        case .float32:
            let raw = Float(try number(value, point))
            guard raw.isFinite else { throw Refusal(.outOfRange) }
            return UInt64(raw.bitPattern)
        case .float64: return try number(value, point).bitPattern
        case .int16: return try word(value, point, Int64(Int16.min)...Int64(Int16.max))
        case .uint16: return try word(value, point, 0...Int64(UInt16.max))
        case .int32: return try word(value, point, Int64(Int32.min)...Int64(Int32.max))
        case .uint32: return try word(value, point, 0...Int64(UInt32.max))
        case .int64: return try word(value, point, Int64.min...Int64.max)
        case .uint64: return try word(value, point, 0...Int64.max)
        case .boolean, .flag, .bits, .text: throw Refusal(.malformedValue)
        }
    }

    private static func word(
        _ value: Value, _ point: RegisterLayout, _ range: ClosedRange<Int64>
    ) throws(Refusal) -> UInt64 {
        UInt64(bitPattern: try integer(value, point, range))
    }

    /// The raw whole number of a value.
    private static func integer(
        _ value: Value, _ point: RegisterLayout, _ range: ClosedRange<Int64>
    ) throws(Refusal) -> Int64 {
        if case .integer(let exact) = value, !point.isScaled {
            guard range.contains(exact), point.minimum <= Double(exact),
                Double(exact) <= point.maximum
            else { throw Refusal(.outOfRange) }
            return exact
        }
        guard let raw = Int64(exactly: try number(value, point).rounded()), range.contains(raw)
        else { throw Refusal(.outOfRange) }
        return raw
    }

    /// The raw number of a value: the inverse of scale and offset.
    private static func number(
        _ value: Value, _ point: RegisterLayout
    ) throws(Refusal) -> Double {
        let wanted: Double
        switch value {
        case .number(let number): wanted = number
        case .integer(let integer): wanted = Double(integer)
        case .boolean, .text: throw Refusal(.malformedValue)
        }
        guard wanted.isFinite else { throw Refusal(.malformedValue) }
        let raw = (wanted - point.offset) / point.factor * point.divisor
        guard point.minimum <= wanted, wanted <= point.maximum, raw.isFinite else {
            throw Refusal(.outOfRange)
        }
        return raw
    }

    private static func bytes(
        of text: String, _ registers: Int, _ point: RegisterLayout
    ) throws(Refusal) -> [UInt16] {
        var bytes = Array(text.utf8)
        guard bytes.count <= 2 * registers else { throw Refusal(.outOfRange) }
        // A NUL inside would end the text for whoever reads it.
        guard !bytes.contains(0) else { throw Refusal(.malformedValue) }
        bytes += [UInt8](repeating: 0, count: 2 * registers - bytes.count)
        return (0..<registers).map { index in
            let register = UInt16(bytes[2 * index]) << 8 | UInt16(bytes[2 * index + 1])
            return point.swapsBytes ? register.byteSwapped : register
        }
    }

    private static func registers(_ word: UInt64, _ point: RegisterLayout) -> [UInt16] {
        (0..<point.width).map { index in
            let place = point.swapsRegisters ? index : point.width - 1 - index
            let register = UInt16(truncatingIfNeeded: word >> UInt64(16 * place))
            return point.swapsBytes ? register.byteSwapped : register
        }
    }

    private static func field(
        _ raw: UInt16, offset: Int, count: Int, _ point: RegisterLayout
    ) -> Encoded {
        let ones = count >= 16 ? UInt16.max : (1 << UInt16(count)) - 1
        let (bits, mask) = (raw << UInt16(offset), ones << UInt16(offset))
        return point.swapsBytes
            ? .field(bits: bits.byteSwapped, mask: mask.byteSwapped)
            : .field(bits: bits, mask: mask)
    }
}
