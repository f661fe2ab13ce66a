// SPDX-License-Identifier: Apache-2.0

/// The limits of Modbus (Application Protocol V1.1b3 §6) and of this driver.
public enum ModbusLimits {
    /// Registers in one read (§6.3, §6.4).
    public static let registersPerReadMax = 125
    /// Coils or discrete inputs in one read (§6.1, §6.2).
    public static let bitsPerReadMax = 2000
    /// Registers in one write (§6.12).
    public static let registersPerWriteMax = 123
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
    /// Numbers of SunSpec models; 0xFFFF ends the chain.
    public static let sunSpecModels = 1...65_534
    /// Models in one device's chain.
    public static let sunSpecModelsMax = 128
    /// Powers of ten that a SunSpec scale factor may say.
    static let scalePowers = -10...10
    /// A device without a SunSpec map is searched for one again after this time.
    static let sunSpecSearchMicroseconds: Int64 = 60_000_000
    /// How often a written point is read back before it counts as different …
    static let readBacksMax = 3
    /// … and the pause between, for devices that take a moment to obey.
    static let readBackPauseMicroseconds: Int64 = 20_000
    /// Silence after a broadcast, in which slaves do what it says (Serial Line V1.02 §2.4.1).
    static let turnaroundMicroseconds: Int64 = 200_000
    /// So many identifiers, all of which answer over TCP, are one server that ignores them.
    static let discoveryStormUnitsMin = 16
    /// Longest delay of a line's direction control around a frame.
    public static let rs485DelayMillisecondsMax = 100
    /// Unit identifier and PDU of the longest frame.
    static let unitAndPDUBytesMax = 254
    /// File descriptors that libmodbus' `select` can wait for: `FD_SETSIZE`.
    static let descriptorsMax: CInt = 1024
}
