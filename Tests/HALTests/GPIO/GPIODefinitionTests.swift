// SPDX-License-Identifier: Apache-2.0

import Telemetry
import TestSupport
import Testing

@testable import HAL

@Suite struct GPIODefinitionTests {
    typealias Rule = GPIODefinitionError.Rule
    typealias Change = @Sendable (inout GPIOPointDefinition) -> Void

    static let wrong: [(GPIOPointDefinition.Mode, Rule, Change)] = [
        (.input, .line, { $0.line = "" }),
        (.input, .line, { $0.line = String(repeating: "x", count: 129) }),
        (.input, .line, { $0.line = "GPIO\n17" }),
        (.input, .chipNumber, { $0.line = "17" }),
        (.input, .chipNumber, { $0.line = "gpiochip0:17" }),
        (.input, .chipNumber, { $0.line = "gpiochip12" }),
        (.output, .outputSetting, { $0.edges = .rising }),
        (.output, .outputSetting, { $0.debounceMicroseconds = 1 }),
        (.input, .inputSetting, { $0.drive = .openDrain }),
        (.counter, .inputSetting, { $0.initial = true }),
        (.counter, .edges, { $0.edges = .none }),
        (.frequency, .edges, { $0.edges = .both }),
        (.duty, .edges, { $0.edges = .rising }),
        (.input, .debounce, { $0.debounceMicroseconds = -1 }),
        (.input, .debounce, { $0.debounceMicroseconds = 10_000_001 }),
        (.counter, .pulsesPerUnit, { $0.pulsesPerUnit = 0 }),
        (.counter, .pulsesPerUnit, { $0.pulsesPerUnit = .infinity }),
        (.counter, .pulsesPerUnit, { $0.pulsesPerUnit = .nan }),
        (.duty, .pulsesPerUnit, { $0.pulsesPerUnit = 2 }),
        (.frequency, .scale, { $0.scale = 0 }),
        (.frequency, .scale, { $0.offset = .nan }),
        (.counter, .scale, { $0.scale = 2 }),
        (.output, .range, { $0.range = 0...1 }),
    ]

    @Test("a point that can't be is refused with its rule", arguments: wrong)
    func refused(mode: GPIOPointDefinition.Mode, rule: Rule, change: Change) throws {
        let bus = GPIOFixtures.bus(GPIOFixtures.point("a", "GPIO1", mode, change))
        #expect(bus.problems.map(\.rule) == [rule])
        #expect(bus.problems.first?.place == "io/a")
        #expect(throws: try #require(bus.problems.first)) { try GPIODriver(bus) }
    }

    @Test("what each mode needs by default is right", arguments: GPIOPointDefinition.Mode.allCases)
    func defaults(mode: GPIOPointDefinition.Mode) {
        #expect(GPIOFixtures.bus(GPIOFixtures.point("a", "gpiochippy:0", mode)).problems.isEmpty)
    }

    @Test("points of one device share a line if they want it alike")
    func sharing() {
        let count = GPIOFixtures.point("a", "S0", .counter)
        #expect(
            GPIOFixtures.bus(count, GPIOFixtures.point("b", "S0", .frequency)).problems.isEmpty)
        let conflicts: [GPIOPointDefinition] = [
            GPIOFixtures.point("b", "S0", .output),
            GPIOFixtures.point("b", "S0", .duty) { $0.bias = .pullUp },
            GPIOFixtures.point("b", "S0", .duty) { $0.isActiveLow = true },
            GPIOFixtures.point("b", "S0", .duty) { $0.debounceMicroseconds = 5 },
        ]
        for point in conflicts {
            #expect(GPIOFixtures.bus(count, point).problems.map(\.rule) == [.lineConflict])
        }
    }

    @Test("a line belongs to one device, and a bus has at least one and not too many")
    func bus() {
        let one = GPIODeviceDefinition(name: "x", points: [GPIOFixtures.point("a", "S0")])
        let other = GPIODeviceDefinition(name: "y", points: [GPIOFixtures.point("b", "S0")])
        #expect(GPIOBusDefinition(devices: [one, other]).problems.map(\.rule) == [.sharedLine])
        #expect(GPIOBusDefinition(devices: [one, one]).problems.map(\.rule) == [.schedule])
        #expect(GPIOBusDefinition(devices: []).problems.map(\.rule) == [.empty])
        let none = GPIODeviceDefinition(name: "z", points: [])
        #expect(GPIOBusDefinition(devices: [none]).problems.map(\.rule) == [.empty])
        let points = (0...GPIOLimits.linesPerBusMax).map { GPIOFixtures.point("\($0)", "L\($0)") }
        let many = GPIOBusDefinition(devices: [GPIODeviceDefinition(name: "io", points: points)])
        #expect(many.problems.map(\.rule) == [.lineCount])
    }
}
