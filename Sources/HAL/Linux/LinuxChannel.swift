// SPDX-License-Identifier: Apache-2.0

public import Telemetry

/// One figure that the Linux kernel shows, read from `/proc`, `/sys` or a file system.
public enum LinuxChannel: Hashable, Sendable {
    /// A hwmon sensor: `hwmon:CHIP/SENSOR`, or `hwmon:CHIP@DEVICE/SENSOR` where several chips
    /// have one name. The sensor is an attribute (`temp1`, `in0_lcrit_alarm`) or a label.
    case hwmon(chip: String, device: String?, sensor: String)
    /// An Industrial I/O channel: `iio:NAME/CHANNEL`, or `iio:NAME@DEVICE/CHANNEL` where several
    /// devices have one name. The name is the device's or its label; the channel is an attribute
    /// (`temp`, `voltage0-voltage1`, `in_accel_x`) or a label.
    case iio(chip: String, device: String?, channel: String)
    /// A thermal zone in °C: `thermal:TYPE`, or `thermal:N` by its number.
    case thermal(zone: String)
    /// A load average: `load:1`, `load:5` or `load:15`, in minutes.
    case load(LoadWindow)
    /// Memory: `memory:total`, `memory:available` in bytes, `memory:used` as a ratio.
    case memory(Space)
    /// The file system that holds an absolute path: `disk:PATH:total`, `…:available`, `…:used`.
    case disk(path: String, Space)
    /// Seconds since boot: `uptime`.
    case uptime
    /// The current frequency of a processor in Hz: `cpu:0:frequency`.
    case cpuFrequency(cpu: Int)
    /// Whether the supply voltage of a Raspberry Pi is too low now: `undervoltage`.
    case underVoltage
    /// The Raspberry Pi firmware's throttling bits: `throttled`.
    case throttled
    /// A counter of a network interface: `net:eth0:rx_bytes`.
    case network(interface: String, NetworkCounter)

    /// An LED as a state: `led:NAME`, or as a level 0…1: `led:NAME/level`. Can be an output.
    case led(name: String, isLevel: Bool)
    /// A channel of a PWM chip as its duty 0…1: `pwm:DEVICE/N`, the chip being that of the device
    /// `DEVICE`, `1f00098000.pwm` for instance. Can be an output.
    case pwm(device: String, channel: Int)

    /// Whether a point that shows it can be an output: only the kernel's LEDs and PWM channels.
    public var isWritable: Bool {
        switch self {
        case .led, .pwm: true
        default: false
        }
    }

    /// What a load average is taken over.
    public enum LoadWindow: String, Sendable, CaseIterable {
        /// One minute.
        case one = "1"
        /// Five minutes.
        case five = "5"
        /// Fifteen minutes.
        case fifteen = "15"
    }

    /// A figure of memory or of a file system.
    public enum Space: String, Sendable, CaseIterable {
        /// All of it, in bytes.
        case total
        /// What an unprivileged program can still have, in bytes.
        case available
        /// The part of `total` that is not `available`, 0…1.
        case used
    }

    /// A counter of `/sys/class/net/*/statistics`, since the interface came up.
    public enum NetworkCounter: String, Sendable, CaseIterable {
        /// Bytes received.
        case receivedBytes = "rx_bytes"
        /// Bytes sent.
        case sentBytes = "tx_bytes"
        /// Packets received.
        case receivedPackets = "rx_packets"
        /// Packets sent.
        case sentPackets = "tx_packets"
        /// Receptions that failed.
        case receiveErrors = "rx_errors"
        /// Transmissions that failed.
        case sendErrors = "tx_errors"
        /// Packets received and dropped.
        case receiveDrops = "rx_dropped"
        /// Packets dropped instead of being sent.
        case sendDrops = "tx_dropped"
    }

    /// The unit of its values before scale and offset; `nil` for a sensor that is named by its
    /// label, because only the chip knows then, and for what the kernel gives no unit.
    public var unit: Unit? {
        switch self {
        case .hwmon(_, _, let sensor): HwmonAttribute(name: sensor)?.unit
        case .iio(_, _, let channel): IIOAttribute(name: channel)?.quantity.unit
        case .thermal: Unit("Cel")
        case .load, .memory(.used), .disk(_, .used), .underVoltage, .led, .pwm: .ratio
        case .memory, .disk: Unit("B")
        case .uptime: Unit("s")
        case .cpuFrequency: Unit("Hz")
        case .throttled: .count
        case .network(_, .receivedBytes), .network(_, .sentBytes): Unit("B")
        case .network: .count
        }
    }
}
