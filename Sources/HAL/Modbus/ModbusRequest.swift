// SPDX-License-Identifier: Apache-2.0

internal import Telemetry

/// A read of one table of one slave, as it goes over the wire (Application Protocol V1.1b3 §6).
struct ModbusRequest: Hashable, Sendable {
    let unit: UInt8
    let table: ModbusTable
    let address: UInt16
    let count: UInt16

    /// Unit identifier and PDU: function, address, count.
    var bytes: [UInt8] {
        [
            unit, table.readFunction, UInt8(address >> 8), UInt8(address & 0xff),
            UInt8(count >> 8), UInt8(count & 0xff),
        ]
    }

    /// How many data bytes a full answer holds.
    var answerBytes: Int { table.holdsBits ? (Int(count) + 7) / 8 : 2 * Int(count) }

    /// What an answer of a slave says.
    enum Answer: Hashable, Sendable {
        /// The data, at these indices of the frame.
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
        let function = frame[start + 1]
        if function == table.readFunction | 0x80, span.count == 3 {
            return .refused(Self.fault(exception: frame[start + 2]))
        }
        guard function == table.readFunction, Int(frame[start + 2]) == answerBytes,
            span.count == 3 + answerBytes
        else { return .wrong(.malformedAnswer) }
        return .data((start + 3)..<span.upperBound)
    }

    /// The fault of an exception code (§7): those that we name have raw value 32 + code.
    static func fault(exception code: UInt8) -> Fault {
        guard code < 31 else { return .modbusOtherException }
        return Fault(rawValue: 32 + code) ?? .modbusOtherException
    }
}
