// SPDX-License-Identifier: Apache-2.0

/// A board's hardware watchdog.
public struct BoardWatchdog: Hashable, Sendable {
    /// Its device file.
    public let device: String
    /// The kernel driver.
    public let driver: String
    /// The longest time that the hardware itself waits.
    public let timeoutSecondsMax: Int

    /// A watchdog.
    public init(device: String, driver: String, timeoutSecondsMax: Int) {
        self.device = device
        self.driver = driver
        self.timeoutSecondsMax = timeoutSecondsMax
    }
}
