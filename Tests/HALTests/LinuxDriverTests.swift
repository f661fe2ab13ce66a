// SPDX-License-Identifier: Apache-2.0

import Glibc
import HAL
import Telemetry
import TestSupport
import Testing

@Suite struct LinuxDriverTests {
    let tree: LinuxTree

    init() throws { tree = try LinuxTree() }

    static let figures: [(String, Value)] = [
        ("hwmon:coretemp/temp1", .number(42.123)),
        ("hwmon:coretemp/Package id 0", .number(42.123)),
        ("hwmon:coretemp/Core 0", .number(-5.5)),
        ("hwmon:ina226/in1", .number(12.034)),
        ("hwmon:ina226/curr1", .number(-0.25)),
        ("hwmon:ina226/power1", .number(3.005)),
        ("hwmon:ina226/energy1", .number(123.456789)),
        ("hwmon:ina226/in1_crit_alarm", .boolean(false)),
        ("hwmon:pwmfan/fan1", .number(3200)),
        ("hwmon:pwmfan/power1", .number(1.5)),
        ("hwmon:pwmfan/freq1", .number(500_000_000)),
        ("hwmon:dht11/humidity1", .number(45.6)),
        ("hwmon:nvme@nvme0/temp1", .number(31.85)),
        ("hwmon:nvme@nvme1/temp1", .number(35.85)),
        ("thermal:cpu-thermal", .number(48.312)),
        ("thermal:1", .number(1)),
        ("load:1", .number(0.15)), ("load:5", .number(1.25)), ("load:15", .number(2.5)),
        ("memory:total", .integer(1_024_000)),
        ("memory:available", .integer(256_000)),
        ("memory:used", .number(0.75)),
        ("uptime", .number(12345.67)),
        ("cpu:0:frequency", .integer(1_500_000_000)),
        ("undervoltage", .boolean(true)),
        ("throttled", .integer(0x50005)),
        ("net:eth0:rx_bytes", .integer(987_654_321)),
        ("net:eth0:tx_errors", .integer(3)),
    ]

    @Test("each kind of figure is read in its base unit", arguments: figures)
    func figure(channel: String, value: Value) async throws {
        #expect(try await tree.read(channel) == .good(value))
    }

    @Test("a file system has a size, free bytes and a used part")
    func disk() async throws {
        let driver = try tree.driver(["disk:/:total", "disk:/:available", "disk:/proc:used"])
        let outcomes = await driver.read(device: 0, points: [0, 1, 2])
        guard case .good(.integer(let total)) = outcomes[0],
            case .good(.integer(let available)) = outcomes[1],
            case .good(.number(let used)) = outcomes[2]
        else {
            Issue.record("\(outcomes)")
            return
        }
        #expect(total > 0 && (0...total).contains(available) && (0...1).contains(used))
        #expect(try await tree.read("disk:/nowhere:total") == .bad(.missing))
    }

    @Test("the driver keeps the contract, with its files there and without")
    func contract() async throws {
        try await DriverContract.check(stable: true) {
            try tree.driver(Self.figures.map(\.0) + ["hwmon:none/temp1", "load:1"])
        }
        let empty = try TemporaryFolder()
        try await DriverContract.checkAbsent {
            var points: [LinuxPointDefinition] = []
            for (index, figure) in (Self.figures.map(\.0) + ["disk:/x:total"]).enumerated() {
                points.append(
                    LinuxTree.definition(
                        try LinuxChannel(parsing: figure), name: "host/\(index)"))
            }
            return try LinuxDriver(
                [LinuxDeviceDefinition(name: "host", points: points)], root: empty.path)
        }
    }

    @Test("this machine's own figures keep the contract")
    func thisMachine() async throws {
        let entries = LinuxInventory.entries().filter { $0.unit != nil }.prefix(200)
        #expect(entries.contains { $0.channel == .uptime })
        let points = entries.enumerated().map {
            LinuxTree.definition($0.element.channel, name: "host/\($0.offset)")
        }
        try await DriverContract.check {
            try LinuxDriver([LinuxDeviceDefinition(name: "host", points: points)])
        }
    }

