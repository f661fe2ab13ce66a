// SPDX-License-Identifier: Apache-2.0

import Telemetry
import TestSupport
import Testing

@testable import HAL

/// The text of `w1_slave`, as the kernel prints it.
@Suite struct ScratchpadTests {
    static func text(
        _ memory: String, _ millidegrees: String, _ verdict: String = "YES"
    ) -> String {
        "\(memory) : crc=\(memory.suffix(2)) \(verdict)\n\(memory) t=\(millidegrees)\n"
    }

    private func read(_ text: String, _ family: OneWireID.Family) -> Result<Double, ReadFault> {
        Result { () throws(ReadFault) in
            try Scratchpad.temperature(Array(text.utf8), family)
        }
    }

    @Test(
        "a temperature that the chip has measured is taken",
        arguments: [
            (OneWireID.Family.ds18b20, "72 01 4b 46 7f ff 0e 10 57", "23125", 23.125),
            (.ds18b20, "91 fe 4b 46 7f ff 0f 10 25", "-22937", -22.937),
            // What a conversion at exactly 85 °C leaves: byte 6 is 10, not 0c.
            (.ds18b20, "50 05 4b 46 7f ff 10 10 0c", "85000", 85),
            (.ds1822, "00 00 4b 46 7f ff 10 10 00", "0", 0),
            (.ds18s20, "2d 00 4b 46 ff ff 04 10 b3", "23000", 23),
            (.ds28ea00, "91 01 4b 46 7f ff 0f 10 25", "25062", 25.062),
            // MAX31850: a type K thermocouple at 1000 °C.
            (.ds1825, "80 3e 90 19 f0 ff ff ff 45", "1000000", 1000),
        ])
    func measured(
        family: OneWireID.Family, memory: String, millidegrees: String, celsius: Double
    ) {
        let text = Self.text(memory, millidegrees)
        #expect(read(text, family) == .success(celsius))
    }

    @Test(
        "what the chip has not measured is refused with its reason",
        arguments: [
            (
                OneWireID.Family.ds18b20, "50 05 4b 46 7f ff 0c 10 1c", "YES", "85000",
                Fault.powerOnValue
            ),
            (.ds28ea00, "50 05 4b 46 7f ff 0c 10 1c", "YES", "85000", .powerOnValue),
            (.ds18b20, "ff 07 4b 46 7f ff 0c 10 1c", "YES", "127937", .powerOnValue),
            (.ds18s20, "aa 00 4b 46 ff ff 0c 10 87", "YES", "85000", .powerOnValue),
            (.ds18b20, "72 01 4b 46 7f ff 0e 10 58", "NO", "23125", .checksum),
            (.ds18b20, "50 05 4b 46 7f ff 0c 10 00", "NO", "85000", .checksum),
            (.ds18b20, "ff ff ff ff ff ff ff ff ff", "NO", "-62", .notConnected),
            (.ds18b20, "00 00 00 00 00 00 00 00 00", "YES", "0", .notConnected),
            (.ds18b20, "72 09 4b 46 7f ff 0e 10 57", "YES", "151125", .outOfRange),
            (.ds18b20, "10 f8 4b 46 7f ff 0e 10 57", "YES", "-127000", .outOfRange),
            (.ds1825, "81 3e 91 19 f0 ff ff ff 45", "YES", "1000062", .inputOutput),
        ])
    func refused(
        family: OneWireID.Family, memory: String, verdict: String, millidegrees: String,
        fault: Fault
    ) {
        let text = Self.text(memory, millidegrees, verdict)
        #expect(read(text, family) == .failure(ReadFault(fault)))
    }

    @Test("an empty text is a failed checksum: the kernel's newer drivers show no other")
    func empty() {
        #expect(read("", .ds18b20) == .failure(ReadFault(.checksum)))
        #expect(read("\n", .ds18b20) == .failure(ReadFault(.checksum)))
    }

    @Test("no text that is cut or changed gives a temperature that was not in it")
    func damaged() {
        let whole = Array(Self.text("72 01 4b 46 7f ff 0e 10 57", "23125").utf8)
        for length in 0..<(whole.count - 7) {
            let part = String(decoding: whole.prefix(length), as: UTF8.self)
            guard case .failure = read(part, .ds18b20) else {
                Issue.record("\(length) bytes were enough")
                return
            }
        }
        var random = TestRandom(seed: 1)
        for _ in 0..<1000 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                let index = Int.random(in: bytes.indices, using: &random)
                bytes[index] = UInt8.random(in: 0...255, using: &random)
            }
            let result = Result { () throws(ReadFault) in
                try Scratchpad.temperature(bytes, .ds18b20)
            }
            if case .success(let celsius) = result { #expect((-55...125).contains(celsius)) }
        }
    }
}
