// SPDX-License-Identifier: Apache-2.0

/// What the light client takes at most, whoever sent it.
public enum LightClientLimits {
    /// Keys of a sync committee: every network has 512; a development network may have fewer.
    public static let syncCommitteeSizeMax = 512
    /// Bytes of one object: an update of 512 keys takes 27 kB.
    public static let objectBytesMax = 64 << 10
    /// Updates that one request may ask for (`MAX_REQUEST_LIGHT_CLIENT_UPDATES`).
    public static let updatesMax = 128
    /// Forks of one schedule.
    public static let forksMax = 32
    /// Bytes of a block's extra data (`MAX_EXTRA_DATA_BYTES`).
    public static let extraDataBytesMax = 32
}
