// SPDX-License-Identifier: Apache-2.0

import HAL
import Telemetry
import TestSupport

/// A board's `/proc` and `/sys` as files in a folder.
struct LinuxTree {
    static let hwmon = "/sys/class/hwmon"

    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        let hwmon = Self.hwmon
        for (name, text) in [
            ("\(hwmon)/hwmon0/name", "coretemp\n"),
            ("\(hwmon)/hwmon0/temp1_input", "42123\n"),
            ("\(hwmon)/hwmon0/temp1_label", "Package id 0\n"),
            ("\(hwmon)/hwmon0/temp2_input", "-5500\n"),
            ("\(hwmon)/hwmon0/temp2_label", "Core 0\n"),
            ("\(hwmon)/hwmon1/name", "ina226\n"),
            ("\(hwmon)/hwmon1/in1_input", "12034\n"),
            ("\(hwmon)/hwmon1/curr1_input", "-250\n"),
            ("\(hwmon)/hwmon1/power1_input", "3005000\n"),
            ("\(hwmon)/hwmon1/energy1_input", "123456789\n"),
            ("\(hwmon)/hwmon1/in1_crit_alarm", "0\n"),
            ("\(hwmon)/hwmon2/name", "pwmfan\n"),
            ("\(hwmon)/hwmon2/fan1_input", "3200\n"),
            ("\(hwmon)/hwmon2/power1_average", "1500000\n"),
            ("\(hwmon)/hwmon2/freq1_input", "500000000\n"),
            ("\(hwmon)/hwmon3/name", "dht11\n"),
            ("\(hwmon)/hwmon3/humidity1_input", "45600\n"),
            ("\(hwmon)/hwmon4/name", "nvme\n"),
            ("\(hwmon)/hwmon4/temp1_input", "31850\n"),
            ("\(hwmon)/hwmon10/name", "nvme\n"),
            ("\(hwmon)/hwmon10/temp1_input", "35850\n"),
            ("\(hwmon)/hwmon5/name", "rpi_volt\n"),
            ("\(hwmon)/hwmon5/in0_lcrit_alarm", "1\n"),
            ("/sys/class/thermal/thermal_zone0/type", "cpu-thermal\n"),
            ("/sys/class/thermal/thermal_zone0/temp", "48312\n"),
            ("/sys/class/thermal/thermal_zone1/type", "twin\n"),
            ("/sys/class/thermal/thermal_zone1/temp", "1000\n"),
            ("/sys/class/thermal/thermal_zone2/type", "twin\n"),
            ("/sys/class/thermal/thermal_zone2/temp", "2000\n"),
            ("/proc/loadavg", "0.15 1.25 2.50 1/80 1234\n"),
            ("/proc/uptime", "12345.67 23456.78\n"),
            (
                "/proc/meminfo",
                "MemTotal:        1000 kB\nMemFree:  1 kB\nMemAvailable:     250 kB\nHugePages: 0\n"
            ),
            ("/sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq", "1500000\n"),
            ("/sys/devices/platform/soc/soc:firmware/get_throttled", "50005\n"),
            ("/sys/class/net/eth0/statistics/rx_bytes", "987654321\n"),
            ("/sys/class/net/eth0/statistics/tx_errors", "3\n"),
        ] {
            try folder.write(text, to: name)
        }
        try folder.link("\(hwmon)/hwmon4/device", to: "../../nvme0")
        try folder.link("\(hwmon)/hwmon10/device", to: "../../nvme1")
    }

    static func definition(
        _ channel: LinuxChannel, name: String = "host/0", scale: Double = 1, offset: Double = 0,
        range: ClosedRange<Double>? = nil
    ) -> LinuxPointDefinition {
        LinuxPointDefinition(
            polled: PolledPoint(point: .test(name), periodMilliseconds: 1000), channel: channel,
            scale: ValueScale(scale: scale, offset: offset, range: range))
    }

    /// A driver with one point for each channel.
    func driver(_ channels: [String]) throws -> LinuxDriver {
        var points: [LinuxPointDefinition] = []
        for (index, text) in channels.enumerated() {
            points.append(
                Self.definition(try LinuxChannel(parsing: text), name: "host/\(index)"))
        }
        return try LinuxDriver(
            [LinuxDeviceDefinition(name: "host", points: points)], root: folder.path)
    }

    /// What one channel reads now.
    func read(_ channel: String) async throws -> Outcome {
        try await driver([channel]).read(device: 0, points: [0])[0]
    }
}
