// SPDX-License-Identifier: Apache-2.0

import Glibc
import HAL
import Telemetry
import TestSupport
import Testing

/// LEDs and PWM channels.
@Suite struct LinuxOutputTests {
    static let led = "/sys/class/leds/green:relay"
    static let pwm = "/sys/class/pwm/pwmchip2"
    /// An LED's steps are 1/255.
    static let level = OutputContract.Sample(
        values: [.number(0), .number(1), .number(0.25), .integer(1)], wrongType: .boolean(true),
        outOfRange: .number(1.01), tolerance: 0.002)
    let tree: SysfsTree

    init() throws {
        tree = try SysfsTree()
        for (file, text) in [
            ("brightness", "0\n"), ("max_brightness", "255\n"),
            ("trigger", "none timer [mmc0] pattern\n"), ("repeat", "-1\n"), ("pattern", "\n"),
        ] {
            try tree.folder.write(text, to: "\(Self.led)/\(file)")
        }
        for (file, text) in [
            ("npwm", "2\n"), ("export", ""), ("pwm1/period", "0\n"), ("pwm1/duty_cycle", "0\n"),
            ("pwm1/enable", "0\n"), ("pwm1/polarity", "normal\n"),
        ] {
            try tree.folder.write(text, to: "\(Self.pwm)/\(file)")
        }
        try tree.folder.link("\(Self.pwm)/device", to: "../../../1f00098000.pwm")
    }

    static func output(
        _ channel: String, scale: ValueScale = ValueScale(), pulse: PulseShape? = nil
    ) throws -> LinuxPointDefinition {
        LinuxPointDefinition(
            polled: PolledPoint(point: .test("host/0"), periodMilliseconds: 1000),
            channel: try LinuxChannel(parsing: channel), scale: scale, isOutput: true,
            pulse: pulse)
    }

    private func driver(
        _ channel: String, scale: ValueScale = ValueScale(), inversed: Bool = false
    ) throws -> LinuxDriver {
        let pulse = PulseShape(periodNanoseconds: 20_000_000, isInversed: inversed)
        return try tree.driver([try Self.output(channel, scale: scale, pulse: pulse)])
    }

    private static let index = OutputIndex(device: 0, point: 0)

    private func failure(
        _ driver: LinuxDriver, _ value: Value, _ output: OutputIndex = index
    ) async -> Fault? {
        do {
            try await driver.write(value, to: output)
            return nil
        } catch {
            return error.fault
        }
    }

    @Test("an LED is taken from its trigger and is on or off")
    func state() async throws {
        let driver = try driver("led:green:relay")
        #expect(driver.outputs == [Self.index])
        try await driver.write(.boolean(true), to: Self.index)
        #expect(tree.text("\(Self.led)/trigger") == "none")
        #expect(tree.text("\(Self.led)/brightness") == "255")
        #expect(await driver.read(device: 0, points: [0]) == [.good(.boolean(true))])
        try await driver.write(.boolean(false), to: Self.index)
        try await driver.write(.boolean(false), to: Self.index)
        #expect(await driver.read(device: 0, points: [0]) == [.good(.boolean(false))])
    }

    @Test("an LED has levels, scaled as the point says")
    func level() async throws {
        let driver = try driver(
            "led:green:relay/level", scale: ValueScale(scale: 100, range: 0...80))
        try await driver.write(.number(40), to: Self.index)
        #expect(tree.text("\(Self.led)/brightness") == "102")
        #expect(await driver.read(device: 0, points: [0]) == [.good(.number(40))])
        #expect(await failure(driver, .integer(81)) == .outOfRange)
        #expect(await failure(driver, .number(-1)) == .outOfRange)
        #expect(await failure(driver, .number(.nan)) == .outOfRange)
        #expect(await failure(driver, .boolean(true)) == .malformedValue)
        #expect(tree.text("\(Self.led)/brightness") == "102")
    }