    static let sensor = "\(LinuxTree.hwmon)/hwmon0/temp1_input"
    static let malformed: [(String, Fault)] = [
        ("", .malformedValue), ("\n", .malformedValue), ("abc\n", .malformedValue),
        ("12.5\n", .malformedValue), ("0x10\n", .malformedValue), ("+5\n", .malformedValue),
        ("--5\n", .malformedValue), ("1 2\n", .malformedValue), ("nan\n", .malformedValue),
        ("5\u{0}", .malformedValue), ("٣\n", .malformedValue),
        ("99999999999999999999\n", .outOfRange),
        (
            String(repeating: "1", count: 65_537),
            .malformedValue
        ),
    ]

    @Test("a sensor's text that is no whole number is bad data", arguments: malformed)
    func malformedSensor(text: String, fault: Fault) async throws {
        try tree.folder.write(text, to: Self.sensor)
        #expect(try await tree.read("hwmon:coretemp/temp1") == .bad(fault))
    }

    @Test(
        "a system file that is cut, odd or impossible is bad data",
        arguments: [
            ("load:15", "/proc/loadavg", "0.1 0.2", Fault.malformedValue),
            ("load:1", "/proc/loadavg", "nan 0 0 1/1 1", .notANumber),
            ("load:1", "/proc/loadavg", "1e3 0 0 1/1 1", .malformedValue),
            ("uptime", "/proc/uptime", "", .malformedValue),
            ("memory:total", "/proc/meminfo", "MemAvailable: 5 kB\n", .missing),
            ("memory:total", "/proc/meminfo", "MemTotal: 5\nMemAvailable: 5 kB", .malformedValue),
            (
                "memory:used", "/proc/meminfo", "MemTotal: 5 kB\nMemAvailable: 6 kB\n",
                .outOfRange
            ),
            (
                "memory:total", "/proc/meminfo",
                "MemTotal: 9223372036854775807 kB\nMemAvailable: 1 kB", .outOfRange
            ),
            (
                "throttled", "/sys/devices/platform/soc/soc:firmware/get_throttled", "0xZ",
                .malformedValue
            ),
            ("undervoltage", "\(LinuxTree.hwmon)/hwmon5/in0_lcrit_alarm", "2", .malformedValue),
        ])
    func malformedSystem(channel: String, file: String, text: String, fault: Fault) async throws {
        try tree.folder.write(text, to: file)
        #expect(try await tree.read(channel) == .bad(fault))
    }

