// SPDX-License-Identifier: Apache-2.0

internal import Telemetry

extension ModbusRequest {
    /// What an answer of a slave says.
    enum Answer: Hashable, Sendable {
        /// What was asked for, at these indices of the frame; of a write, its echo.
        case data(Range<Int>)
        /// The slave refused: an exception answer (§7).
        case refused(Fault)
        /// It is no answer to this request.
        case wrong(Fault)
    }

    /// Judges a frame from its unit identifier on, without any checksum.
    ///
    /// - Parameters:
    ///   - frame: a buffer that holds the frame.
    ///   - span: where unit identifier and PDU lie in it.
    /// - Returns: the data's place, the refusal, or why it is no answer.
    func judge(_ frame: [UInt8], _ span: Range<Int>) -> Answer {
        let start = span.lowerBound
        guard span.count >= 3, span.upperBound <= frame.count else {
            return .wrong(.malformedAnswer)
        }
        guard frame[start] == unit else { return .wrong(.wrongDevice) }
        let own = function
        let function = frame[start + 1]
        if function == own | 0x80, span.count == 3 {
            return .refused(Self.fault(exception: frame[start + 2]))
        }
        guard function == own, answerByteCounts.contains(span.count),
            let data = data(frame, span)
        else { return .wrong(.malformedAnswer) }
        return .data(data)
    }

    /// Where the data lie in an answer of the right function and length; `nil` if it contradicts
    /// the request or itself.
    private func data(_ frame: [UInt8], _ span: Range<Int>) -> Range<Int>? {
        let start = span.lowerBound
        switch operation {
        case .read, .reportServerID:
            let data = (start + 3)..<span.upperBound
            return Int(frame[start + 2]) == data.count ? data : nil
        case .writeCoil, .writeRegister, .maskRegister, .writeCoils, .writeRegisters:
            // Single writes are repeated whole, others up to their count.
            return frame[span].elementsEqual(bytes.prefix(span.count))
                ? start + 2..<span.upperBound
                : nil
        case .readIdentification(let code, _):
            guard frame[start + 2] == Self.identificationType, frame[start + 3] == code else {
                return nil
            }
            return (start + 4)..<span.upperBound
        }
    }

    /// All that an answer shows of the request it belongs to, beside unit and function.
    ///
    /// On a serial line nothing else tells two answers apart.
    var signature: UInt64 {
        switch operation {
        case .read: UInt64(answerByteCounts.lowerBound)
        case .writeCoil(let address, let isOn): UInt64(address) << 16 | (isOn ? 0xff00 : 0)
        case .writeRegister(let address, let register): UInt64(address) << 16 | UInt64(register)
        case .writeCoils(let address, let states): UInt64(address) << 16 | UInt64(states.count)
        case .writeRegisters(let address, let registers):
            UInt64(address) << 16 | UInt64(registers.count)
        case .maskRegister(let address, let and, let or):
            UInt64(address) << 32 | UInt64(and) << 16 | UInt64(or)
        case .reportServerID: 0
        case .readIdentification(let code, _): UInt64(code)
        }
    }

    /// The fault of an exception code (§7): those that we name have raw value 32 + code.
    static func fault(exception code: UInt8) -> Fault {
        guard code < 31 else { return .modbusOtherException }
        return Fault(rawValue: 32 + code) ?? .modbusOtherException
    }
}
