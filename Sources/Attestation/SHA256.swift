// SPDX-License-Identifier: Apache-2.0

public import Bytes
internal import CSodium

/// SHA-256 (FIPS 180-4).
public enum SHA256 {
    /// The digest of `bytes`.
    public static func digest(_ bytes: [UInt8]) -> Bytes32 {
        Bytes32 { output in
            crypto_hash_sha256(output, bytes, UInt64(bytes.count))
        }
    }

    /// The digest of `prefix` and then `bytes`.
    static func digest(_ bytes: some Sequence<UInt8>, after prefix: UInt8) -> Bytes32 {
        var state = crypto_hash_sha256_state()
        crypto_hash_sha256_init(&state)
        withUnsafePointer(to: prefix) { _ = crypto_hash_sha256_update(&state, $0, 1) }
        let hashed: Void? = bytes.withContiguousStorageIfAvailable { bytes in
            guard let base = bytes.baseAddress else { return }
            crypto_hash_sha256_update(&state, base, UInt64(bytes.count))
        }
        if hashed == nil {
            let copy = Array(bytes)
            crypto_hash_sha256_update(&state, copy, UInt64(copy.count))
        }
        return Bytes32 { crypto_hash_sha256_final(&state, $0) }
    }
}
