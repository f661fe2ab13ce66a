// SPDX-License-Identifier: Apache-2.0

/// Which requests on a serial line may still be answered, although nobody waits any more.
///
/// RTU frames carry no transaction identifier: an answer to a read tells its slave, function and
/// byte count and nothing else. So a request whose answer would look like one that is outstanding
/// must not be sent before the slave has answered something that looks different. Slaves answer in
/// order: after that, what was outstanding has been seen or will never come.
struct LateAnswers: Sendable {
    /// All that an answer shows of the request it belongs to.
    private struct Shape: Hashable {
        let function: UInt8
        let signature: UInt64

        init(_ request: ModbusRequest) {
            function = request.function
            signature = request.signature
        }
    }

    private var outstanding: [UInt8: Set<Shape>] = [:]

    /// Whether an answer of `unit` may still come.
    func areExpected(of unit: UInt8) -> Bool { outstanding[unit] != nil }

    /// Whether an old answer could be taken for that of `request`.
    func couldPass(for request: ModbusRequest) -> Bool {
        outstanding[request.unit]?.contains(Shape(request)) ?? false
    }

    /// Notes that `request` was sent and its answer has not been seen.
    mutating func add(_ request: ModbusRequest) {
        outstanding[request.unit, default: []].insert(Shape(request))
    }

    /// Notes that `unit` answered a request that nothing outstanding could be taken for.
    mutating func clear(_ unit: UInt8) { outstanding[unit] = nil }

    /// A read near what `request` concerns whose answer can't be mistaken, preferably within its
    /// addresses; `nil` if every length is outstanding.
    func probe(for request: ModbusRequest) -> ModbusRequest? {
        let (table, first) = request.neighbourhood
        let step = table.holdsBits ? 8 : 1
        let countMax =
            table.holdsBits ? ModbusLimits.bitsPerReadMax : ModbusLimits.registersPerReadMax
        for count in stride(from: 1, through: countMax, by: step) {
            let address = min(Int(first), ModbusLimits.addressesPerTable - count)
            let probe = ModbusRequest(
                unit: request.unit, table: table, address: UInt16(address), count: UInt16(count))
            if !couldPass(for: probe) { return probe }
        }
        return nil
    }
}

extension ModbusRequest {
    /// A table and address that the slave may be read at without doing anything.
    fileprivate var neighbourhood: (ModbusTable, UInt16) {
        switch operation {
        case .read(let table, let address, _): (table, address)
        case .writeCoil(let address, _), .writeCoils(let address, _): (.coil, address)
        case .writeRegister(let address, _), .writeRegisters(let address, _),
            .maskRegister(let address, _, _):
            (.holding, address)
        case .reportServerID, .readIdentification: (.holding, 0)
        }
    }
}
