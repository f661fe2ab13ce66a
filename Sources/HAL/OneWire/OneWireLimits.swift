// SPDX-License-Identifier: Apache-2.0

/// The limits of the 1-Wire driver.
public enum OneWireLimits {
    /// A temperature that was converted for all devices at once and is older is converted anew.
    public static let conversionAgeMillisecondsMax: Int64 = 2000
}
