// SPDX-License-Identifier: Apache-2.0

public import Bytes
internal import CBlst

/// SHA-256 (FIPS 180-4) by blst, which uses the processor's instructions for it.
public enum SHA256 {
    /// The digest of a message.
    public static func digest(_ message: [UInt8]) -> Bytes32 {
        message.withUnsafeBytes { digest($0) }
    }

    /// The digest of a message somewhere in memory.
    @inline(__always)
    public static func digest(_ message: UnsafeRawBufferPointer) -> Bytes32 {
        Bytes32 { output in
            blst_sha256(
                output, message.baseAddress?.assumingMemoryBound(to: UInt8.self), message.count)
        }
    }

    /// The digest of two values one after the other: an inner node of an SSZ tree.
    public static func digest(_ left: Bytes32, _ right: Bytes32) -> Bytes32 {
        var both = (left, right)
        return withUnsafeBytes(of: &both) { digest($0) }
    }
}
