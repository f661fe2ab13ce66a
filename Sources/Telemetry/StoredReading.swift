// SPDX-License-Identifier: Apache-2.0

/// A reading that has its place in the device's log.
public struct StoredReading: Hashable, Sendable {
    /// Its position in the log: 1, 2, 3 … in the order of arrival, never used twice by a device.
    public let id: UInt64
    /// The device's boot count when it was taken; uptimes compare only within one boot.
    public let boot: UInt32
    /// The reading.
    public let reading: Reading

    /// A reading at that place.
    public init(id: UInt64, boot: UInt32, reading: Reading) {
        self.id = id
        self.boot = boot
        self.reading = reading
    }
}
