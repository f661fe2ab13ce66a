// SPDX-License-Identifier: Apache-2.0

public import Bytes

/// A device's Ed25519 key, its secret in guarded memory.
///
/// Made by an explicit command only, never as a side effect of loading.
public final class DeviceKey: Signer {
    /// The raw Ed25519 public key.
    public let publicKey: Bytes32
    /// The id of the device: SHA-256 of `publicKey`.
    public let deviceID: DeviceID

    private let secret: GuardedMemory

    /// Derives the key of `seed`, which stays the caller's to erase.
    init(seed: UnsafePointer<UInt8>) throws(DeviceKeyError) {
        guard var memory = GuardedMemory(count: Ed25519.secretCount),
            let publicKey = memory.write({ Ed25519.derive(seed: seed, secret: $0) })
        else { throw .guardedMemory }
        self.publicKey = publicKey
        deviceID = DeviceID(publicKey: publicKey)
        secret = memory
    }

    /// The 64-byte Ed25519 signature of `message` (RFC 8032 §5.1.6), the same for the same
    /// message.
    ///
    /// - Throws: `AttestationError` of rule `signing` if libsodium refuses.
    public func sign(_ message: [UInt8]) throws(AttestationError) -> [UInt8] {
        guard let signature = secret.read({ Ed25519.sign(message, secret: $0) }) else {
            throw AttestationError(.signing, "libsodium")
        }
        return signature
    }
}

extension DeviceKey: CustomStringConvertible, CustomReflectable {
    /// The device id; never anything of the secret.
    public var description: String { "DeviceKey(\(deviceID))" }

    /// The device id only, so that a dump shows nothing of the secret.
    public var customMirror: Mirror { Mirror(self, children: ["deviceID": deviceID]) }
}
