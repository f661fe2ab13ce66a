// SPDX-License-Identifier: Apache-2.0

internal import Telemetry

/// Points that lie in SunSpec models, whose place only the device knows.
extension ModbusDriver {
    /// Makes sure that the models of a device have been looked for.
    ///
    /// - Parameters:
    ///   - device: the device.
    ///   - points: those that are wanted.
    ///   - outcomes: receives why a wanted point's place is not known, if the device did not say.
    /// - Returns: the fault that makes reads of this slave pointless, if one was met.
    func placeModels(_ device: Int, _ points: [Int], _ outcomes: inout [Outcome]) -> Fault? {
        guard slaves[device].models.isNeeded,
            let failure = findModels(device, until: .max)
        else { return nil }
        let own = slaves[device].points
        for (position, point) in points.enumerated()
        where own.indices.contains(point) && own[point].model != nil {
            outcomes[position] = .bad(failure.fault)
        }
        return failure.endsReading ? failure.fault : nil
    }

    /// Looks for the models of a device if that is due.
    ///
    /// - Returns: what kept them from being found; `nil` if they were, or if there are none.
    func findModels(_ device: Int, until limit: Int64) -> ModbusFailure? {
        guard slaves[device].models.isDue(at: MonotonicClock.now()) else { return nil }
        let definition = slaves[device].definition
        var walk = SunSpecWalk()
        while let range = walk.next {
            let request = ModbusRequest(
                unit: UInt8(definition.unitID), table: .holding,
                address: UInt16(range.lowerBound), count: UInt16(range.count))
            do throws(ModbusFailure) {
                let span = try exchange(request, definition, until: limit)
                walk.answered(Self.registers(frame[span]))
            } catch {
                lastFailure = error
                guard error.meansNoRegisters else { return error }
                walk.answered(nil)
            }
        }
        slaves[device].place(in: walk.map, at: MonotonicClock.now())
        return nil
    }

    /// The registers of an answer.
    static func registers(_ data: ArraySlice<UInt8>) -> [UInt16] {
        stride(from: data.startIndex, to: data.endIndex - 1, by: 2).map {
            UInt16(data[$0]) << 8 | UInt16(data[$0 + 1])
        }
    }
}