    @Test("a file that vanishes is missing, and read again when it is back under another number")
    func vanishing() async throws {
        let driver = try tree.driver(["hwmon:coretemp/temp1", "load:1", "thermal:cpu-thermal"])
        let points = [0, 1, 2]
        let before = await driver.read(device: 0, points: points)
        #expect(before.allSatisfy { $0.quality == .good })
        tree.folder.remove("\(LinuxTree.hwmon)/hwmon0")
        tree.folder.remove("/proc/loadavg")
        tree.folder.remove("/sys/class/thermal/thermal_zone0")
        #expect(
            await driver.read(device: 0, points: points) == points.map { _ in .bad(.missing) })
        // Another chip takes the number, the old one comes back elsewhere.
        try tree.folder.write("nct6775\n", to: "\(LinuxTree.hwmon)/hwmon0/name")
        try tree.folder.write("1000\n", to: Self.sensor)
        try tree.folder.write("coretemp\n", to: "\(LinuxTree.hwmon)/hwmon7/name")
        try tree.folder.write("42123\n", to: "\(LinuxTree.hwmon)/hwmon7/temp1_input")
        try tree.folder.write("0.15 1 1 1/1 1\n", to: "/proc/loadavg")
        try tree.folder.write("cpu-thermal\n", to: "/sys/class/thermal/thermal_zone9/type")
        try tree.folder.write("48312\n", to: "/sys/class/thermal/thermal_zone9/temp")
        #expect(await driver.read(device: 0, points: points) == before)
    }

    @Test("which of two chips or zones of one name is meant is never guessed")
    func ambiguous() async throws {
        #expect(try await tree.read("hwmon:nvme/temp1") == .bad(.missing))
        #expect(try await tree.read("thermal:twin") == .bad(.missing))
    }

    @Test("a sensor that its chip calls faulty is bad, whatever number it shows")
    func faultySensor() async throws {
        try tree.folder.write("1\n", to: "\(LinuxTree.hwmon)/hwmon0/temp1_fault")
        #expect(try await tree.read("hwmon:coretemp/temp1") == .bad(.inputOutput))
        try tree.folder.write("0\n", to: "\(LinuxTree.hwmon)/hwmon0/temp1_fault")
        #expect(try await tree.read("hwmon:coretemp/temp1") == .good(.number(42.123)))
    }

    @Test("without the voltage chip, the firmware's bit 0 says under-voltage")
    func underVoltage() async throws {
        tree.folder.remove("\(LinuxTree.hwmon)/hwmon5")
        #expect(try await tree.read("undervoltage") == .good(.boolean(true)))
        try tree.folder.write(
            "50000\n", to: "/sys/devices/platform/soc/soc:firmware/get_throttled")
        #expect(try await tree.read("undervoltage") == .good(.boolean(false)))
    }

    @Test("errors of the system keep their kind")
    func systemErrors() async throws {
        // Reading /proc/self/mem at 0 is EIO for everyone, also for root.
        tree.folder.remove(Self.sensor)
        try tree.folder.link(Self.sensor, to: "/proc/self/mem")
        #expect(try await tree.read("hwmon:coretemp/temp1") == .bad(.inputOutput))
        tree.folder.remove(Self.sensor)
        try tree.folder.link(Self.sensor, to: "temp1_input")
        #expect(try await tree.read("hwmon:coretemp/temp1") == .bad(.missing))
        tree.folder.remove("/proc/loadavg")
        try tree.folder.write("", to: "/proc/loadavg/x")
        #expect(try await tree.read("load:1") == .bad(.malformedValue))
    }

    @Test("a file that may not be read is access denied", .enabled(if: geteuid() != 0))
    func accessDenied() async throws {
        #expect(chmod(tree.folder.path + Self.sensor, 0) == 0)
        #expect(try await tree.read("hwmon:coretemp/temp1") == .bad(.accessDenied))
    }

    @Test("scale, offset and range apply to numbers, exact integers stay exact")
    func scaling() async throws {
        let total = LinuxChannel.memory(.total)
        let device = LinuxDeviceDefinition(
            name: "host",
            points: [
                LinuxTree.definition(total, name: "host/0", scale: 0x1p-10, offset: 24),
                LinuxTree.definition(total, name: "host/1", range: 0...1_024_000),
                LinuxTree.definition(total, name: "host/2", range: 0...1_023_999),
                LinuxTree.definition(total, name: "host/3", scale: 1e308),
                LinuxTree.definition(.underVoltage, name: "host/4", scale: 5, range: 7...8),
            ])
        let driver = try LinuxDriver([device], root: tree.folder.path)
        #expect(
            await driver.read(device: 0, points: [0, 1, 2, 3, 4]) == [
                .good(.number(1024)), .good(.integer(1_024_000)), .bad(.outOfRange),
                .bad(.notANumber), .good(.boolean(true)),
            ])
    }

    @Test("the inventory lists what can be read, in words that configuration takes")
    func inventory() async throws {
        let entries = LinuxInventory.entries(root: tree.folder.path)
        let texts = entries.map(\.channel.description)
        for expected in [
            "hwmon:coretemp/temp2", "hwmon:nvme@nvme1/temp1", "hwmon:pwmfan/power1",
            "thermal:cpu-thermal", "thermal:2", "load:5", "memory:used", "disk:/:total", "uptime",
            "cpu:0:frequency", "undervoltage", "throttled", "net:eth0:rx_bytes",
        ] {
            #expect(texts.contains(expected))
        }
        #expect(Set(texts).count == texts.count)
        #expect(entries.first { $0.label == "Core 0" }?.unit == Unit("Cel"))
        let readable = texts.filter { !$0.hasPrefix("net:") }
        let driver = try tree.driver(readable)
        let outcomes = await driver.read(device: 0, points: Array(readable.indices))
        #expect(outcomes.allSatisfy { $0.quality == .good })
        #expect(LinuxInventory.entries(root: "/nonexistent").isEmpty)
    }
}
