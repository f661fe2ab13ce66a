// SPDX-License-Identifier: Apache-2.0

/// One line of a register map: a point, where it lies and how to read it.
///
/// The phase voltage of a common energy meter, two input registers from address 0:
///
/// ```swift
/// ModbusPointDefinition(
///     polled: PolledPoint(point: Point(id: id, unit: volt), periodMilliseconds: 1000),
///     table: .input, address: 0, encoding: .float32, minimum: 0, maximum: 500)
/// ```
public struct ModbusPointDefinition: Hashable, Sendable {
    /// The point and its period.
    public let polled: PolledPoint
    /// The table.
    public let table: ModbusTable
    /// The address as it goes over the wire, 0...65535: register 30001 of a manual is input 0.
    /// Within a SunSpec model, addresses from the model's first register, its ID.
    public let address: Int
    /// The SunSpec model that the point lies in; `nil` for a fixed address. Where the model begins
    /// is found in the device itself, and its pattern for "not implemented" reads as `missing`.
    public let model: Int?
    /// Where the device tells the power of ten to multiply the raw value by (SunSpec `sunssf`),
    /// counted like `address`; `nil` for none. Read together with the value, as devices move it.
    public let scaleRegister: Int?
    /// What lies there.
    public let encoding: ModbusEncoding
    /// The order of its bytes.
    public let order: ModbusOrder
    /// Value = raw × scale + offset. A scale of 1 and an offset of 0 keep integers exact.
    public let scale: Double
    /// Added after scaling, in the point's unit.
    public let offset: Double
    /// Smallest plausible value, in the point's unit.
    public let minimum: Double?
    /// Largest plausible value, in the point's unit.
    public let maximum: Double?
    /// How the point is written; `nil` if it can only be read.
    public let write: ModbusWrite?

    /// A point at `address` of `table`.
    public init(
        polled: PolledPoint, table: ModbusTable, address: Int, encoding: ModbusEncoding,
        order: ModbusOrder = .abcd, scale: Double = 1, offset: Double = 0,
        minimum: Double? = nil, maximum: Double? = nil, write: ModbusWrite? = nil,
        model: Int? = nil, scaleRegister: Int? = nil
    ) {
        self.polled = polled
        self.table = table
        self.address = address
        self.encoding = encoding
        self.order = order
        self.scale = scale
        self.offset = offset
        self.minimum = minimum
        self.maximum = maximum
        self.write = write
        self.model = model
        self.scaleRegister = scaleRegister
    }

    /// The addresses that the value takes.
    var span: Range<Int> { address..<(address + encoding.width) }

    /// The addresses that are read for it: the value and its scale factor, if it has one.
    var extent: Range<Int> {
        guard let scaleRegister else { return span }
        return min(address, scaleRegister)..<max(span.upperBound, scaleRegister + 1)
    }

    /// The point at its place in the device, whose model begins at `base`; `nil` if it reaches
    /// beyond the `length` addresses that the model has.
    func placed(at base: Int, length: Int) -> ModbusPointDefinition? {
        guard extent.lowerBound >= 0, extent.upperBound <= length else { return nil }
        return ModbusPointDefinition(
            polled: polled, table: table, address: base + address, encoding: encoding,
            order: order, scale: scale, offset: offset, minimum: minimum, maximum: maximum,
            write: write, model: nil, scaleRegister: scaleRegister.map { base + $0 })
    }
}
