// SPDX-License-Identifier: Apache-2.0

extension ModbusBusDefinition {
    /// Everything that is wrong with the definition, in the order of its parts; empty if nothing is.
    public var problems: [ModbusDefinitionError] {
        var found = endpoint.problems
        let bus = endpoint.description
        if devices.isEmpty || devices.count > ModbusLimits.devicesPerBusMax {
            found.append(
                .init(
                    rule: .deviceCount, place: bus,
                    detail: "\(devices.count), not 1...\(ModbusLimits.devicesPerBusMax)"))
        }
        let points = devices.reduce(0) { $0 + $1.points.count }
        if points > HALLimits.pointsPerBusMax {
            found.append(
                .init(
                    rule: .pointCount, place: bus,
                    detail: "\(points), more than \(HALLimits.pointsPerBusMax)"))
        }
        var deviceNames: Set<String> = []
        var pointNames: Set<String> = []
        for device in devices {
            if !deviceNames.insert(device.name).inserted {
                found.append(.init(rule: .deviceName, place: device.name, detail: "used twice"))
            }
            found += device.problems(on: endpoint)
            for point in device.points where !pointNames.insert(point.name).inserted {
                found.append(.init(rule: .pointName, place: point.name, detail: "used twice"))
            }
        }
        return found
    }
}

extension ModbusEndpoint {
    /// What is wrong with the endpoint.
    var problems: [ModbusDefinitionError] {
        var found: [ModbusDefinitionError] = []
        func refuse(_ rule: ModbusDefinitionError.Rule, _ detail: String) {
            found.append(.init(rule: rule, place: description, detail: detail))
        }
        switch self {
        case .tcp(let host, let port):
            let bytes = host.utf8
            if bytes.isEmpty || bytes.count > ModbusLimits.hostBytesMax
                || !bytes.allSatisfy(Self.isHostCharacter)
            {
                refuse(.host, "not a host name or address: \(host)")
            }
            if !(1...65_535).contains(port) { refuse(.port, "\(port), not 1...65535") }
        case .rtu(let line):
            let path = line.device.utf8
            if path.first != UInt8(ascii: "/") || path.count > ModbusLimits.devicePathBytesMax
                || path.contains(0)
            {
                refuse(.serialDevice, "not an absolute path: \(line.device)")
            }
            if !ModbusSerialLine.baudRates.contains(line.baud) {
                refuse(.baud, "\(line.baud) can't be set")
            }
            if line.dataBits != 8 { refuse(.dataBits, "\(line.dataBits), not 8") }
            if !(1...2).contains(line.stopBits) {
                refuse(.stopBits, "\(line.stopBits), not 1 or 2")
            }
            let delays = 0...ModbusLimits.rs485DelayMillisecondsMax
            if let rs485 = line.rs485,
                !delays.contains(rs485.delayBeforeMilliseconds)
                    || !delays.contains(rs485.delayAfterMilliseconds)
            {
                refuse(.rs485, "delays are \(delays) ms")
            }
        }
        return found
    }

    /// Letters, digits and the marks of names and addresses; `%` begins an IPv6 zone.
    private static func isHostCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: "-._:%".utf8.contains(byte)
        }
    }
}
