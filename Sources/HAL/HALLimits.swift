// SPDX-License-Identifier: Apache-2.0

/// The limits of this module.
public enum HALLimits {
    /// Shortest polling period.
    public static let periodMillisecondsMin: Int64 = 10
    /// Longest polling period: one week.
    public static let periodMillisecondsMax: Int64 = 604_800_000
    /// Points on one bus.
    public static let pointsPerBusMax = 4096
}
