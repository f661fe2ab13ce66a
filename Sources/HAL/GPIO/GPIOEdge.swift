// SPDX-License-Identifier: Apache-2.0

/// An edge as the kernel saw it.
struct GPIOEdge: Hashable, Sendable {
    /// When, by `CLOCK_MONOTONIC`.
    let nanoseconds: UInt64
    /// Its number among the edges that were asked for of the line, from 1; 0 where the API has none.
    let sequence: UInt32
    /// Whether the line became active.
    let isRising: Bool
}
