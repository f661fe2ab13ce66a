// SPDX-License-Identifier: Apache-2.0

public import Bytes

/// Keccak-256 as Ethereum uses it: the submission to the SHA-3 contest, with its padding, not FIPS 202's.
///
/// Source: the Keccak reference, version 3.0; Yellow Paper, appendix "Signing" and §3.
public enum Keccak256 {
    /// Bytes that are taken in between two permutations.
    private static let rateBytes = 136

    /// The digest of a message.
    public static func digest(_ message: [UInt8]) -> Bytes32 {
        message.withUnsafeBytes { digest($0) }
    }

    /// The digest of a part of an array.
    public static func digest(_ message: ArraySlice<UInt8>) -> Bytes32 {
        message.withUnsafeBytes { digest($0) }
    }

    /// The digest of a value of 32 bytes, such as the path of a storage slot.
    public static func digest(_ message: Bytes32) -> Bytes32 {
        message.withUnsafeBytes { digest($0) }
    }

    /// The digest of a message somewhere in memory.
    public static func digest(_ message: UnsafeRawBufferPointer) -> Bytes32 {
        var state = KeccakState()
        var rest = message
        while rest.count >= rateBytes {
            state.absorb(UnsafeRawBufferPointer(rebasing: rest[..<rateBytes]))
            rest = UnsafeRawBufferPointer(rebasing: rest[rateBytes...])
        }
        withUnsafeTemporaryAllocation(byteCount: rateBytes, alignment: 8) { block in
            block.initializeMemory(as: UInt8.self, repeating: 0)
            block.copyMemory(from: rest)
            block[rest.count] ^= 0x01
            block[rateBytes - 1] ^= 0x80
            state.absorb(UnsafeRawBufferPointer(block))
        }
        return state.first32Bytes
    }
}
