// SPDX-License-Identifier: Apache-2.0

/// A boot of the device in which the journal was open.
public struct BootRecord: Hashable, Sendable {
    /// The device's boot count.
    public let count: UInt32
    /// The kernel's identifier of the boot.
    public let bootID: String
    /// The wall clock when the journal was first opened in it, milliseconds since 1970.
    public let startedWallMilliseconds: Int64
}
