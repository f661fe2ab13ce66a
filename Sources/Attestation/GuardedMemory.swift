// SPDX-License-Identifier: Apache-2.0

internal import CSodium

/// Memory for a secret: between guard pages, locked where the system lets us, left out of core
/// dumps, inaccessible except within `read` and `write`, and zeroed when it goes.
///
/// `@unchecked Sendable`: the memory has one owner, since the type cannot be copied, and `read` and
/// `write` are mutating, so that the compiler or a mutex keeps two uses apart.
struct GuardedMemory: ~Copyable, @unchecked Sendable {
    private let base: UnsafeMutablePointer<UInt8>

    /// `count` inaccessible bytes; `nil` if the system has none to give.
    init?(count: Int) {
        guard Ed25519.isReady, let base = sodium_malloc(count) else { return nil }
        guard sodium_mprotect_noaccess(base) == 0 else {
            sodium_free(base)
            return nil
        }
        self.base = base.bindMemory(to: UInt8.self, capacity: count)
    }

    deinit {
        sodium_free(base)
    }

    /// Calls `body` while the bytes can be read; `nil` if the protection cannot be changed.
    mutating func read<Result>(_ body: (UnsafePointer<UInt8>) -> Result) -> Result? {
        guard sodium_mprotect_readonly(base) == 0 else { return nil }
        defer { sodium_mprotect_noaccess(base) }
        return body(base)
    }

    /// Calls `body` while the bytes can be changed; `nil` if the protection cannot be changed.
    mutating func write<Result>(_ body: (UnsafeMutablePointer<UInt8>) -> Result) -> Result? {
        guard sodium_mprotect_readwrite(base) == 0 else { return nil }
        defer { sodium_mprotect_noaccess(base) }
        return body(base)
    }
}
