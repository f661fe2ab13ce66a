// SPDX-License-Identifier: Apache-2.0

/// When something was observed, on both of the machine's clocks.
///
/// The uptime orders observations of one boot whatever happens to the wall clock; the wall clock
/// is what the machine believed, which on a board without a battery may be 1970.
public struct Timestamp: Hashable, Sendable {
    /// Milliseconds since 1970-01-01T00:00:00Z by `CLOCK_REALTIME`.
    public let wallMilliseconds: Int64
    /// Milliseconds since boot, sleep included, by `CLOCK_BOOTTIME`.
    public let uptimeMilliseconds: Int64

    /// A wall time before this (2026-01-01T00:00:00Z) is a clock that was never set.
    public static let plausibleWallMilliseconds: Int64 = 1_767_225_600_000

    /// A moment by both clocks.
    public init(wallMilliseconds: Int64, uptimeMilliseconds: Int64) {
        self.wallMilliseconds = wallMilliseconds
        self.uptimeMilliseconds = uptimeMilliseconds
    }

    /// Whether the wall clock had plausibly been set.
    public var isWallPlausible: Bool { wallMilliseconds >= Self.plausibleWallMilliseconds }
}
