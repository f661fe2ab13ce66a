// SPDX-License-Identifier: Apache-2.0

internal import HAL
internal import Telemetry

/// Reads a Modbus bus with its devices.
enum ModbusTables {
    /// A bus over TCP; `nil` if something is wrong, which is then noted.
    static func tcp(_ bus: TableReader, _ devices: [DeviceTable]) -> ModbusBusDefinition? {
        let address = bus.text("address")
        guard let endpoint = ModbusEndpoint(address: address) else {
            if !address.isEmpty {
                bus.problem(
                    "address", "must be HOST, HOST:PORT or [IPv6]:PORT, not \"\(address)\"")
            }
            _ = devices.map { device($0, isSerial: false) }
            return nil
        }
        return finish(bus, endpointKey: "address", endpoint, devices)
    }

    /// A bus on a serial line; `nil` if something is wrong, which is then noted.
    static func rtu(_ bus: TableReader, _ devices: [DeviceTable]) -> ModbusBusDefinition? {
        let line = ModbusSerialLine(
            device: bus.text("device"),
            baud: Int(bus.integer("baud", in: 1...10_000_000, default: 9600)),
            parity: bus.choice(
                "parity", ["none": ModbusSerialLine.Parity.none, "even": .even, "odd": .odd],
                default: "none") ?? .none,
            stopBits: Int(bus.integer("stop_bits", in: 1...2, default: 1)), rs485: rs485(bus))
        return finish(bus, endpointKey: "device", .rtu(line), devices)
    }

    /// `rs485` and its further keys; `nil` if the line's direction is not ours to switch.
    private static func rs485(_ bus: TableReader) -> ModbusRS485? {
        let delays = Double(ModbusLimits.rs485DelayMillisecondsMax) / 1000
        let isWanted = bus.boolean("rs485", default: false)
        let further = [
            "rs485_rts_on_send", "rs485_delay_before_seconds", "rs485_delay_after_seconds",
        ]
        guard isWanted else {
            for key in further where bus.has(key) { bus.problem(key, "needs rs485 = true") }
            bus.ignore(further)
            return nil
        }
        func milliseconds(_ key: String) -> Int {
            Int((bus.number(key, in: 0...delays, default: 0) * 1000).rounded())
        }
        return ModbusRS485(
            isRTSActiveOnSend: bus.boolean(further[0], default: true),
            delayBeforeMilliseconds: milliseconds(further[1]),
            delayAfterMilliseconds: milliseconds(further[2]))
    }

    private static func finish(
        _ bus: TableReader, endpointKey: String, _ endpoint: ModbusEndpoint,
        _ devices: [DeviceTable]
    ) -> ModbusBusDefinition? {
        var isSerial = false
        if case .rtu = endpoint { isSerial = true }
        let definitions = devices.map { device($0, isSerial: isSerial) }
        let definition = ModbusBusDefinition(
            endpoint: endpoint, devices: definitions.compactMap { $0 })
        var isWhole = definitions.allSatisfy { $0 != nil }
        for problem in definition.problems {
            report(problem, bus, endpointKey, devices)
            isWhole = false
        }
        return isWhole ? definition : nil
    }

    /// Notes a problem of a definition at the key that it came from.
    private static func report(
        _ problem: ModbusDefinitionError, _ bus: TableReader, _ endpointKey: String,
        _ devices: [DeviceTable]
    ) {
        let key: String? =
            switch problem.rule {
            case .endpoint, .host, .port, .serialDevice: endpointKey
            case .baud, .retries, .address, .order, .scale, .model, .rs485: problem.rule.rawValue
            case .scaleRegister: "scale_register"
            case .write: "output"
            case .stopBits: "stop_bits"
            case .unitID: "unit_id"
            case .responseTimeout: "timeout_seconds"
            case .backoff: "backoff_seconds_max"
            case .gap: "gap_registers_max"
            case .readSize: "registers_per_read_max"
            case .period: "period_seconds"
            case .encoding: "type"
            case .bitField: "bit"
            case .textLength: "registers"
            case .range: "max"
            case .dataBits, .deviceCount, .deviceName, .pointCount, .pointName: nil
            }
        let points = devices.flatMap(\.points)
        let table =
            points.first { $0.polled?.point.id.name == problem.place }?.table
            ?? devices.first { $0.name == problem.place }?.table ?? bus
        switch problem.rule {
        // Said already, as is why a device was left out.
        case .deviceCount where devices.count <= ModbusLimits.devicesPerBusMax: break
        case .pointCount
        where devices.contains { $0.name == problem.place && $0.points.isEmpty }: break
        case .deviceName, .pointName: break
        default:
            if let key {
                table.problem(key, problem.detail)
            } else {
                table.problem("\(problem.rule.rawValue): \(problem.detail)")
            }
        }
    }

