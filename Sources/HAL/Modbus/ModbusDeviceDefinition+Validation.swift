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
        if points.isEmpty { refuse(.pointCount, "none") }
        for point in points {
            let own = point.problems
            found += own
            if own.isEmpty, !point.table.holdsBits, point.encoding.width > registersPerReadMax {
                found.append(
                    .init(
                        rule: .readSize, place: point.name,
                        detail: "\(point.encoding.width) registers, device gives "
                            + "\(registersPerReadMax)"))
            }
        }
        return found
    }

    private static func canBeRead(_ unitID: Int, on endpoint: ModbusEndpoint) -> Bool {
        switch endpoint {
        case .tcp: (1...247).contains(unitID) || unitID == 255
        case .rtu: (1...247).contains(unitID)
        }
    }
}
