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
    public let address: Int
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

    /// A point at `address` of `table`.
    public init(
        polled: PolledPoint, table: ModbusTable, address: Int, encoding: ModbusEncoding,
        order: ModbusOrder = .abcd, scale: Double = 1, offset: Double = 0,
        minimum: Double? = nil, maximum: Double? = nil
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
    }

    /// The addresses that the value takes.
    var span: Range<Int> { address..<(address + encoding.width) }
}
