// SPDX-License-Identifier: Apache-2.0

public import Bytes

/// Writes one SSZ container, field after field (consensus specification, ssz/simple-serialize.md).
public struct SSZWriter {
    private var fixed: [UInt8] = []
    private var parts: [(at: Int, bytes: [UInt8])] = []

    /// Nothing yet.
    public init() {}

    /// Adds bytes of a field of fixed size.
    public mutating func bytes(_ value: some Collection<UInt8>) {
        fixed.append(contentsOf: value)
    }

    /// Adds an unsigned integer of 64 bits.
    public mutating func uint64(_ value: UInt64) {
        for shift in stride(from: 0, to: 64, by: 8) {
            fixed.append(UInt8(truncatingIfNeeded: value >> UInt64(shift)))
        }
    }

    /// Adds an unsigned integer of 256 bits.
    public mutating func uint256(_ value: UInt256) {
        bytes(value.bytes.bytes.reversed())
    }

    /// Adds 32 bytes.
    public mutating func bytes32(_ value: Bytes32) {
        bytes(value.bytes)
    }

    /// Adds a vector of 32-byte values.
    public mutating func vector(_ values: [Bytes32]) {
        for value in values { bytes32(value) }
    }

    /// Adds a field of variable size.
    public mutating func variable(_ value: [UInt8]) {
        parts.append((fixed.count, value))
        fixed.append(contentsOf: [0, 0, 0, 0])
    }

    /// The container.
    public var encoded: [UInt8] {
        var result = fixed
        for part in parts {
            let offset = UInt32(truncatingIfNeeded: result.count)
            for byte in 0..<4 {
                result[part.at + byte] = UInt8(truncatingIfNeeded: offset >> UInt32(8 * byte))
            }
            result += part.bytes
        }
        return result
    }
}
