// SPDX-License-Identifier: Apache-2.0

import Telemetry
import Testing

@Suite struct TelemetryTests {
    @Test(
        "names of SenML's alphabet are points", arguments: ["meter/active_power", "a", "0:x-y.z"])
    func names(name: String) {
        #expect(PointID(name)?.name == name)
    }

    @Test(
        "a name outside SenML's alphabet is refused",
        arguments: ["", "/a", "_a", "a b", "a\u{0}", "é", String(repeating: "a", count: 97)])
    func refusedNames(name: String) {
        #expect(PointID(name) == nil)
    }

    @Test("every fault has one word, and every word leads back to it", arguments: Fault.allCases)
    func faultWords(fault: Fault) {
        #expect(Fault(word: fault.word) == fault)
        #expect(Fault.allCases.filter { $0.word == fault.word }.count == 1)
    }

    @Test("only registered units are units")
    func units() {
        #expect(Unit("W")?.symbol == "W")
        #expect(Unit("kWh") != nil)
        #expect(Unit("Watt") == nil)
        #expect(Set(Unit.symbols).count == Unit.symbols.count)
    }

    @Test("an outcome without a value is bad, and only that")
    func outcomes() {
        #expect(Outcome.bad(.timeout).value == nil)
        #expect(Outcome.bad(.timeout).quality == .bad)
        #expect(Outcome.uncertain(.integer(1), .clockNotSet).value == .integer(1))
        #expect(Outcome.good(.integer(1)).fault == nil)
    }

    @Test("a gap with reversed bounds does not exist")
    func gaps() {
        #expect(Gap(kind: .readings, reason: .quota, first: 2, last: 1) == nil)
        #expect(Gap(kind: .readings, reason: .quota, first: 2, last: 4)?.count == 3)
    }
}