    @Test("a hold is one pattern of the kernel: the value, then the safe one, once")
    func hold() async throws {
        let driver = try driver("led:green:relay")
        // In a folder nothing carries the pattern out, so the value is there before.
        try tree.folder.write("255", to: "\(Self.led)/brightness")
        for _ in 0..<2 {
            try await driver.hold(
                .boolean(true), on: Self.index, milliseconds: 5000, then: .boolean(false))
        }
        #expect(tree.text("\(Self.led)/trigger") == "pattern")
        #expect(tree.text("\(Self.led)/repeat") == "1")
        #expect(tree.text("\(Self.led)/pattern") == "255 5000 255 0 0 0 0 0")
        for milliseconds in [0, -1, 86_400_001] as [Int64] {
            let error = await #expect(throws: WriteFailure.self) {
                try await driver.hold(
                    .boolean(true), on: Self.index, milliseconds: milliseconds,
                    then: .boolean(false))
            }
            #expect(error?.fault == .outOfRange)
        }
    }

    @Test("without the kernel's pattern trigger nothing is held, and nothing is written")
    func noPattern() async throws {
        try tree.folder.write("[none] timer\n", to: "\(Self.led)/trigger")
        let driver = try driver("led:green:relay")
        let error = await #expect(throws: WriteFailure.self) {
            try await driver.hold(
                .boolean(true), on: Self.index, milliseconds: 5000, then: .boolean(false))
        }
        #expect(error?.fault == .missing)
        #expect(tree.text("\(Self.led)/brightness") == "0\n")
    }

    @Test("an LED that shows something else than was written differs")
    func differs() async throws {
        let driver = try driver("led:green:relay/level")
        tree.folder.remove("\(Self.led)/brightness")
        // A file of the kernel that takes a number in tens, shows it in sixteens, and is anybody's.
        try tree.folder.link("\(Self.led)/brightness", to: "/proc/self/coredump_filter")
        #expect(await failure(driver, .number(32.0 / 255)) == .outputDiffers)
    }

    @Test("an output that is not there, or is none, is missing")
    func missing() async throws {
        let driver = try driver("led:red")
        #expect(await failure(driver, .boolean(true)) == .missing)
        for output in [
            OutputIndex(device: 0, point: 1), OutputIndex(device: 1, point: 0),
            OutputIndex(device: -1, point: Int.max),
        ] {
            #expect(await failure(driver, .boolean(true), output) == .missing)
        }
        let reader = try tree.driver(["led:green:relay"])
        #expect(reader.outputs.isEmpty)
        #expect(await failure(reader, .boolean(true)) == .missing)
        #expect(try await failure(self.driver("pwm:other/0"), .number(0)) == .missing)
    }

    @Test("a PWM channel gets its period, polarity and duty, and reads as its duty")
    func pulses() async throws {
        let driver = try driver("pwm:1f00098000.pwm/1", inversed: true)
        #expect(await driver.read(device: 0, points: [0]) == [.good(.number(0))])
        try await driver.write(.number(0.075), to: Self.index)
        #expect(tree.text("\(Self.pwm)/pwm1/period") == "20000000")
        #expect(tree.text("\(Self.pwm)/pwm1/duty_cycle") == "1500000")
        #expect(tree.text("\(Self.pwm)/pwm1/polarity") == "inversed")
        #expect(tree.text("\(Self.pwm)/pwm1/enable") == "1")
        #expect(tree.text("\(Self.pwm)/export")?.isEmpty == true)
        #expect(await driver.read(device: 0, points: [0]) == [.good(.number(0.075))])
        try await driver.write(.integer(1), to: Self.index)
        #expect(await driver.read(device: 0, points: [0]) == [.good(.number(1))])
        #expect(await failure(driver, .number(1.01)) == .outOfRange)
        #expect(await failure(driver, .boolean(true)) == .malformedValue)
    }

    @Test("a PWM channel that nobody has yet is asked for, and is off until then")
    func export() async throws {
        let driver = try driver("pwm:1f00098000.pwm/0")
        #expect(await driver.read(device: 0, points: [0]) == [.good(.number(0))])
        // In a folder nothing appears.
        #expect(await failure(driver, .number(0.5)) == .missing)
        #expect(tree.text("\(Self.pwm)/export") == "0")
        let none = try self.driver("pwm:1f00098000.pwm/2")
        #expect(await none.read(device: 0, points: [0]) == [.bad(.missing)])
    }

    @Test("an LED's way round the driver is one write to its brightness")
    func lightFallback() async throws {
        let file = "\(tree.folder.path)\(Self.led)/brightness"
        let state = try driver("led:green:relay")
        #expect(
            await state.fallback(.boolean(false), of: Self.index)
                == OutputFallback(path: file, text: "0\n"))
        #expect(
            await state.fallback(.boolean(true), of: Self.index)
                == OutputFallback(path: file, text: "255\n"))
        let level = try driver("led:green:relay/level", scale: ValueScale(scale: 100))
        #expect(
            await level.fallback(.integer(20), of: Self.index)
                == OutputFallback(path: file, text: "51\n"))
        #expect(await level.fallback(.boolean(true), of: Self.index) == nil)
        #expect(await level.fallback(.number(101), of: Self.index) == nil)
        #expect(await level.fallback(.number(20), of: OutputIndex(device: 0, point: 1)) == nil)
        #expect(try await driver("led:red").fallback(.boolean(false), of: Self.index) == nil)
    }

    @Test("a PWM channel's way round the driver is one write to its duty, once it has its period")
    func pulseFallback() async throws {
        let driver = try driver("pwm:1f00098000.pwm/1")
        #expect(await driver.fallback(.number(0.25), of: Self.index) == nil)
        try await driver.write(.number(1), to: Self.index)
        let file = "\(tree.folder.path)\(Self.pwm)/pwm1/duty_cycle"
        #expect(
            await driver.fallback(.number(0.25), of: Self.index)
                == OutputFallback(path: file, text: "5000000\n"))
        #expect(await driver.fallback(.number(1.5), of: Self.index) == nil)
        #expect(await driver.fallback(.boolean(false), of: Self.index) == nil)
    }

    @Test("what can't be written is refused when it is defined")
    func definitions() throws {
        let sensor = try Self.output("load:1")
        let noPeriod = try Self.output("pwm:x/0")
        let zero = try Self.output("pwm:x/0", pulse: PulseShape(periodNanoseconds: 0))
        for (point, rule) in [
            (sensor, HALError.Rule.noOutput), (noPeriod, .pulsePeriodOutOfRange),
            (zero, .pulsePeriodOutOfRange),
        ] {
            let error = #expect(throws: HALError.self) { try tree.driver([point]) }
            #expect(error?.rule == rule && error?.place == "host/0")
        }
    }

    @Test(
        "an LED's or a chip's text of wrong form is refused",
        arguments: [
            "led", "led:", "led:..", "led:a/b", "led:a/level/", "pwm", "pwm:", "pwm:x",
            "pwm:pwmchip0/1", "pwm:x/y", "pwm:x/-1", "pwm:x/256", "pwm:a/b/1",
        ])
    func texts(text: String) {
        let error = #expect(throws: HALError.self) { try LinuxChannel(parsing: text) }
        #expect(error?.rule == .malformedChannel && error?.place == text)
    }

    @Test("the driver keeps the contract, with its files there and without")
    func contract() async throws {
        let channels = [
            "led:green:relay", "led:green:relay/level", "pwm:1f00098000.pwm/0",
            "pwm:1f00098000.pwm/1",
        ]
        try await DriverContract.check(stable: true, marginMilliseconds: 10_000) {
            try tree.driver(channels)
        }
        let state = [try Self.output("led:green:relay")]
        let levels = [
            [try Self.output("led:green:relay/level")],
            [
                try Self.output(
                    "pwm:1f00098000.pwm/1", pulse: PulseShape(periodNanoseconds: 20_000_000))
            ],
        ]
        try await OutputContract.check(.state, marginMilliseconds: 10_000) {
            try tree.driver(state)
        }
        try await OutputContract.checkAbsent(.state) { try SysfsTree().driver(state) }
        for points in levels {
            try await OutputContract.check(Self.level, marginMilliseconds: 10_000) {
                try tree.driver(points)
            }
            try await OutputContract.checkAbsent(Self.level) { try SysfsTree().driver(points) }
        }
        let texts = LinuxInventory.entries(root: tree.folder.path).map(\.channel.description)
        #expect(texts.contains("led:green:relay") && texts.contains("pwm:1f00098000.pwm/1"))
        let empty = try SysfsTree()
        try await DriverContract.checkAbsent { try empty.driver(channels) }
    }
}