    private static func device(_ device: DeviceTable, isSerial: Bool) -> ModbusDeviceDefinition? {
        let table = device.table
        let unitID =
            isSerial
            ? table.integer("unit_id", in: 0...255)
            : table.integer("unit_id", in: 0...255, default: 1)
        let retries = table.integer("retries", in: 0...Int64(ModbusLimits.retriesMax), default: 1)
        let gap = table.integer("gap_registers_max", in: 0...124, default: 16)
        let size = table.integer("registers_per_read_max", in: 1...125, default: 125)
        let write = table.optionalChoice(
            "write", ["single": ModbusWrite.single, "multiple": .multiple])
        let points = device.points.map { point($0, write) }
        guard points.allSatisfy({ $0 != nil }) else { return nil }
        return ModbusDeviceDefinition(
            name: device.name, unitID: Int(unitID), points: points.compactMap { $0 },
            responseTimeoutMilliseconds: device.timeoutMilliseconds(), retries: Int(retries),
            backoffMillisecondsMin: device.backoffMillisecondsMin,
            backoffMillisecondsMax: device.backoffMillisecondsMax, gapRegistersMax: Int(gap),
            registersPerReadMax: Int(size))
    }

    /// A point; an output is written by the device's `write`, or in the simplest way that fits.
    private static func point(
        _ point: PointTable, _ write: ModbusWrite?
    ) -> ModbusPointDefinition? {
        let table = point.table
        let modbusTable = table.choice(
            "table",
            [
                "coil": ModbusTable.coil, "discrete": .discrete, "holding": .holding,
                "input": .input,
            ])
        let address = table.integer("address", in: 0...65_535)
        let encoding = encoding(table, isBit: modbusTable?.holdsBits ?? false)
        let order = table.choice(
            "order",
            [
                "abcd": ModbusOrder.abcd, "cdab": .cdab, "badc": .badc, "dcba": .dcba,
            ], default: "abcd")
        let (scale, offset) = point.scaling()
        let (minimum, maximum) = point.range()
        let models = ModbusLimits.sunSpecModels
        let model = table.optionalInteger(
            "model", in: Int64(models.lowerBound)...Int64(models.upperBound))
        let scaleRegister = table.optionalInteger("scale_register", in: 0...65_535)
        guard let polled = point.polled, let modbusTable, let encoding, let order else {
            return nil
        }
        return ModbusPointDefinition(
            polled: polled, table: modbusTable, address: Int(address), encoding: encoding,
            order: order, scale: scale, offset: offset, minimum: minimum, maximum: maximum,
            write: point.isOutput ? write ?? (encoding.width == 1 ? .single : .multiple) : nil,
            model: model.map { Int($0) }, scaleRegister: scaleRegister.map { Int($0) })
    }

    private static func encoding(_ table: TableReader, isBit: Bool) -> ModbusEncoding? {
        let word = isBit ? table.text("type", default: "bool") : table.text("type")
        switch word {
        case "bool": return .boolean
        case "flag": return .flag(bit: Int(table.integer("bit", in: 0...15)))
        case "bits":
            return .bits(
                offset: Int(table.integer("bit", in: 0...15)),
                count: Int(table.integer("bits", in: 1...16)))
        case "text": return .text(registers: Int(table.integer("registers", in: 1...125)))
        default: break
        }
        let numbers: KeyValuePairs<String, ModbusEncoding> = [
            "int16": .int16, "uint16": .uint16, "int32": .int32, "uint32": .uint32,
            "int64": .int64, "uint64": .uint64, "float32": .float32, "float64": .float64,
        ]
        if let pair = numbers.first(where: { $0.key == word }) { return pair.value }
        let words = ["bool", "flag", "bits", "text"] + numbers.map(\.key)
        if !word.isEmpty {
            let hint = Spelling.hint(for: word, among: words)
            table.problem(
                "type", "\"\(word)\" is none of \(words.joined(separator: ", "))\(hint)")
        }
        return nil
    }
}
