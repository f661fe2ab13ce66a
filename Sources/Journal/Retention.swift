// SPDX-License-Identifier: Apache-2.0

/// How far the search for readings past their retention has come.
struct Retention {
    /// Uptime of the last look; `nil` before the first.
    var lookedUptimeMilliseconds: Int64?
    /// The segment that the next look begins at.
    var cursor: UInt64 = 0
    /// The last reading that is known to be too old.
    var expired: UInt64 = 0
}
