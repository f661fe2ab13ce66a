// SPDX-License-Identifier: Apache-2.0

import Glibc
import HAL
import Telemetry
import TestSupport
import Testing

/// The kernel's own drivers, in an emulated machine or on a board.
@Suite struct SysfsOnHardwareTests {
    static func isSet(_ variable: String) -> Bool { getenv(variable) != nil }

    private static var isPi: Bool {
        getenv("HALCYON_MACHINE").map { String(cString: $0) } == "raspi3b"
    }

    /// What a file of the kernel shows, read without any of the code that is tested.
    private static func text(_ path: String) -> String? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes.prefix(count), as: UTF8.self)
            .split(separator: "\n").first.map(String.init)
    }

    /// Sets a parameter of a kernel module.
    private static func set(_ path: String, _ text: String) throws {
        let file = try #require(fopen(path, "w"))
        fputs(text, file)
        try #require(fclose(file) == 0)
    }

    private static func driver(_ channels: [LinuxChannel]) throws -> LinuxDriver {
        let points = channels.enumerated().map {
            LinuxTree.definition($0.element, name: "host/\($0.offset)")
        }
        return try LinuxDriver([LinuxDeviceDefinition(name: "host", points: points)])
    }

    /// The channels of a kind that this machine has keep the contract. A chip may say that it can't
    /// measure at the moment, but nothing that is listed is missing or not understood.
    private func check(_ kind: String) async throws {
        let channels = LinuxInventory.entries().map(\.channel).filter {
            $0.description.hasPrefix(kind)
        }
        try #require(!channels.isEmpty)
        try await DriverContract.check(marginMilliseconds: 20_000) {
            try Self.driver(channels)
        }
        let outcomes = try await Self.driver(channels).read(
            device: 0, points: Array(channels.indices))
        for (channel, outcome) in zip(channels, outcomes) {
            let faults: [Fault?] = [nil, .inputOutput, .busy]
            #expect(faults.contains(outcome.fault), "\(channel): \(outcome)")
        }
        #expect(outcomes.contains { $0.quality == .good })
    }

    @Test(
        "Industrial I/O channels of real kernel drivers are read in their units",
        .enabled(if: isSet("HALCYON_IIO"), "no HALCYON_IIO: no Industrial I/O drivers here"))
    func industrial() async throws {
        try await check("iio:")
        let bus = "/sys/bus/iio/devices"
        for number in 0..<8 where Self.text("\(bus)/iio:device\(number)/name") == "ads1015" {
            let folder = "\(bus)/iio:device\(number)"
            let raw = try #require(Self.text("\(folder)/in_voltage0_raw").flatMap(Double.init))
            let scale = try #require(Self.text("\(folder)/in_voltage0_scale").flatMap(Double.init))
            let channel = try LinuxChannel(parsing: "iio:ads1015/voltage0")
            #expect(channel.unit == Unit("V"))
            #expect(
                try await Self.driver([channel]).read(device: 0, points: [0])
                    == [.good(.number(raw * scale / 1000))])
        }
    }

    @Test(
        "hwmon chips of real kernel drivers are read in their units",
        .enabled(if: isSet("HALCYON_MACHINE"), "no HALCYON_MACHINE: not in an emulated machine"))
    func hwmon() async throws {
        if Self.isPi {
            // The machine has a sensor at this address; the kernel may have been told of it before.
            let name = Self.text("/sys/bus/i2c/devices/1-0048/name") ?? "lm75"
            let channel = try LinuxChannel(parsing: "hwmon:\(name)/temp1")
            let device = LinuxDeviceDefinition(
                name: "host", points: [LinuxTree.definition(channel)], chip: name,
                i2c: try I2CPlace(parsing: "i2c-1:0x48"), isInstantiated: true)
            let outcome = try await LinuxDriver([device]).read(device: 0, points: [0])[0]
            guard case .good(.number(let celsius)) = outcome else {
                Issue.record("\(outcome)")
                return
            }
            #expect((-55...125).contains(celsius))
            #expect(SensorCheck.problems(of: [device]).isEmpty)
        }
        // The plain virtual machine may have no such chip at all.
        guard Self.isPi || LinuxInventory.entries().contains(where: Self.isHwmon) else { return }
        try await check("hwmon:")
    }

    private static func isHwmon(_ entry: LinuxInventory.Entry) -> Bool {
        entry.channel.description.hasPrefix("hwmon:")
    }

    @Test(
        "1-Wire thermometers of a real kernel master are found, read, and refused when damaged",
        .enabled(if: isSet("HALCYON_W1"), "no HALCYON_W1: no 1-Wire master here"))
    func oneWire() async throws {
        let ids = OneWireInventory.thermometers()
        try #require(!ids.isEmpty)
        let devices = ids.enumerated().map { index, id in
            OneWireDeviceDefinition(
                name: "t\(index)", id: id,
                points: [
                    .init(
                        polled: PolledPoint(
                            point: .test("t\(index)/temperature"), periodMilliseconds: 1000))
                ], timeoutMilliseconds: 10_000)
        }
        #expect(OneWireCheck.problems(of: devices).isEmpty)
        try await DriverContract.check(marginMilliseconds: 20_000) { try OneWireDriver(devices) }
        let driver = try OneWireDriver(devices)
        for index in devices.indices {
            let outcome = await driver.read(device: index, points: [0])[0]
            guard case .good(.number(let celsius)) = outcome else {
                Issue.record("\(ids[index]): \(outcome)")
                continue
            }
            #expect((-55...125).contains(celsius))
        }
        if let parameters = getenv("HALCYON_W1_FAULTS").map({ String(cString: $0) }) {
            try await damage(driver, parameters)
        }
    }

    /// The thermometers of a simulated bus show what its module's parameters say, and their faults.
    private func damage(_ driver: OneWireDriver, _ parameters: String) async throws {
        for (millidegrees, celsius) in [("-7250", -7.25), ("85000", 85), ("21500", 21.5)] {
            try Self.set("\(parameters)/millidegrees", "\(millidegrees),\(millidegrees)")
            #expect(await driver.read(device: 0, points: [0]) == [.good(.number(celsius))])
        }
        for (fault, parameter) in [
            (Fault.checksum, "bad_crc"), (.powerOnValue, "brownout"),
        ] {
            try Self.set("\(parameters)/\(parameter)", "Y,Y")
            #expect(await driver.read(device: 0, points: [0]) == [.bad(fault)])
            try Self.set("\(parameters)/\(parameter)", "N,N")
            #expect(await driver.read(device: 0, points: [0]) == [.good(.number(21.5))])
        }
        try Self.set("\(parameters)/absent", "Y,Y")
        #expect(await driver.read(device: 0, points: [0])[0].quality == .bad)
        try Self.set("\(parameters)/absent", "N,N")
        #expect(await driver.read(device: 0, points: [0]) == [.good(.number(21.5))])
    }

    private static func light(_ text: String) throws -> LinuxDriver {
        let point = try LinuxOutputTests.output("led:\(text)")
        return try LinuxDriver([LinuxDeviceDefinition(name: "host", points: [point])])
    }

    @Test(
        "an LED keeps the contract of outputs, as a state and as a level",
        .enabled(if: isSet("HALCYON_LED"), "no HALCYON_LED: the name of an LED to switch"))
    func lightContract() async throws {
        let name = getenv("HALCYON_LED").map { String(cString: $0) } ?? ""
        try await OutputContract.check(.state, marginMilliseconds: 20_000) {
            try Self.light(name)
        }
        // One that is only on or off has no level between.
        let ends = OutputContract.Sample(
            values: [.number(1), .number(0)], wrongType: .boolean(true), outOfRange: .number(1.01))
        try await OutputContract.check(ends, marginMilliseconds: 20_000) {
            try Self.light("\(name)/level")
        }
        try await OutputContract.checkAbsent(.state) { try Self.light("none-of-that-name") }
    }

    @Test(
        "hardware that is not there is bad, whichever of the kernel's drivers it would have",
        .enabled(if: isSet("HALCYON_MACHINE"), "no HALCYON_MACHINE: not in an emulated machine"))
    func absent() async throws {
        let channels = try ["hwmon:none/temp1", "iio:none/temp", "thermal:none", "pwm:none/0"].map {
            try LinuxChannel(parsing: $0)
        }
        try await DriverContract.checkAbsent(marginMilliseconds: 20_000) {
            try Self.driver(channels)
        }
        let id = try OneWireID(parsing: "28-0000000000ff")
        try await DriverContract.checkAbsent(marginMilliseconds: 20_000) {
            try OneWireDriver([
                OneWireDeviceDefinition(
                    name: "t", id: id,
                    points: [
                        .init(
                            polled: PolledPoint(
                                point: .test("t/temperature"), periodMilliseconds: 1000))
                    ])
            ])
        }
    }

    @Test(
        "an LED is written, read back, and held by the kernel until its time is up",
        .enabled(if: isSet("HALCYON_LED"), "no HALCYON_LED: the name of an LED to switch"))
    func light() async throws {
        let name = getenv("HALCYON_LED").map { String(cString: $0) } ?? ""
        let index = OutputIndex(device: 0, point: 0)
        let driver = try Self.light(name)
        for isOn in [true, false, true, false] {
            try await driver.write(.boolean(isOn), to: index)
            #expect(await driver.read(device: 0, points: [0]) == [.good(.boolean(isOn))])
        }
        do {
            for _ in 0..<3 {
                try await driver.hold(
                    .boolean(true), on: index, milliseconds: 300, then: .boolean(false))
                #expect(await driver.read(device: 0, points: [0]) == [.good(.boolean(true))])
            }
        } catch {
            // A kernel without the pattern trigger says so, and leaves the LED as it was.
            #expect(error.fault == .missing)
            return
        }
        var isOff = false
        for _ in 0..<500 where !isOff {
            try await Task.sleep(for: .milliseconds(10))
            isOff = await driver.read(device: 0, points: [0]) == [.good(.boolean(false))]
        }
        #expect(isOff)
    }
}
