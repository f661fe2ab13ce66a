// SPDX-License-Identifier: Apache-2.0

extension ModbusDeviceDefinition {
    /// What is wrong with the device and its points.
    func problems(on endpoint: ModbusEndpoint) -> [ModbusDefinitionError] {
        var found: [ModbusDefinitionError] = []
        func refuse(_ rule: ModbusDefinitionError.Rule, _ detail: String) {
            found.append(.init(rule: rule, place: name, detail: detail))
        }
        if name.isEmpty { refuse(.deviceName, "empty") }
        if !Self.canBeRead(unitID, on: endpoint) {
            refuse(.unitID, "\(unitID), not 1...247 (0 is broadcast; 255 over TCP only)")
        }
        let timeouts =
            ModbusLimits
            .responseTimeoutMillisecondsMin...ModbusLimits.responseTimeoutMillisecondsMax
        if !timeouts.contains(responseTimeoutMilliseconds) {
            refuse(.responseTimeout, "\(responseTimeoutMilliseconds) ms, not \(timeouts)")
        }
        if !(0...ModbusLimits.retriesMax).contains(retries) {
            refuse(.retries, "\(retries), not 0...\(ModbusLimits.retriesMax)")
        }
        if backoffMillisecondsMin < 1 || backoffMillisecondsMax < backoffMillisecondsMin
            || backoffMillisecondsMax > ModbusLimits.backoffMillisecondsMax
        {
            refuse(.backoff, "\(backoffMillisecondsMin)...\(backoffMillisecondsMax) ms")
        }
        if !(0..<ModbusLimits.registersPerReadMax).contains(gapRegistersMax) {
            refuse(.gap, "\(gapRegistersMax), not 0..<\(ModbusLimits.registersPerReadMax)")
        }
        if !(1...ModbusLimits.registersPerReadMax).contains(registersPerReadMax) {
            refuse(.readSize, "\(registersPerReadMax) registers")
        }
        if !(1...ModbusLimits.bitsPerReadMax).contains(bitsPerReadMax) {
            refuse(.readSize, "\(bitsPerReadMax) bits")
        }
        if found.isEmpty, endpoint.problems.isEmpty {
            let whole = exchangeMilliseconds(on: endpoint)
            if whole > ModbusLimits.exchangeMillisecondsMax {
                refuse(
                    .responseTimeout,
                    "all attempts take \(whole) ms, more than "
                        + "\(ModbusLimits.exchangeMillisecondsMax)")
            }
        }
        if points.isEmpty { refuse(.pointCount, "none") }
        for point in points {
            let own = point.problems
            found += own
            if own.isEmpty, !point.table.holdsBits, point.extent.count > registersPerReadMax {
                found.append(
                    .init(
                        rule: .readSize, place: point.name,
                        detail: "\(point.extent.count) registers, device gives "
                            + "\(registersPerReadMax)"))
            }
        }
        return found
    }

    /// How long all attempts of the device's largest exchange may take; nothing in the definition
    /// may be out of its limits.
    func exchangeMilliseconds(on endpoint: ModbusEndpoint) -> Int64 {
        var wire: Int64 = 0
        if case .rtu(let line) = endpoint {
            let bytes = max(2 * registersPerReadMax, (bitsPerReadMax + 7) / 8)
            // Beside the data of the longest exchange, a read or a write: 9 bytes of a request for
            // either, 8 of an answer, and the delays of the direction control.
            let timing = FrameTiming(line)
            wire = (timing.exchangeMicroseconds(characters: 17 + bytes) + 999) / 1000
        }
        return Int64(1 + retries) * (responseTimeoutMilliseconds + wire)
    }

    /// Whether a slave on such a bus can have the unit identifier.
    static func canBeRead(_ unitID: Int, on endpoint: ModbusEndpoint) -> Bool {
        switch endpoint {
        case .tcp: (1...247).contains(unitID) || unitID == 255
        case .rtu: (1...247).contains(unitID)
        }
    }
}
