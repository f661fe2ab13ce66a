// SPDX-License-Identifier: Apache-2.0

internal import Bytes
internal import CSodium

/// Ed25519 (RFC 8032) by libsodium.
enum Ed25519 {
    static let seedCount = 32
    static let secretCount = 64
    static let signatureCount = 64

    /// Whether the library chose its implementations and opened its source of random bytes.
    static let isReady = sodium_init() >= 0

    /// Whether `signature` is the key's over `message`. Strict: a signature or key that is not in
    /// canonical form and a point of small order are refused, so nobody can make a second valid
    /// signature out of a first one.
    static func isValid(_ signature: [UInt8], of message: [UInt8], by publicKey: Bytes32) -> Bool {
        signature.count == signatureCount
            && crypto_sign_ed25519_verify_detached(
                signature, message, UInt64(message.count), publicKey.bytes) == 0
    }

    /// Derives the secret key and the public key of the seed at `seed`.
    static func derive(
        seed: UnsafePointer<UInt8>, secret: UnsafeMutablePointer<UInt8>
    ) -> Bytes32 {
        Bytes32 { crypto_sign_ed25519_seed_keypair($0, secret, seed) }
    }

    /// The signature of `message`; `nil` if the library fails.
    static func sign(_ message: [UInt8], secret: UnsafePointer<UInt8>) -> [UInt8]? {
        var signature = [UInt8](repeating: 0, count: signatureCount)
        let result = crypto_sign_ed25519_detached(
            &signature, nil, message, UInt64(message.count), secret)
        return result == 0 ? signature : nil
    }

    /// Writes an unpredictable seed.
    static func randomSeed(_ seed: UnsafeMutablePointer<UInt8>) {
        randombytes_buf(seed, seedCount)
    }
}
