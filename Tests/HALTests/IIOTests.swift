// SPDX-License-Identifier: Apache-2.0

import HAL
import Telemetry
import TestSupport
import Testing

/// Industrial I/O devices with files as their kernel drivers have them.
@Suite struct IIOTests {
    static let bus = "/sys/bus/iio/devices"
    let tree: SysfsTree

    init() throws {
        tree = try SysfsTree()
        try tree.add(
            "\(Self.bus)/iio:device0", of: "soc/i2c-1/1-0076",
            [
                "name": "bme280\n", "in_temp_input": "21360\n",
                "in_pressure_input": "98.456789012\n", "in_humidityrelative_input": "45123\n",
                "in_temp_oversampling_ratio": "2\n",
            ])
        try tree.add(
            "\(Self.bus)/iio:device1", of: "soc/i2c-1/1-0048",
            [
                "name": "ads1015\n", "in_voltage0_raw": "1234\n", "in_voltage0_scale": "3.000000\n",
                "in_voltage1_raw": "0\n", "in_voltage1_scale": "2\n",
                "in_voltage1_label": "battery\n",
                "in_voltage0-voltage1_raw": "-20\n", "in_voltage-voltage_scale": "0.125\n",
                "in_voltage_sampling_frequency": "128\n",
            ])
        try tree.add(
            "\(Self.bus)/iio:device2", of: "soc/i2c-1/1-0040",
            [
                "name": "hdc100x\n", "in_temp_raw": "25000\n", "in_temp_offset": "-15887.515151\n",
                "in_temp_scale": "2.517700195\n", "out_current_heater_raw": "0\n",
            ])
        try tree.add(
            "\(Self.bus)/iio:device3", of: "soc/spi0/spi0.0",
            [
                "name": "mixed\n", "label": "accel-base\n", "in_accel_x_raw": "-512\n",
                "in_accel_scale": "0.019163\n", "in_magn_z_raw": "2000\n",
                "in_magn_z_scale": "0.001\n", "in_anglvel_y_raw": "100\n", "in_scale": "0.01\n",
                "in_illuminance0_mean_raw": "200\n", "in_illuminance0_scale": "0.5\n",
                "in_proximity_raw": "77\n", "in_concentration_co2_raw": "415\n",
                "in_concentration_co2_scale": "0.0001\n", "in_resistance0_raw": "100000\n",
                "in_distance_input": "1.250000\n", "in_ph_input": "7.25\n", "scale": "1\n",
            ])
        for (number, address) in [(4, "1-0060"), (10, "3-0060")] {
            try tree.add(
                "\(Self.bus)/iio:device\(number)", of: "soc/i2c-\(address.prefix(1))/\(address)",
                ["name": "mpl3115\n", "in_temp_raw": "\(number)\n", "in_temp_scale": "62.5\n"])
        }
    }

    static let figures: [(String, Double, String?)] = [
        ("iio:bme280/temp", 21.36, "Cel"),
        ("iio:bme280/in_temp", 21.36, "Cel"),
        ("iio:bme280/in_temp_input", 21.36, "Cel"),
        ("iio:bme280/in_pressure", 98_456.789012, "Pa"),
        ("iio:bme280/humidityrelative", 45.123, "%RH"),
        ("iio:bme280@1-0076/temp", 21.36, "Cel"),
        ("iio:ads1015/voltage0", 3.702, "V"),
        ("iio:ads1015/in_voltage0_raw", 3.702, "V"),
        ("iio:ads1015/voltage0-voltage1", -0.0025, "V"),
        ("iio:ads1015/battery", 0, nil),
        ("iio:hdc100x/temp", (25_000 - 15_887.515151) * 2.517700195 / 1000, "Cel"),
        ("iio:hdc100x/out_current_heater", 0, "A"),
        ("iio:mixed/accel_x", -512 * 0.019163, "m/s2"),
        ("iio:accel-base/accel_x", -512 * 0.019163, "m/s2"),
        ("iio:mixed/magn_z", 0.0002, "T"),
        ("iio:mixed/anglvel_y", 1, "1/s"),
        ("iio:mixed/illuminance0_mean", 100, "lx"),
        ("iio:mixed/proximity", 0.77, nil),
        ("iio:mixed/concentration_co2", 0.0415, "%"),
        ("iio:mixed/resistance0", 1000, "Ohm"),
        ("iio:mixed/distance", 1.25, "m"),
        ("iio:mixed/ph", 7.25, "pH"),
        ("iio:mpl3115@3-0060/temp", 0.625, "Cel"),
    ]

