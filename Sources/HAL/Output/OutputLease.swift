// SPDX-License-Identifier: Apache-2.0

/// The right to write one output, for a while: there is never more than one of them.
public struct OutputLease: Hashable, Sendable {
    /// Its number, never given twice by one guard.
    public let id: UInt64
    /// Who has it.
    public let holder: String
    /// The uptime (`CLOCK_BOOTTIME`) at which the output returns to its safe state.
    public let expiresUptimeMilliseconds: Int64

    /// A lease until then.
    public init(id: UInt64, holder: String, expiresUptimeMilliseconds: Int64) {
        self.id = id
        self.holder = holder
        self.expiresUptimeMilliseconds = expiresUptimeMilliseconds
    }
}
