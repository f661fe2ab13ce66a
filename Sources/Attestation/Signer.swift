// SPDX-License-Identifier: Apache-2.0

public import Bytes

/// What holds a device's Ed25519 key and signs with it: a file's key today, a chip's later.
public protocol Signer: Sendable {
    /// The raw Ed25519 public key.
    var publicKey: Bytes32 { get }

    /// The id of the device that the key stands for.
    var deviceID: DeviceID { get }

    /// The 64-byte Ed25519 signature of `message` (RFC 8032 §5.1.6).
    ///
    /// - Throws: `AttestationError` of rule `signing`.
    func sign(_ message: [UInt8]) throws(AttestationError) -> [UInt8]
}
