// SPDX-License-Identifier: Apache-2.0

internal import CMalloc

/// The C library's heap (mallopt(3), malloc_trim(3)).
public enum Allocator {
    /// Keeps glibc from giving every thread a heap of its own, each of which would stay resident.
    /// Call it before there are threads.
    public static func useOneArena() {
        mallopt(M_ARENA_MAX, 1)
    }

    /// Gives unused memory back to the system.
    public static func trim() {
        malloc_trim(0)
    }
}
