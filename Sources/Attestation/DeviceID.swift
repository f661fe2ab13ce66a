// SPDX-License-Identifier: Apache-2.0

public import Bytes

/// The identity of a device: the SHA-256 digest of its raw Ed25519 public key.
///
/// It commits to the key, so whoever knows the id can check a key that comes with a message.
public struct DeviceID: Hashable, Sendable {
    /// The digest.
    public let digest: Bytes32

    /// The id of the device with that public key.
    public init(publicKey: Bytes32) {
        digest = SHA256.digest(publicKey.bytes)
    }

    /// The id with that digest.
    public init(digest: Bytes32) {
        self.digest = digest
    }

    /// The id that 64 hexadecimal digits spell, with or without `0x`; `nil` for anything else.
    public init?(_ text: String) {
        guard let digest = Bytes32(hex: text) else { return nil }
        self.digest = digest
    }
}

extension DeviceID: CustomStringConvertible {
    /// The id as 64 lower-case hexadecimal digits.
    public var description: String { digest.description }
}
