// SPDX-License-Identifier: Apache-2.0

/// What the tables of a Modbus device hold at one moment, as far as it is known.
public struct ModbusRegisterImage: Hashable, Sendable {
    private var words: [ModbusTable: [Int: UInt16]] = [:]

    /// An image that holds nothing.
    public init() {}

    /// The word at an address of a table, 0 or 1 in a table of bits; `nil` where none is known.
    public subscript(_ table: ModbusTable, _ address: Int) -> UInt16? {
        get { words[table]?[address] }
        set { words[table, default: [:]][address] = newValue }
    }

    /// The addresses of a table that it holds, in order.
    public func addresses(of table: ModbusTable) -> [Int] {
        words[table].map { $0.keys.sorted() } ?? []
    }

    /// Whether it holds nothing.
    public var isEmpty: Bool { words.values.allSatisfy(\.isEmpty) }
}
