// SPDX-License-Identifier: Apache-2.0

/// The limits of this module.
public enum TelemetryLimits {
    /// Longest point name.
    public static let pointNameBytesMax = 96
    /// Longest text value of a reading; a longer one is bad data, never cut silently.
    public static let textValueBytesMax = 256
}
