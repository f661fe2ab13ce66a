// SPDX-License-Identifier: Apache-2.0

/// One question to one slave, as it goes over the wire (Application Protocol V1.1b3 §6).
struct ModbusRequest: Hashable, Sendable {
    let unit: UInt8
    let operation: Operation

    /// What is asked.
    enum Operation: Hashable, Sendable {
        /// §6.1 to §6.4.
        case read(ModbusTable, address: UInt16, count: UInt16)
        /// §6.5, and §6.11 for several.
        case writeCoil(address: UInt16, Bool)
        case writeCoils(address: UInt16, [Bool])
        /// §6.6, and §6.12 for several.
        case writeRegister(address: UInt16, UInt16)
        case writeRegisters(address: UInt16, [UInt16])
        /// §6.16: register = register & `and` | `or` & ~`and`.
        case maskRegister(address: UInt16, and: UInt16, or: UInt16)
        /// §6.13.
        case reportServerID
        /// §6.21, from object `object` of the category `code` on.
        case readIdentification(code: UInt8, object: UInt8)
    }

    init(unit: UInt8, _ operation: Operation) {
        self.unit = unit
        self.operation = operation
    }

    /// A read of `count` addresses.
    init(unit: UInt8, table: ModbusTable, address: UInt16, count: UInt16) {
        self.init(unit: unit, .read(table, address: address, count: count))
    }

    /// The function code.
    var function: UInt8 {
        switch operation {
        case .read(let table, _, _): table.readFunction
        case .writeCoil: 5
        case .writeRegister: 6
        case .writeCoils: 15
        case .writeRegisters: 16
        case .reportServerID: 17
        case .maskRegister: 22
        case .readIdentification: 43
        }
    }

    /// Unit identifier and PDU.
    var bytes: [UInt8] {
        switch operation {
        case .read(_, let address, let count):
            return [
                unit, function, UInt8(address >> 8), UInt8(address & 0xff),
                UInt8(count >> 8), UInt8(count & 0xff),
            ]
        case .writeCoil(let address, let isOn): return head([address, isOn ? 0xff00 : 0])
        case .writeRegister(let address, let register): return head([address, register])
        case .maskRegister(let address, let and, let or): return head([address, and, or])
        case .writeRegisters(let address, let registers):
            let count = registers.count
            return head([address, UInt16(count)]) + [UInt8(2 * count)] + Self.bytes(registers)
        case .writeCoils(let address, let states):
            var packed = [UInt8](repeating: 0, count: (states.count + 7) / 8)
            for (index, isOn) in states.enumerated() where isOn {
                packed[index / 8] |= 1 << UInt8(index % 8)
            }
            return head([address, UInt16(states.count)]) + [UInt8(packed.count)] + packed
        case .reportServerID: return [unit, function]
        case .readIdentification(let code, let object):
            return [unit, function, Self.identificationType, code, object]
        }
    }

    /// How many bytes unit identifier and PDU have.
    var byteCount: Int {
        switch operation {
        case .read, .writeCoil, .writeRegister: 6
        case .maskRegister: 8
        case .writeRegisters(_, let registers): 7 + 2 * registers.count
        case .writeCoils(_, let states): 7 + (states.count + 7) / 8
        case .reportServerID: 2
        case .readIdentification: 5
        }
    }

    /// How many bytes unit identifier and PDU of an answer have that is no refusal.
    var answerByteCounts: ClosedRange<Int> {
        switch operation {
        case .read(let table, _, let count):
            let bytes = 3 + (table.holdsBits ? (Int(count) + 7) / 8 : 2 * Int(count))
            return bytes...bytes
        case .writeCoil, .writeRegister, .writeCoils, .writeRegisters: return 6...6
        case .maskRegister: return 8...8
        case .reportServerID: return 3...ModbusLimits.unitAndPDUBytesMax
        case .readIdentification: return 8...ModbusLimits.unitAndPDUBytesMax
        }
    }

    /// The type of MEI transport that carries identification (§6.21).
    static let identificationType: UInt8 = 0x0e

    private func head(_ words: [UInt16]) -> [UInt8] { [unit, function] + Self.bytes(words) }

    private static func bytes(_ words: [UInt16]) -> [UInt8] {
        words.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xff)] }
    }
}
