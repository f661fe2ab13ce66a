// SPDX-License-Identifier: Apache-2.0

internal import Telemetry

extension ReadPlan.Read {
    /// Decodes the points of this read.
    ///
    /// - Parameters:
    ///   - frame: a buffer that holds the answer.
    ///   - span: where its data lie in it.
    ///   - layouts: those of the device's points.
    ///   - outcomes: receives one outcome for every slot, at the slot's position.
    func decode(
        _ frame: [UInt8], _ span: Range<Int>, _ layouts: [RegisterLayout],
        _ outcomes: inout [Outcome]
    ) {
        // One check for sharing instead of one for every point.
        var outcomes = outcomes.mutableSpan
        if table.holdsBits {
            for slot in slots {
                let byte = frame[span.lowerBound + slot.offset / 8]
                outcomes[slot.position] = .good(.boolean(byte >> UInt8(slot.offset % 8) & 1 == 1))
            }
            return
        }
        let registers = [UInt16](unsafeUninitializedCapacity: span.count / 2) { registers, count in
            for index in 0..<(span.count / 2) {
                let at = span.lowerBound + 2 * index
                registers.initializeElement(
                    at: index, to: UInt16(frame[at]) << 8 | UInt16(frame[at + 1]))
            }
            count = span.count / 2
        }
        let layouts = layouts.span
        for slot in slots {
            outcomes[slot.position] = RegisterDecoder.outcome(
                layouts[slot.point], registers, at: slot.offset)
        }
    }
}
