// SPDX-License-Identifier: Apache-2.0

/// The requests that set one point to a value and show whether it is set.
struct PointWrite: Hashable, Sendable {
    let unit: UInt8
    let address: UInt16
    let style: ModbusWrite
    let encoded: RegisterEncoder.Encoded

    /// The read that shows the point.
    var reading: ModbusRequest {
        switch encoded {
        case .coil: ModbusRequest(unit: unit, table: .coil, address: address, count: 1)
        case .registers(let registers):
            ModbusRequest(
                unit: unit, table: .holding, address: address, count: UInt16(registers.count))
        case .field: ModbusRequest(unit: unit, table: .holding, address: address, count: 1)
        }
    }

    /// Whether the data of an answer to `reading` show the value.
    func isShown(by data: ArraySlice<UInt8>) -> Bool {
        switch encoded {
        case .coil(let isOn): return (data.first ?? 0) & 1 == (isOn ? 1 : 0)
        case .registers(let registers): return ModbusDriver.registers(data) == registers
        case .field(let bits, let mask):
            return ModbusDriver.registers(data).map { $0 & mask } == [bits]
        }
    }

    /// The write, to `unit` or to another; `nil` of bits whose register is not known.
    func writing(to other: UInt8? = nil, over register: UInt16? = nil) -> ModbusRequest? {
        let unit = other ?? unit
        switch (encoded, style) {
        case (.coil(let isOn), .single):
            return ModbusRequest(unit: unit, .writeCoil(address: address, isOn))
        case (.coil(let isOn), .multiple):
            return ModbusRequest(unit: unit, .writeCoils(address: address, [isOn]))
        case (.registers(let registers), .single) where registers.count == 1:
            return ModbusRequest(unit: unit, .writeRegister(address: address, registers[0]))
        case (.registers(let registers), _):
            return ModbusRequest(unit: unit, .writeRegisters(address: address, registers))
        case (.field(let bits, let mask), _):
            guard let register else { return nil }
            let whole = PointWrite(
                unit: unit, address: address, style: style,
                encoded: .registers([register & ~mask | bits]))
            return whole.writing()
        }
    }

    /// The request to change nothing but the bits of the value; `nil` unless it is bits.
    var masking: ModbusRequest? {
        guard case .field(let bits, let mask) = encoded else { return nil }
        return ModbusRequest(unit: unit, .maskRegister(address: address, and: ~mask, or: bits))
    }
}
