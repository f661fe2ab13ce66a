// SPDX-License-Identifier: Apache-2.0

internal import Telemetry

/// Reads what the kernel shows of a 1-Wire thermometer's memory in `w1_slave`: nine bytes, the
/// verdict on their checksum, and the temperature that it makes of them. Pure: bytes in, °C out.
///
/// Source: Linux `Documentation/w1/slaves/w1_therm.rst`; the chips' data sheets for the bytes.
enum Scratchpad {
    private static let count = 9

    /// The temperature in °C.
    ///
    /// Refused are, in this order:
    /// - an empty text: the kernel has tried five times and got no memory with a right checksum;
    ///   `checksum`;
    /// - nine times FF or nine times 00: nobody drives the line, or it is shorted to ground, and the
    ///   checksum of zeros is right; `notConnected`;
    /// - the kernel's verdict NO; `checksum`;
    /// - the value that the chip has from power-on until its first conversion, and the one of a
    ///   conversion that the supply did not last for; `powerOnValue`;
    /// - a thermocouple that is open or shorted (MAX31850); `inputOutput`;
    /// - what the chip can't measure; `outOfRange`.
    static func temperature(
        _ bytes: [UInt8], _ family: OneWireID.Family
    ) throws(ReadFault) -> Double {
        let text = try LinuxText.line(bytes)
        guard !text.isEmpty else { throw ReadFault(.checksum) }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count == 2 else { throw ReadFault(.malformedValue) }
        let memory = try memory(lines[0])
        guard !memory.allSatisfy({ $0 == 0xFF }), !memory.allSatisfy({ $0 == 0 }) else {
            throw ReadFault(.notConnected)
        }
        guard lines[0].hasSuffix(" YES") else {
            throw ReadFault(lines[0].hasSuffix(" NO") ? .checksum : .malformedValue)
        }
        guard !isPowerOn(memory, family) else { throw ReadFault(.powerOnValue) }
        let isThermocouple = family == .ds1825 && memory[4] & 0x80 != 0
        if isThermocouple && memory[0] & 1 != 0 { throw ReadFault(.inputOutput) }
        let celsius = Double(try millidegrees(lines[1])) / 1000
        // DS18B20: −55…125 °C. Type K, the widest of the thermocouples: −270…1372 °C; B: 1820 °C.
        let range = isThermocouple ? -270.0...1820 : -55...125
        guard range.contains(celsius) else { throw ReadFault(.outOfRange) }
        return celsius
    }

    /// Whether no conversion has succeeded since power-on.
    ///
    /// Byte 6 is 0C from power-on until the first conversion. A conversion replaces it: after one
    /// that gave 85 °C it is 10, so a true 85 °C is told apart. Copies of the chip that keep 0C for
    /// ever can't show 85 °C exactly: it is refused, which is the safe side. A DS18S20 counts in
    /// byte 6, and 0C is what it counts at 85.0 °C as well: that one value is refused.
    private static func isPowerOn(_ memory: [UInt8], _ family: OneWireID.Family) -> Bool {
        guard memory[6] == 0x0C else { return false }
        let value = UInt16(memory[1]) << 8 | UInt16(memory[0])
        return value == (family == .ds18s20 ? 0x00AA : 0x0550) || value == 0x07FF
    }

    private static func memory(_ line: Substring) throws(ReadFault) -> [UInt8] {
        let fields = line.split(separator: " ")
        guard fields.count > count, fields[count] == ":" else { throw ReadFault(.malformedValue) }
        let bytes = fields.prefix(count).compactMap { field in
            field.utf8.count == 2 ? UInt8(field, radix: 16) : nil
        }
        guard bytes.count == count else { throw ReadFault(.malformedValue) }
        return bytes
    }

    private static func millidegrees(_ line: Substring) throws(ReadFault) -> Int64 {
        guard let field = line.split(separator: " ").last, field.hasPrefix("t=") else {
            throw ReadFault(.malformedValue)
        }
        return try LinuxText.integer(Array(field.dropFirst(2).utf8))
    }
}
