// SPDX-License-Identifier: Apache-2.0

internal import Telemetry

/// Finds the slaves of a bus.
///
/// Every question is a turn of its own on the driver, so that polling and writing go on beside a
/// scan and wait for one question at most. A slave is what answers a read of its first holding
/// register in any well-formed way, a refusal included; a gateway's "no such slave" is not.
public struct ModbusDiscovery: Sendable {
    /// How far a scan has come.
    public struct Progress: Hashable, Sendable {
        /// Identifiers that were tried.
        public let done: Int
        /// Identifiers to try.
        public let total: Int
        /// Slaves found so far.
        public let found: Int
    }

    /// What came from a unit identifier.
    private enum Sign: Hashable {
        case none
        /// Registers, or why the slave refuses them.
        case slave(refusal: Fault?)
        case garbled(Fault)
    }

    private let driver: ModbusDriver
    private let settings: DiscoverySettings

    /// A scan of a driver's bus.
    ///
    /// - Parameters:
    ///   - driver: the bus; it may be polled meanwhile.
    ///   - settings: what to try; identifiers outside 1...247 (over TCP also 255) are passed over.
    public init(_ driver: ModbusDriver, _ settings: DiscoverySettings = DiscoverySettings()) {
        self.driver = driver
        self.settings = settings
    }

    /// Tries all identifiers, then asks those that answered who they are. Ends early, with what it
    /// has, when the task is cancelled.
    ///
    /// - Parameter progress: called after each identifier.
    /// - Returns: what was found.
    /// - Throws: `ModbusFailure` if the bus can't be opened: `accessDenied` if another program has
    ///   the serial line.
    public func scan(
        progress: @Sendable (Progress) -> Void = { _ in }
    ) async throws(ModbusFailure) -> DiscoveryResult {
        var result = DiscoveryResult()
        var seen: Set<Int> = []
        let units = settings.unitIDs.filter {
            ModbusDeviceDefinition.canBeRead($0, on: driver.endpoint) && seen.insert($0).inserted
        }
        var signs: [(unit: Int, sign: Sign)] = []
        for (index, unit) in units.enumerated() where !Task.isCancelled {
            let sign = try await sign(of: unit)
            signs.append((unit, sign))
            switch sign {
            case .slave: result.devices.append(DiscoveredDevice(unitID: unit))
            case .garbled(let fault): result.garbled[unit] = fault
            case .none: break
            }
            progress(.init(done: index + 1, total: units.count, found: result.devices.count))
        }
        thin(&result, signs)
        if settings.identifies {
            for index in result.devices.indices where !Task.isCancelled {
                result.devices[index] = try await identified(result.devices[index])
            }
        }
        result.devices.sort { $0.unitID < $1.unitID }
        return result
    }

    /// Drops what a TCP server says for slaves that are not there, if it answers for nearly all.
    private func thin(_ result: inout DiscoveryResult, _ signs: [(unit: Int, sign: Sign)]) {
        let answered = result.devices.count
        guard case .tcp = driver.endpoint, answered >= ModbusLimits.discoveryStormUnitsMin,
            10 * answered >= 9 * signs.count
        else { return }
        let kinds = Dictionary(
            grouping: signs.filter { if case .slave = $0.sign { true } else { false } },
            by: \.sign)
        guard let (most, places) = kinds.max(by: { $0.value.count < $1.value.count }) else {
            return
        }
        if kinds.count == 1 {
            result.ignoresUnitIDs = true
            result.devices = Array(result.devices.prefix(1))
        } else if most != .slave(refusal: nil), 2 * places.count > answered {
            // A gateway that refuses in one way wherever nobody is.
            let nobody = Set(places.map(\.unit))
            result.devices.removeAll { nobody.contains($0.unitID) }
        }
    }

    private func sign(of unit: Int) async throws(ModbusFailure) -> Sign {
        let question = ModbusRequest(unit: UInt8(unit), table: .holding, address: 0, count: 1)
        var sign = Sign.none
        // Twice if the answer was garbled: noise does not come twice.
        for _ in 0..<2 {
            switch try await ask(question) {
            case .success: return .slave(refusal: nil)
            case .failure(let failure):
                switch failure.fault {
                case .checksum, .malformedAnswer, .wrongDevice: sign = .garbled(failure.fault)
                case .modbusGatewayPath, .modbusGatewayTarget: return .none
                default:
                    return failure.isRefusal ? .slave(refusal: failure.fault) : .none
                }
            }
        }
        return sign
    }

    /// The slave with all that it says of itself. What it doesn't say is left out.
    private func identified(
        _ device: DiscoveredDevice
    ) async throws(ModbusFailure) -> DiscoveredDevice {
        var device = device
        let unit = UInt8(device.unitID)
        device.identity = try await identity(of: unit)
        var walk = SunSpecWalk()
        while let range = walk.next {
            walk.answered(try await registers(unit, range))
        }
        guard let map = walk.map else { return device }
        device.sunSpec = map
        if let model = map.models.first(where: { $0.kind == .common }) {
            let end = model.address + min(model.count, SunSpecNameplate.count)
            device.nameplate = try await registers(unit, model.address..<end).map(
                SunSpecNameplate.init)
        }
        return device
    }

    private func identity(of unit: UInt8) async throws(ModbusFailure) -> ModbusIdentity {
        var identity = ModbusIdentity()
        // Category 1 has the objects up to 2, category 2 those up to 0x7F.
        categories: for category in [1, 2] as [UInt8] {
            var object: UInt8? = category == 1 ? 0 : 3
            while let next = object {
                let question = ModbusRequest(
                    unit: unit, .readIdentification(code: category, object: next))
                guard case .success(let data) = try await insist(question) else { break categories }
                object = identity.add(data, from: next)
            }
        }
        if case .success(let data) = try await insist(ModbusRequest(unit: unit, .reportServerID)) {
            let text = ModbusIdentity.text(data)
            identity.serverID = text.isEmpty ? nil : text
        }
        return identity
    }

    private func registers(
        _ unit: UInt8, _ range: Range<Int>
    ) async throws(ModbusFailure) -> [UInt16]? {
        let question = ModbusRequest(
            unit: unit, table: .holding, address: UInt16(range.lowerBound),
            count: UInt16(range.count))
        guard case .success(let data) = try await insist(question) else { return nil }
        return ModbusDriver.registers(data[...])
    }

    /// Asks a slave that is known to be there: once more if the answer was lost.
    private func insist(
        _ question: ModbusRequest
    ) async throws(ModbusFailure) -> Result<[UInt8], ModbusFailure> {
        let answer = try await ask(question)
        guard case .failure(let failure) = answer, failure.isWorthRetrying else { return answer }
        return try await ask(question)
    }

    /// Asks once.
    ///
    /// - Returns: the data of the answer, or why there are none.
    /// - Throws: `ModbusFailure` if the bus itself can't be used.
    private func ask(
        _ question: ModbusRequest
    ) async throws(ModbusFailure) -> Result<[UInt8], ModbusFailure> {
        do throws(ModbusFailure) {
            return .success(
                try await driver.ask(question, timeoutMilliseconds: settings.timeoutMilliseconds))
        } catch {
            switch error.fault {
            case .notConnected, .accessDenied, .missing, .inputOutput: throw error
            default: return .failure(error)
            }
        }
    }
}
