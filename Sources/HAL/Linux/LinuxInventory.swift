// SPDX-License-Identifier: Apache-2.0

public import Telemetry

/// The channels that a board offers, for a person who writes its configuration.
public enum LinuxInventory {
    /// A channel that exists.
    public struct Entry: Hashable, Sendable {
        /// The channel; its description is what configuration takes.
        public let channel: LinuxChannel
        /// The unit of its values, if the kernel's documentation says one.
        public let unit: Unit?
        /// What the chip calls the sensor.
        public let label: String?
    }

    /// Lists hwmon and Industrial I/O sensors, thermal zones, network counters, LEDs, PWM channels and
    /// the system figures that exist.
    ///
    /// - Parameter root: the folder that stands for `/`; empty for the real one.
    /// - Returns: the channels, in a fixed order. Files that can't be read are left out.
    public static func entries(root: String = "") -> [Entry] {
        var files = LinuxFiles(root: root)
        return hwmon(&files) + iio(&files) + thermal(&files) + system(&files) + network(files)
            + lights(files) + pulses(&files)
    }

    private static func hwmon(_ files: inout LinuxFiles) -> [Entry] {
        let chips = HwmonTree.chips(&files)
        var entries: [Entry] = []
        for chip in chips {
            let isAlone = chips.count { $0.name == chip.name } == 1
            for (attribute, label) in HwmonTree.sensors(of: chip, &files) {
                let channel = LinuxChannel.hwmon(
                    chip: chip.name, device: isAlone ? nil : chip.device,
                    sensor: attribute.sensor)
                entries.append(Entry(channel: channel, unit: attribute.unit, label: label))
            }
        }
        return entries
    }

    private static func iio(_ files: inout LinuxFiles) -> [Entry] {
        let chips = IIOTree.chips(&files)
        var entries: [Entry] = []
        for chip in chips {
            let isAlone = chips.count { $0.isCalled(chip.name) } == 1
            for (channel, label) in IIOTree.channels(of: chip, &files) {
                let name = LinuxChannel.iio(
                    chip: chip.name, device: isAlone ? nil : chip.device,
                    channel: channel.attribute.name)
                entries.append(
                    Entry(channel: name, unit: name.unit, label: label ?? chip.label))
            }
        }
        return entries
    }

    private static func thermal(_ files: inout LinuxFiles) -> [Entry] {
        let zones = HwmonTree.zones(&files)
        return zones.map { zone in
            let isAlone = zones.count { $0.type == zone.type } == 1
            let channel = LinuxChannel.thermal(zone: isAlone ? zone.type : zone.number)
            return Entry(channel: channel, unit: channel.unit, label: zone.type)
        }
    }

    private static func system(_ files: inout LinuxFiles) -> [Entry] {
        var channels: [LinuxChannel] = []
        if files.line("/proc/loadavg") != nil {
            channels += LinuxChannel.LoadWindow.allCases.map(LinuxChannel.load)
        }
        if files.line("/proc/meminfo") != nil {
            channels += LinuxChannel.Space.allCases.map(LinuxChannel.memory)
        }
        if (try? files.space("/")) != nil {
            channels += LinuxChannel.Space.allCases.map { .disk(path: "/", $0) }
        }
        if files.line("/proc/uptime") != nil { channels.append(.uptime) }
        for entry in files.entries(of: "/sys/devices/system/cpu") {
            let frequency = "/sys/devices/system/cpu/\(entry)/cpufreq/scaling_cur_freq"
            guard entry.hasPrefix("cpu"), let cpu = UInt16(entry.dropFirst(3)),
                files.line(frequency) != nil
            else { continue }
            channels.append(.cpuFrequency(cpu: Int(cpu)))
        }
        let hasBits = files.line("/sys/devices/platform/soc/soc:firmware/get_throttled") != nil
        let hasAlarm = (try? HwmonTree.chip("rpi_volt", device: nil, &files)) != nil
        if hasBits || hasAlarm { channels.append(.underVoltage) }
        if hasBits { channels.append(.throttled) }
        return channels.map { Entry(channel: $0, unit: $0.unit, label: nil) }
    }

    private static func lights(_ files: LinuxFiles) -> [Entry] {
        files.entries(of: "/sys/class/leds").map {
            Entry(channel: .led(name: $0, isLevel: false), unit: .ratio, label: nil)
        }
    }

    private static func pulses(_ files: inout LinuxFiles) -> [Entry] {
        var entries: [Entry] = []
        for chip in files.entries(of: "/sys/class/pwm") {
            let folder = "/sys/class/pwm/\(chip)"
            guard let device = files.linkTarget("\(folder)/device"),
                let count = files.line("\(folder)/npwm").flatMap(UInt8.init)
            else { continue }
            for channel in 0..<count {
                entries.append(
                    Entry(
                        channel: .pwm(device: device, channel: Int(channel)), unit: .ratio,
                        label: chip))
            }
        }
        return entries
    }

    private static func network(_ files: LinuxFiles) -> [Entry] {
        files.entries(of: "/sys/class/net").flatMap { interface in
            LinuxChannel.NetworkCounter.allCases.map { counter in
                let channel = LinuxChannel.network(interface: interface, counter)
                return Entry(channel: channel, unit: channel.unit, label: nil)
            }
        }
    }
}
