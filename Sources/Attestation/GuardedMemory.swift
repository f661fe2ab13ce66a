// SPDX-License-Identifier: Apache-2.0

internal import CSodium

/// Memory for a secret: between guard pages, locked where the system lets us, left out of core
/// dumps, read-only except within `write`, and zeroed when it goes.
///
/// It stays readable between uses: closing it too would cost two system calls a signature, a tenth
/// of the signature, and hide it only from this process's own stray reads.
///
/// `@unchecked Sendable`: the memory has one owner, since the type cannot be copied, and `write` is
/// mutating, so that the compiler keeps it apart from other uses; reads may overlap.
struct GuardedMemory: ~Copyable, @unchecked Sendable {
    private let base: UnsafeMutablePointer<UInt8>

    /// `count` bytes; `nil` if the system has none to give.
    init?(count: Int) {
        guard Ed25519.isReady, let base = sodium_malloc(count) else { return nil }
        guard sodium_mprotect_readonly(base) == 0 else {
            sodium_free(base)
            return nil
        }
        self.base = base.bindMemory(to: UInt8.self, capacity: count)
    }

    deinit {
        sodium_free(base)
    }

    /// Calls `body` with the bytes.
    borrowing func read<Result>(_ body: (UnsafePointer<UInt8>) -> Result) -> Result {
        body(base)
    }

    /// Calls `body` while the bytes can be changed; `nil` if the protection cannot be changed.
    mutating func write<Result>(_ body: (UnsafeMutablePointer<UInt8>) -> Result) -> Result? {
        guard sodium_mprotect_readwrite(base) == 0 else { return nil }
        defer { sodium_mprotect_readonly(base) }
        return body(base)
    }
}
