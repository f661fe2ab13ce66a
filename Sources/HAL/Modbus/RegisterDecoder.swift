// SPDX-License-Identifier: Apache-2.0

internal import Telemetry

/// Turns registers into outcomes.
enum RegisterDecoder {
    /// The outcome of a point whose registers begin at `start` of `registers`.
    ///
    /// Total for every definition without problems; registers that are not there are malformed.
    static func outcome(
        _ point: RegisterLayout, _ registers: [UInt16], at start: Int
    ) -> Outcome {
        guard start >= 0, start + point.width <= registers.count else {
            return .bad(.malformedAnswer)
        }
        guard !point.hasAbsence, point.scaleDistance == 0 else {
            return sunSpec(point, registers, start)
        }
        return plain(point, registers, start)
    }

    /// The outcome of a point that the device may not have, or whose scale it tells itself.
    private static func sunSpec(
        _ point: RegisterLayout, _ registers: [UInt16], _ start: Int
    ) -> Outcome {
        if case .text = point.encoding {
            let isAbsent = registers[start..<(start + point.width)].allSatisfy { $0 == 0 }
            return isAbsent ? .bad(.missing) : plain(point, registers, start)
        }
        guard !point.isNotImplemented(word(point, registers, start)) else { return .bad(.missing) }
        guard point.scaleDistance != 0 else { return plain(point, registers, start) }
        let place = start + point.scaleDistance
        guard registers.indices.contains(place) else { return .bad(.malformedAnswer) }
        switch power(registers[place]) {
        case .success(let power):
            return plain(point.scaled(byPowerOfTen: power), registers, start)
        case .failure(let refusal): return .bad(refusal.fault)
        }
    }

    /// The power of ten that a scale factor register says.
    static func power(_ register: UInt16) -> Result<Int, RegisterEncoder.Refusal> {
        guard register != 0x8000 else { return .failure(.init(.missing)) }
        let power = Int(Int16(bitPattern: register))
        guard ModbusLimits.scalePowers.contains(power) else {
            return .failure(.init(.malformedValue))
        }
        return .success(power)
    }

    @inline(__always)
    private static func plain(
        _ point: RegisterLayout, _ registers: [UInt16], _ start: Int
    ) -> Outcome {
        let width = point.width
        switch point.encoding {
        case .uint16, .uint32: return integer(point, Int64(word(point, registers, start)))
        case .int16:
            return integer(
                point, Int64(Int16(truncatingIfNeeded: word(point, registers, start))))
        case .int32:
            return integer(
                point, Int64(Int32(truncatingIfNeeded: word(point, registers, start))))
        case .int64:
            return integer(point, Int64(bitPattern: word(point, registers, start)))
        case .uint64:
            guard let value = Int64(exactly: word(point, registers, start)) else {
                return .bad(.outOfRange)
            }
            return integer(point, value)
        case .float32:
            let bits = UInt32(truncatingIfNeeded: word(point, registers, start))
            return number(point, Double(Float(bitPattern: bits)))
        case .float64:
            return number(point, Double(bitPattern: word(point, registers, start)))
        case .flag(let bit):
            return .good(.boolean(word(point, registers, start) >> UInt64(bit) & 1 == 1))
        case .bits(let offset, let count):
            let mask = (UInt64(1) << UInt64(count)) - 1
            let field = word(point, registers, start) >> UInt64(offset) & mask
            return integer(point, Int64(field))
        case .text: return text(point, registers[start..<(start + width)])
        case .boolean: return .bad(.malformedValue)
        }
    }

    /// The point's one, two or four registers in its order, as one number.
    @inline(__always)
    private static func word(
        _ point: RegisterLayout, _ registers: [UInt16], _ start: Int
    ) -> UInt64 {
        let width = point.width
        if width == 1 {
            return UInt64(point.swapsBytes ? registers[start].byteSwapped : registers[start])
        }
        var word: UInt64 = 0
        for index in 0..<width {
            let register = registers[start + (point.swapsRegisters ? width - 1 - index : index)]
            word = word << 16 | UInt64(point.swapsBytes ? register.byteSwapped : register)
        }
        return word
    }

    @inline(__always)
    private static func integer(_ point: RegisterLayout, _ value: Int64) -> Outcome {
        if point.isScaled { return number(point, Double(value)) }
        let isInRange = point.minimum <= Double(value) && Double(value) <= point.maximum
        return isInRange ? .good(.integer(value)) : .bad(.outOfRange)
    }

    private static func number(_ point: RegisterLayout, _ raw: Double) -> Outcome {
        guard raw.isFinite else { return .bad(.notANumber) }
        let value = raw / point.divisor * point.factor + point.offset
        guard value.isFinite, point.minimum <= value, value <= point.maximum else {
            return .bad(.outOfRange)
        }
        return .good(.number(value))
    }

    private static func text(
        _ point: RegisterLayout, _ registers: ArraySlice<UInt16>
    ) -> Outcome {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(2 * registers.count)
        for register in registers {
            let pair = point.swapsBytes ? register.byteSwapped : register
            bytes.append(UInt8(pair >> 8))
            bytes.append(UInt8(pair & 0xff))
        }
        let isPadding: (UInt8) -> Bool = { $0 == 0 || $0 == UInt8(ascii: " ") }
        var content = bytes.drop(while: isPadding)
        while let last = content.last, isPadding(last) { content.removeLast() }
        // A NUL inside means that what follows it was never part of the text.
        guard !content.contains(0), content.count <= TelemetryLimits.textValueBytesMax,
            let text = String(validating: content, as: UTF8.self)
        else { return .bad(.malformedValue) }
        return .good(.text(text))
    }
}
