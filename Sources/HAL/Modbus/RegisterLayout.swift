// SPDX-License-Identifier: Apache-2.0

/// What the decoder needs to know of a point: no names, so that a copy costs no reference count.
///
/// A bus at full speed decodes millions of registers a second.
struct RegisterLayout: Sendable {
    let encoding: ModbusEncoding
    let width: Int
    let swapsRegisters: Bool
    let swapsBytes: Bool
    let isScaled: Bool
    /// How the raw value is scaled: by a division where the scale is one over a whole number.
    let divisor: Double
    let factor: Double
    let offset: Double
    let minimum: Double
    let maximum: Double

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
    }
}
