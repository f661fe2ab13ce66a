// SPDX-License-Identifier: Apache-2.0

/// What the decoder needs to know of a point: no names, so that a copy costs no reference count.
///
/// A bus at full speed decodes millions of registers a second.
struct RegisterLayout: Sendable {
    let encoding: ModbusEncoding
    let width: Int
    let swapsRegisters: Bool
    let swapsBytes: Bool
    private(set) var isScaled: Bool
    /// How the raw value is scaled: by a division where the scale is one over a whole number.
    private(set) var divisor: Double
    private(set) var factor: Double
    let offset: Double
    let minimum: Double
    let maximum: Double
    /// Whether it lies in a SunSpec model, where one pattern says that there is no value.
    let hasAbsence: Bool
    /// Addresses from the value to its SunSpec scale factor; 0 for none, as both can't be one.
    let scaleDistance: Int

    init(_ point: ModbusPointDefinition) {
        encoding = point.encoding
        width = point.encoding.width
        swapsRegisters = point.order.swapsRegisters
        swapsBytes = point.order.swapsBytes
        isScaled = point.scale != 1 || point.offset != 0
        // A scale of 0.1 or 0.001 has no exact binary form, but dividing by 10 or 1000 rounds
        // right: 2305 at 0.1 is 230.5, not 230.50000000000003.
        let inverse = 1 / point.scale
        let isWhole = inverse == inverse.rounded() && 1 / inverse == point.scale
        divisor = isWhole ? inverse : 1
        factor = isWhole ? 1 : point.scale
        offset = point.offset
        minimum = point.minimum ?? -.infinity
        maximum = point.maximum ?? .infinity
        hasAbsence = point.model != nil
        scaleDistance = point.scaleRegister.map { $0 - point.address } ?? 0
    }

    /// The layout of a value that is multiplied by a power of ten before anything else.
    ///
    /// - Parameter power: −10…10, as SunSpec's scale factors are.
    /// - Returns: the layout, which always gives a number.
    func scaled(byPowerOfTen power: Int) -> RegisterLayout {
        var layout = self
        var ten = 1.0
        for _ in 0..<power.magnitude { ten *= 10 }
        layout.isScaled = true
        if power < 0 { layout.divisor *= ten } else { layout.factor *= ten }
        return layout
    }

    /// Whether the value's bits, most significant first, are the pattern by which SunSpec says that
    /// the device does not have it (SunSpec Information Model Specification V1.9 §4).
    func isNotImplemented(_ word: UInt64) -> Bool {
        guard hasAbsence else { return false }
        return switch encoding {
        case .int16: word & 0xffff == 0x8000
        case .uint16, .flag, .bits: word & 0xffff == 0xffff
        case .int32: word & 0xffff_ffff == 0x8000_0000
        case .uint32: word & 0xffff_ffff == 0xffff_ffff
        case .int64: word == 1 << 63
        case .uint64: word == .max
        case .float32: Float(bitPattern: UInt32(truncatingIfNeeded: word)).isNaN
        case .float64: Double(bitPattern: word).isNaN
        case .boolean, .text: false
        }
    }
}
