// SPDX-License-Identifier: Apache-2.0

public import Bytes

/// Encodes items one after the other as RLP (Yellow Paper, appendix B).
public struct RLPEncoder: Sendable {
    /// What was encoded so far.
    public private(set) var bytes: [UInt8] = []

    /// Nothing yet.
    public init() {}

    /// The encoding of a list whose items `body` encodes.
    public static func list<Failure: Error>(
        _ body: (inout RLPEncoder) throws(Failure) -> Void
    ) throws(Failure) -> [UInt8] {
        var encoder = RLPEncoder()
        try encoder.list(body)
        return encoder.bytes
    }

    /// Adds a string.
    public mutating func string(_ value: some Collection<UInt8>) {
        if value.count == 1, let byte = value.first, byte < 0x80 {
            bytes.append(byte)
        } else {
            head(0x80, value.count)
            bytes.append(contentsOf: value)
        }
    }

    /// Adds 32 bytes.
    public mutating func string(_ value: Bytes32) {
        string(value.bytes)
    }

    /// Adds an integer: its bytes without leading zeros.
    public mutating func integer(_ value: UInt256) {
        string(value.minimalBytes)
    }

    /// Adds an integer: its bytes without leading zeros.
    public mutating func integer(_ value: UInt64) {
        integer(UInt256(value))
    }

    /// Adds a list whose items `body` encodes.
    public mutating func list<Failure: Error>(
        _ body: (inout RLPEncoder) throws(Failure) -> Void
    ) throws(Failure) {
        var inner = RLPEncoder()
        try body(&inner)
        head(0xC0, inner.bytes.count)
        bytes.append(contentsOf: inner.bytes)
    }

    /// Adds an item that is encoded already.
    public mutating func encoded(_ item: some Collection<UInt8>) {
        bytes.append(contentsOf: item)
    }

    /// Adds an item.
    public mutating func item(_ item: RLPItem) {
        switch item {
        case .string(let value): string(value)
        case .list(let items):
            list { inner in
                for item in items { inner.item(item) }
            }
        }
    }

    private mutating func head(_ base: UInt8, _ count: Int) {
        if count <= 55 {
            bytes.append(base + UInt8(count))
        } else {
            let length = UInt256(UInt64(count)).minimalBytes
            bytes.append(base + 55 + UInt8(length.count))
            bytes.append(contentsOf: length)
        }
    }
}
