// SPDX-License-Identifier: Apache-2.0

import HAL
import Telemetry
import Testing

@Suite struct LinuxChannelTests {
    @Test(
        "a channel is read and printed in one form",
        arguments: [
            ("hwmon:coretemp/temp1", "Cel"), ("hwmon:nvme@nvme0/temp1", "Cel"),
            ("hwmon:coretemp/Package id 0", nil), ("hwmon:a/b/c: d", nil),
            ("hwmon:ina226/in1", "V"), ("hwmon:ina226/curr1", "A"), ("hwmon:x/power1", "W"),
            ("hwmon:x/energy1", "J"), ("hwmon:x/fan1", "1/min"), ("hwmon:x/humidity1", "%RH"),
            ("hwmon:rpi_volt/in0_lcrit_alarm", "/"), ("thermal:x86_pkg_temp", "Cel"),
            ("thermal:0", "Cel"), ("load:1", "/"), ("load:15", "/"), ("memory:available", "B"),
            ("memory:used", "/"), ("disk:/:available", "B"), ("disk:/media/a:b:total", "B"),
            ("uptime", "s"), ("cpu:3:frequency", "Hz"), ("undervoltage", "/"),
            ("throttled", "count"), ("net:eth0:rx_bytes", "B"), ("net:br:0:tx_dropped", "count"),
        ])
    func accepted(text: String, unit: String?) throws {
        let channel = try LinuxChannel(parsing: text)
        #expect(channel.description == text)
        #expect(channel.unit?.symbol == unit)
    }

    @Test(
        "a channel of unknown kind is refused",
        arguments: ["", ":", "hwmo:x/temp1", "Load:1", " load:1", "i2c:1", "/sys/class"])
    func unknown(text: String) {
        let error = #expect(throws: HALError.self) { try LinuxChannel(parsing: text) }
        #expect(error?.rule == .unknownChannel && error?.place == text)
        #expect(error?.detail?.contains("hwmon") == true)
    }

    @Test(
        "a channel of wrong form is refused with the right one",
        arguments: [
            ("hwmon", "hwmon:CHIP"), ("hwmon:", "hwmon:CHIP"), ("hwmon:coretemp", "hwmon:CHIP"),
            ("hwmon:/temp1", "hwmon:CHIP"), ("hwmon:a/", "hwmon:CHIP"),
            ("hwmon:a@/temp1", "hwmon:CHIP"), ("hwmon:a\u{0}/temp1", "hwmon:CHIP"),
            ("thermal", "thermal:"), ("thermal:", "thermal:"), ("load:2", "load:1|5|15"),
            ("load", "load:1|5|15"), ("memory:free", "memory:total"), ("disk:/", "disk:/PATH"),
            ("disk:home:total", "disk:/PATH"), ("disk::total", "disk:/PATH"),
            ("uptime:", "uptime"), ("cpu:frequency", "cpu:N"), ("cpu:-1:frequency", "cpu:N"),
            ("cpu:+1:frequency", "cpu:N"), ("cpu:99999:frequency", "cpu:N"),
            ("cpu:0:load", "cpu:N"), ("throttled:1", "throttled"), ("net:eth0", "net:"),
            ("net::rx_bytes", "net:"), ("net:..:rx_bytes", "net:"),
            ("net:../../x:rx_bytes", "net:"), ("net:eth0:rx_fifo", "net:"),
        ])
    func malformed(text: String, form: String) {
        let error = #expect(throws: HALError.self) { try LinuxChannel(parsing: text) }
        #expect(error?.rule == .malformedChannel && error?.place == text)
        #expect(error?.detail?.hasPrefix(form) == true)
    }

    @Test("a channel of excessive length is refused without being repeated")
    func long() {
        let text = "hwmon:a/" + String(repeating: "x", count: 100_000)
        let error = #expect(throws: HALError.self) { try LinuxChannel(parsing: text) }
        #expect(error?.rule == .malformedChannel && error?.place.count == 32)
    }

    @Test(
        "a scale or offset that no value survives is refused",
        arguments: [(0.0, 0.0), (.nan, 0), (.infinity, 0), (1, .nan), (1, -.infinity)])
    func scale(scale: Double, offset: Double) {
        let point = LinuxTree.definition(.uptime, scale: scale, offset: offset)
        let error = #expect(throws: HALError.self) {
            try LinuxDriver([LinuxDeviceDefinition(name: "host", points: [point])])
        }
        #expect(error?.rule == .scaleNotUsable && error?.place == "host/0")
    }
}