    @Test("each kind of channel is converted from the kernel's unit", arguments: figures)
    func figure(text: String, expected: Double, unit: String?) async throws {
        let channel = try LinuxChannel(parsing: text)
        #expect(channel.description == text)
        #expect(channel.unit?.symbol == unit)
        let outcome = try await tree.driver([text]).read(device: 0, points: [0])[0]
        guard case .good(.number(let number)) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(abs(number - expected) <= 1e-9 * max(1, abs(expected)))
    }

    @Test(
        "what is not there, or not alone, is missing",
        arguments: [
            "iio:bmp280/temp", "iio:bme280/temp2", "iio:bme280/voltage0", "iio:mpl3115/temp",
            "iio:mpl3115@2-0060/temp", "iio:bme280/../bme280/temp", "iio:bme280/name",
        ])
    func missing(text: String) async throws {
        #expect(
            try await tree.driver([text]).read(device: 0, points: [0]) == [.bad(.missing)])
    }

    @Test(
        "a channel's text that is no number is bad data",
        arguments: [
            ("", Fault.malformedValue), ("1 2 3 4\n", .malformedValue),
            ("12 dB\n", .malformedValue),
            ("1e5\n", .malformedValue), ("nan\n", .notANumber), ("-\n", .malformedValue),
        ])
    func malformed(text: String, fault: Fault) async throws {
        for file in ["in_voltage0_raw", "in_voltage0_scale"] {
            let tree = try IIOTests().tree
            try tree.folder.write(text, to: "/sys/devices/soc/i2c-1/1-0048/iio:device1/\(file)")
            #expect(
                try await tree.driver(["iio:ads1015/voltage0"]).read(device: 0, points: [0])
                    == [.bad(fault)])
        }
    }

    @Test("a device that another takes the number of is found under its new one")
    func moving() async throws {
        let driver = try tree.driver(["iio:bme280/temp", "iio:hdc100x/temp"])
        let before = await driver.read(device: 0, points: [0, 1])
        #expect(before.allSatisfy { $0.quality == .good })
        tree.folder.remove("\(Self.bus)/iio:device0")
        tree.folder.remove("\(Self.bus)/iio:device2")
        #expect(
            await driver.read(device: 0, points: [0, 1]) == [.bad(.missing), .bad(.missing)])
        try tree.folder.link(
            "\(Self.bus)/iio:device2", to: "../../../devices/soc/i2c-1/1-0076/iio:device0")
        try tree.folder.link(
            "\(Self.bus)/iio:device0", to: "../../../devices/soc/i2c-1/1-0040/iio:device2")
        #expect(await driver.read(device: 0, points: [0, 1]) == before)
    }

    @Test("one of two devices of a name stays the one that was meant when both move")
    func twins() async throws {
        let driver = try tree.driver(["iio:mpl3115@1-0060/temp"])
        #expect(await driver.read(device: 0, points: [0]) == [.good(.number(0.25))])
        tree.folder.remove("\(Self.bus)/iio:device4")
        try tree.folder.link(
            "\(Self.bus)/iio:device4", to: "../../../devices/soc/i2c-3/3-0060/iio:device10")
        tree.folder.remove("\(Self.bus)/iio:device10")
        try tree.folder.link(
            "\(Self.bus)/iio:device10", to: "../../../devices/soc/i2c-1/1-0060/iio:device4")
        #expect(await driver.read(device: 0, points: [0]) == [.good(.number(0.25))])
    }

    @Test("the driver keeps the contract")
    func contract() async throws {
        try await DriverContract.check(stable: true, marginMilliseconds: 10_000) {
            try tree.driver(Self.figures.map(\.0) + ["iio:none/temp"])
        }
        let empty = try SysfsTree()
        try await DriverContract.checkAbsent { try empty.driver(Self.figures.map(\.0)) }
    }

    @Test("the inventory lists every channel once, in words that configuration takes")
    func inventory() async throws {
        let entries = LinuxInventory.entries(root: tree.folder.path)
        let texts = entries.map(\.channel.description).filter { $0.hasPrefix("iio:") }
        #expect(
            texts.filter { $0.contains("ads1015") || $0.contains("mpl3115") } == [
                "iio:ads1015/in_voltage0", "iio:ads1015/in_voltage1",
                "iio:ads1015/in_voltage0-voltage1", "iio:mpl3115@1-0060/in_temp",
                "iio:mpl3115@3-0060/in_temp",
            ])
        #expect(texts.contains("iio:hdc100x/out_current_heater"))
        #expect(Set(texts).count == texts.count)
        #expect(entries.first { $0.label == "battery" }?.unit == Unit("V"))
        let driver = try tree.driver(texts)
        let outcomes = await driver.read(device: 0, points: Array(texts.indices))
        #expect(outcomes.allSatisfy { $0.quality == .good })
    }
}
