// SPDX-License-Identifier: Apache-2.0

/// The limits of Modbus (Application Protocol V1.1b3 §6) and of this driver.
public enum ModbusLimits {
    /// Registers in one read (§6.3, §6.4).
    public static let registersPerReadMax = 125
    /// Coils or discrete inputs in one read (§6.1, §6.2).
    public static let bitsPerReadMax = 2000
    /// Addresses of one table (§4.4).
    public static let addressesPerTable = 65_536
    /// Longest frame on either kind of bus: 253 bytes of PDU and 7 of TCP header (§4.1).
    public static let frameBytesMax = 260
    /// Shortest response timeout that can be asked for.
    public static let responseTimeoutMillisecondsMin: Int64 = 10
    /// Longest response timeout that can be asked for.
    public static let responseTimeoutMillisecondsMax: Int64 = 60_000
    /// Further attempts after a failed one.
    public static let retriesMax = 10
    /// Longest that all attempts of one exchange may take together.
    public static let exchangeMillisecondsMax: Int64 = 60_000
    /// Longest back-off of a device that fails: one hour.
    public static let backoffMillisecondsMax: Int64 = 3_600_000
    /// Devices on one bus (Modbus over Serial Line V1.02 §2.2).
    public static let devicesPerBusMax = 247
    /// Longest host name (RFC 1035 §3.1).
    public static let hostBytesMax = 253
    /// Longest path of a serial device.
    public static let devicePathBytesMax = 255
    /// Shortest pause after the bus could not be opened; doubled at every further failure …
    public static let reconnectMillisecondsMin: Int64 = 250
    /// … up to this one.
    public static let reconnectMillisecondsMax: Int64 = 30_000
    /// Read plans kept for each device, one for each set of points that is asked together.
    public static let plansPerDeviceMax = 8
    /// File descriptors that libmodbus' `select` can wait for: `FD_SETSIZE`.
    static let descriptorsMax: CInt = 1024
}
