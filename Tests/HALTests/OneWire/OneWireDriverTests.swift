// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Telemetry
import TestSupport
import Testing

@testable import HAL

@Suite struct OneWireDriverTests {
    static let bus = "/sys/bus/w1/devices"
    static let ids = ["28-0000075a1b2c", "28-0000075a1b2d", "10-00080278a1b3"]
    let tree: SysfsTree
    let clock = ManualClock()

    init() throws {
        tree = try SysfsTree()
        try add(Self.ids[0], "72 01 4b 46 7f ff 0e 10 57", 23_125)
        try add(Self.ids[1], "91 01 4b 46 7f ff 0f 10 25", 25_062)
        try add(Self.ids[2], "2d 00 4b 46 ff ff 04 10 b3", 23_000)
    }

    private func add(_ id: String, _ memory: String, _ millidegrees: Int) throws {
        let text = ScratchpadTests.text(memory, "\(millidegrees)")
        try tree.add("\(Self.bus)/\(id)", of: "w1_bus_master1", ["w1_slave": text])
    }

    private func driver(_ ids: [String] = ids) throws -> OneWireDriver {
        try OneWireDriver(
            ids.enumerated().map { index, id in
                OneWireDeviceDefinition(
                    name: "t\(index)", id: try OneWireID(parsing: id),
                    points: [
                        .init(
                            polled: PolledPoint(
                                point: .test("t\(index)/temperature"), periodMilliseconds: 1000))
                    ])
            }, root: tree.folder.path, clock: clock)
    }

    /// Gives the master the kernel's file for converting at once.
    private func addBulk(_ text: String = "0\n") throws {
        tree.folder.remove("\(Self.bus)/w1_bus_master1")
        try tree.folder.write(text, to: "\(Self.bus)/w1_bus_master1/therm_bulk_read")
    }

    private var bulk: String? { tree.text("\(Self.bus)/w1_bus_master1/therm_bulk_read") }

    @Test("thermometers of several families are read by their identifiers")
    func reading() async throws {
        let driver = try driver()
        #expect(await driver.read(device: 0, points: [0]) == [.good(.number(23.125))])
        #expect(await driver.read(device: 1, points: [0]) == [.good(.number(25.062))])
        #expect(await driver.read(device: 2, points: [0, 0]).allSatisfy { $0.quality == .good })
    }

    @Test("all thermometers of a master share one conversion, for as long as it is new")
    func sharing() async throws {
        try addBulk()
        let driver = try driver()
        for _ in 0..<2 {
            #expect(await driver.read(device: 1, points: [0])[0].quality == .good)
            #expect(bulk == "trigger\n")
            try addBulk("1\n")
            for device in [0, 2] {
                #expect(await driver.read(device: device, points: [0])[0].quality == .good)
                #expect(bulk == "1\n")
            }
            clock.advance(milliseconds: 1000)
        }
        #expect(await driver.read(device: 1, points: [0])[0].quality == .good)
        clock.advance(milliseconds: 2001)
        try addBulk("1\n")
        #expect(await driver.read(device: 0, points: [0])[0].quality == .good)
        #expect(bulk == "trigger\n")
    }

    @Test("a thermometer alone is not worth it, unless what it would give is of another time")
    func alone() async throws {
        try addBulk()
        let driver = try driver([Self.ids[0]])
        #expect(await driver.read(device: 0, points: [0])[0].quality == .good)
        #expect(bulk == "0\n")
        try addBulk("1\n")
        #expect(await driver.read(device: 0, points: [0])[0].quality == .good)
        #expect(bulk == "trigger\n")
    }

    @Test("a thermometer that vanishes is missing, its neighbours and its return are not")
    func vanishing() async throws {
        try addBulk()
        let driver = try driver()
        #expect(await driver.read(device: 0, points: [0])[0].quality == .good)
        tree.folder.remove("\(Self.bus)/\(Self.ids[0])")
        #expect(await driver.read(device: 0, points: [0]) == [.bad(.missing)])
        #expect(await driver.read(device: 1, points: [0])[0].quality == .good)
        try tree.folder.link(
            "\(Self.bus)/\(Self.ids[0])", to: "../../../devices/w1_bus_master1/\(Self.ids[0])")
        #expect(await driver.read(device: 0, points: [0])[0].quality == .good)
    }

    @Test("a thermometer without the kernel's thermometer module is missing")
    func noModule() async throws {
        tree.folder.remove("/sys/devices/w1_bus_master1/\(Self.ids[0])/w1_slave")
        #expect(try await driver().read(device: 0, points: [0]) == [.bad(.missing)])
    }

    @Test("the driver keeps the contract, with its files there and without")
    func contract() async throws {
        try addBulk()
        try await DriverContract.check(stable: true, marginMilliseconds: 10_000) { try driver() }
        tree.folder.remove(Self.bus)
        try await DriverContract.checkAbsent(marginMilliseconds: 10_000) { try driver() }
    }

    @Test("the inventory lists thermometers, not the master nor other families")
    func inventory() throws {
        try addBulk()
        try tree.folder.write("", to: "\(Self.bus)/05-000000000001/output")
        let found = OneWireInventory.thermometers(root: tree.folder.path).map(\.description)
        #expect(found.sorted() == Self.ids.sorted())
        #expect(OneWireInventory.thermometers(root: "/nonexistent").isEmpty)
    }

    @Test(
        "an identifier of another form or family is refused",
        arguments: [
            ("", HALError.Rule.malformedIdentifier), ("28", .malformedIdentifier),
            ("280000075a1b2c0", .malformedIdentifier), ("28-0000075a1b2", .malformedIdentifier),
            ("28-0000075a1b2cd", .malformedIdentifier), ("28-0000075a1b2g", .malformedIdentifier),
            ("+8-0000075a1b2c", .malformedIdentifier), ("28-+000075a1b2c", .malformedIdentifier),
            ("28--000075a1b2c", .malformedIdentifier), ("../0000075a1b2c", .malformedIdentifier),
            ("05-0000075a1b2c", .unknownFamily), ("00-0000075a1b2c", .unknownFamily),
        ])
    func identifiers(text: String, rule: HALError.Rule) {
        let error = #expect(throws: HALError.self) { try OneWireID(parsing: text) }
        #expect(error?.rule == rule && error?.place == text)
    }

    @Test("one thermometer under two names is refused")
    func twice() {
        let error = #expect(throws: HALError.self) {
            try driver([Self.ids[0], Self.ids[0].uppercased()])
        }
        #expect(error?.rule == .duplicateIdentifier && error?.place == "t1")
    }

    @Test("a call that hangs costs its time limit once, and nothing is begun behind it")
    func hanging() async throws {
        let call = BoundedCall(label: "test")
        let release = DispatchSemaphore(value: 0)
        let start = MonotonicClock.now()
        #expect(call.run(milliseconds: 50) { release.wait() } == nil)
        #expect(MonotonicClock.now() - start >= 50_000)
        let second = MonotonicClock.now()
        #expect(call.run(milliseconds: 60_000) { 1 } == nil)
        #expect(MonotonicClock.now() - second < 30_000_000)
        release.signal()
        let limit = MonotonicClock.now() + 30_000_000
        var answer: Int?
        while answer == nil, MonotonicClock.now() < limit {
            answer = call.run(milliseconds: 1000) { 2 }
        }
        #expect(answer == 2)
    }
}
