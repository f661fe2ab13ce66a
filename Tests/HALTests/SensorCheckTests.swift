// SPDX-License-Identifier: Apache-2.0

import HAL
import Telemetry
import TestSupport
import Testing

/// What is said of a chip that the configuration names and the kernel does not have.
@Suite struct SensorCheckTests {
    static let i2c = "/sys/bus/i2c/devices"
    let tree: SysfsTree

    init() throws {
        tree = try SysfsTree()
        try tree.folder.write("", to: "\(Self.i2c)/i2c-1/new_device")
        for number in [0, 1] {
            try tree.add(
                "/sys/bus/iio/devices/iio:device\(number)", of: "soc/i2c-1/1-006\(number)",
                ["name": "mpl3115\n", "in_temp_input": "1\n"])
        }
    }

    private func device(
        _ channel: String, chip: String? = nil, place: String? = nil, isInstantiated: Bool = false
    ) throws -> LinuxDeviceDefinition {
        LinuxDeviceDefinition(
            name: "air", points: [LinuxTree.definition(try LinuxChannel(parsing: channel))],
            chip: chip, i2c: try place.map { try I2CPlace(parsing: $0) },
            isInstantiated: isInstantiated)
    }

    private func problem(_ device: LinuxDeviceDefinition) throws -> HardwareProblem? {
        let found = SensorCheck.problems(of: [device], root: tree.folder.path)
        #expect(found.count <= 1)
        return found.first
    }

    @Test(
        "a chip that is not there is reported with what brings it",
        arguments: [
            ("iio:bme280/temp", "no iio chip \"bme280\"", "dtoverlay=i2c-sensor,bme280"),
            ("iio:bme280/temp", "no iio chip", "echo bme280 0x76 > \(i2c)/i2c-1/new_device"),
            ("iio:ads1115/voltage0", "no iio chip", "dtoverlay=ads1115 "),
            ("hwmon:ina219/in1", "no hwmon chip \"ina219\"", "echo ina219 0x40 >"),
            ("hwmon:sht3x/temp1", "no hwmon chip", "its module is sht3x"),
            ("hwmon:nothing/temp1", "no hwmon chip", "point list --available"),
            ("iio:mpl3115/temp", "2 iio chips", "iio:mpl3115@1-0060/… or iio:mpl3115@1-0061/…"),
            ("iio:mpl3115@3-0060/temp", "not on 3-0060", "iio:mpl3115@1-0060/…"),
        ])
    func absent(channel: String, detail: String, advice: String) throws {
        let problem = try #require(try problem(device(channel)))
        #expect(problem.detail.contains(detail))
        #expect(problem.advice?.contains(advice) == true)
    }

    @Test("a chip that is there is no problem", arguments: ["iio:mpl3115@1-0060/temp", "uptime"])
    func present(channel: String) throws {
        #expect(try problem(device(channel)) == nil)
    }

    @Test("a place is judged step by step: bus, chip, name, driver")
    func place() throws {
        let there = try device("iio:mpl3115@1-0060/temp", chip: "mpl3115", place: "i2c-1:0x60")
        #expect(
            try problem(device("uptime", chip: "bme280", place: "i2c-3:0x76"))?.detail
                == "there is no bus i2c-3")
        let unknown = try problem(device("uptime", chip: "bme280", place: "i2c-1:0x77"))
        #expect(unknown?.detail == "the kernel knows of no chip at i2c-1:0x77")
        #expect(unknown?.advice?.contains("i2c-sensor,bme280,addr=0x77") == true)
        #expect(unknown?.advice?.contains("echo bme280 0x77 >") == true)
        try tree.folder.write("mpl3115\n", to: "\(Self.i2c)/1-0060/name")
        #expect(
            try problem(device("uptime", chip: "bme280", place: "i2c-1:0x60"))?.detail
                == "i2c-1:0x60 is declared as mpl3115, not bme280")
        #expect(try problem(there)?.detail == "mpl3115 at i2c-1:0x60 has no driver")
        try tree.folder.link("\(Self.i2c)/1-0060/driver", to: "../../drivers/mpl3115")
        #expect(try problem(there) == nil)
    }

    @Test("the kernel is told of a chip only when asked to, once, and not if it knows")
    func instantiation() async throws {
        let file = "\(Self.i2c)/i2c-1/new_device"
        func read(_ device: LinuxDeviceDefinition) async throws {
            let driver = try LinuxDriver([device], root: tree.folder.path)
            for _ in 0..<2 { _ = await driver.read(device: 0, points: [0]) }
        }
        try await read(device("iio:bme280/temp", chip: "bme280", place: "i2c-1:0x76"))
        #expect(tree.text(file)?.isEmpty == true)
        let asked = try device(
            "iio:bme280/temp", chip: "bme280", place: "i2c-1:0x76", isInstantiated: true)
        let driver = try LinuxDriver([asked], root: tree.folder.path)
        #expect(await driver.read(device: 0, points: [0]) == [.bad(.missing)])
        #expect(tree.text(file) == "bme280 0x76")
        try tree.folder.write("", to: file)
        #expect(await driver.read(device: 0, points: [0]) == [.bad(.missing)])
        #expect(tree.text(file)?.isEmpty == true)
        try tree.folder.write("bme280\n", to: "\(Self.i2c)/1-0076/name")
        try await read(asked)
        #expect(tree.text(file)?.isEmpty == true)
    }

    @Test(
        "only a plain name with a place is told to the kernel", arguments: ["", "a b", "a\n", nil])
    func names(chip: String?) throws {
        let device = try device("uptime", chip: chip, place: "i2c-1:0x76", isInstantiated: true)
        let error = #expect(throws: HALError.self) { try LinuxDriver([device]) }
        #expect(error?.rule == .malformedIdentifier && error?.place == "air")
    }

    @Test(
        "a place of another form, or an address that no chip has, is refused",
        arguments: [
            "", "i2c-1", "i2c-1:76", "i2c-01:0x76", "i2c-1:0x7", "i2c-1:0x78", "i2c-1:0x07",
            "i2c-256:0x76", "i2c-1:0x+6", "i2c-+1:0x76", "/dev/i2c-1:0x76", "i2c-1:0x76:1",
        ])
    func places(text: String) {
        let error = #expect(throws: HALError.self) { try I2CPlace(parsing: text) }
        #expect(error?.rule == .malformedIdentifier && error?.place == text)
    }

    @Test("a thermometer that is not there is reported with those that are")
    func thermometers() throws {
        let bus = "/sys/bus/w1/devices"
        let device = OneWireDeviceDefinition(
            name: "boiler", id: try OneWireID(parsing: "28-000000000001"), points: [])
        func problem() -> HardwareProblem? {
            OneWireCheck.problems(of: [device], root: tree.folder.path).first
        }
        #expect(problem()?.advice?.contains("dtoverlay=w1-gpio") == true)
        try tree.folder.write("0\n", to: "\(bus)/w1_bus_master1/therm_bulk_read")
        #expect(problem()?.advice?.contains("no thermometer is") == true)
        try tree.folder.write("", to: "\(bus)/28-000000000002/w1_slave")
        #expect(problem()?.advice == "found are 28-000000000002")
        try tree.folder.write("", to: "\(bus)/28-000000000001/id")
        #expect(problem()?.advice == "modprobe w1_therm")
        try tree.folder.write("", to: "\(bus)/28-000000000001/w1_slave")
        #expect(problem() == nil)
    }
}
