// SPDX-License-Identifier: Apache-2.0

internal import Platform
public import Telemetry

/// The devices of one Modbus bus: RTU over libmodbus, TCP over a socket.
///
/// A slave is asked for all wanted points in as few reads as its limits allow. One that does not
/// answer costs its own time-out and nothing else: later reads of the same call are not sent, and
/// other slaves are asked as always. A read that a slave refuses for an address is repeated in
/// parts, so that one hole never costs its neighbours; what was learned is kept until `close`.
///
/// The actor is the one scheduler of its bus: polling, writes and discovery take turns, one call
/// after the other in the order in which they came.
public actor ModbusDriver: Driver {
    /// The devices as the scheduler sees them.
    public nonisolated let devices: [DeviceDescription]
    /// The points that can be written.
    public nonisolated let outputs: Set<OutputIndex>
    /// Where the bus is.
    public nonisolated let endpoint: ModbusEndpoint

    /// The last failure of an exchange, for logs and diagnosis; `nil` if there was none.
    public internal(set) var lastFailure: ModbusFailure?

    private let executor: BlockingExecutor
    let link: any ModbusLink
    var slaves: [ModbusSlave]
    private var reconnect = Reconnect()
    private var random = SystemRandomNumberGenerator()
    var frame = [UInt8](repeating: 0, count: ModbusLimits.frameBytesMax)

    /// The executor that the blocking calls run on.
    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        executor.asUnownedSerialExecutor()
    }

    /// A driver of the bus, which is opened at the first read.
    ///
    /// - Parameter definition: the bus and its devices.
    /// - Throws: the first of the definition's `problems`.
    public init(_ definition: ModbusBusDefinition) throws(ModbusDefinitionError) {
        if let problem = definition.problems.first { throw problem }
        try self.init(definition.endpoint, definition.devices, nil)
    }

    /// A driver of a bus of which nothing is known yet, for `ModbusDiscovery`.
    ///
    /// - Parameter endpoint: where the bus is.
    /// - Throws: the first of the endpoint's problems.
    public init(endpoint: ModbusEndpoint) throws(ModbusDefinitionError) {
        if let problem = endpoint.problems.first { throw problem }
        try self.init(endpoint, [], nil)
    }

    /// A driver whose devices all answer from `image` instead of a bus, to try a register map.
    ///
    /// - Parameters:
    ///   - definition: the bus and its devices.
    ///   - image: what the devices hold; any other address is refused as illegal.
    /// - Throws: the first of the definition's `problems`.
    public init(
        _ definition: ModbusBusDefinition, answeringFrom image: ModbusRegisterImage
    ) throws(ModbusDefinitionError) {
        if let problem = definition.problems.first { throw problem }
        try self.init(definition.endpoint, definition.devices, ImageLink(image))
    }

    private init(
        _ endpoint: ModbusEndpoint, _ definitions: [ModbusDeviceDefinition],
        _ standIn: (any ModbusLink)?
    ) throws(ModbusDefinitionError) {
        do throws(ModbusFailure) {
            link = if let standIn { standIn } else { try Self.link(endpoint) }
        } catch {
            throw ModbusDefinitionError(rule: .endpoint, place: error.place, detail: "\(error)")
        }
        self.endpoint = endpoint
        devices = definitions.map { Self.description($0, endpoint) }
        outputs = Self.outputs(definitions)
        slaves = definitions.map(ModbusSlave.init)
        executor = BlockingExecutor(label: "modbus \(endpoint)")
    }

    private static func link(_ endpoint: ModbusEndpoint) throws(ModbusFailure) -> any ModbusLink {
        switch endpoint {
        case .tcp(let host, let port): TCPLink(host: host, port: port)
        case .rtu(let line): try RTULink(line)
        }
    }

    /// Reads points of one slave, now; see `Driver.read`.
    ///
    /// - Parameters:
    ///   - device: index into `devices`.
    ///   - points: indices into that device's points.
    /// - Returns: one outcome per entry of `points`; `missing` for an index that is none.
    public func read(device: Int, points: [Int]) -> [Outcome] {
        var outcomes = [Outcome](repeating: .bad(.missing), count: points.count)
        guard slaves.indices.contains(device) else { return outcomes }
        var ended = placeModels(device, points, &outcomes)
        for read in plan(device, points).reads {
            if let ended {
                for slot in read.slots { outcomes[slot.position] = .bad(ended) }
            } else {
                ended = fetch(read, device, &outcomes)
            }
        }
        return outcomes
    }

    /// How many requests it takes to read these points of a device.
    ///
    /// - Parameters:
    ///   - device: index into `devices`.
    ///   - points: indices into that device's points.
    /// - Returns: the requests of one poll, as far as is known of the device.
    public func requestCount(device: Int, points: [Int]) -> Int {
        slaves.indices.contains(device) ? plan(device, points).reads.count : 0
    }

    /// Closes the bus and forgets what was learned of its devices.
    public func close() {
        link.close()
        reconnect = Reconnect()
        for index in slaves.indices { slaves[index].forget() }
    }

    /// Carries out one read and decodes it.
    ///
    /// - Returns: what failed.
    func carryOut(
        _ read: ReadPlan.Read, _ device: Int, _ outcomes: inout [Outcome]
    ) -> ModbusFailure? {
        let definition = slaves[device].definition
        let request = ModbusRequest(
            unit: UInt8(definition.unitID), table: read.table, address: UInt16(read.address),
            count: UInt16(read.count))
        do throws(ModbusFailure) {
            let span = try exchange(request, definition)
            read.decode(frame, span, slaves[device].layouts, &outcomes)
            return nil
        } catch {
            lastFailure = error
            slaves[device].models.doubt(after: error)
            for slot in read.slots { outcomes[slot.position] = .bad(error.fault) }
            return error
        }
    }

    /// Asks a slave, and again where that may help.
    ///
    /// - Parameters:
    ///   - request: what to ask.
    ///   - definition: the slave.
    ///   - retries: further attempts; as many as the definition says if not given.
    ///   - limit: when to give up, by `MonotonicClock`, whatever the definition says.
    /// - Returns: where the data lie in `frame`.
    /// - Throws: `ModbusFailure`.
    func exchange(
        _ request: ModbusRequest, _ definition: ModbusDeviceDefinition, retries: Int? = nil,
        until limit: Int64 = .max
    ) throws(ModbusFailure) -> Range<Int> {
        let patience =
            1000 * definition.responseTimeoutMilliseconds + link.wireMicroseconds(request)
        var attemptsLeft = retries ?? definition.retries
        link.begin()
        while true {
            do throws(ModbusFailure) {
                let deadline = min(MonotonicClock.now() + patience, limit)
                try open(deadline)
                return try link.attempt(request, deadline: deadline, into: &frame)
            } catch {
                guard error.isWorthRetrying, attemptsLeft > 0, MonotonicClock.now() < limit else {
                    throw error
                }
                attemptsLeft -= 1
            }
        }
    }

    /// Asks any slave one question, once.
    ///
    /// - Parameters:
    ///   - request: what to ask.
    ///   - timeoutMilliseconds: how long the slave may take to begin its answer.
    /// - Returns: the data of the answer.
    /// - Throws: `ModbusFailure`.
    func ask(
        _ request: ModbusRequest, timeoutMilliseconds: Int64
    ) throws(ModbusFailure) -> [UInt8] {
        let patience = 1000 * timeoutMilliseconds + link.wireMicroseconds(request)
        let deadline = MonotonicClock.now() + patience
        link.begin()
        try open(deadline)
        let span = try link.attempt(request, deadline: deadline, into: &frame)
        return Array(frame[span])
    }

    func open(_ deadline: Int64) throws(ModbusFailure) {
        if !link.isOpen, let failure = reconnect.standingFailure(at: MonotonicClock.now()) {
            throw failure
        }
        do throws(ModbusFailure) {
            try link.open(deadline: deadline)
            reconnect.succeeded()
        } catch {
            reconnect.failed(error, at: MonotonicClock.now(), using: &random)
            throw error
        }
    }

    /// The plan of these points, made at their first request.
    private func plan(_ device: Int, _ points: [Int]) -> ReadPlan {
        if let known = slaves[device].plans.first(where: { $0.points == points }) {
            return known.plan
        }
        let slave = slaves[device]
        let plan = ReadPlan(
            slave.points, requested: points, limits: slave.limits,
            obstacles: slave.obstacles)
        if slave.plans.count >= ModbusLimits.plansPerDeviceMax {
            slaves[device].plans.removeFirst()
        }
        slaves[device].plans.append((points, plan))
        return plan
    }

    private static func outputs(_ devices: [ModbusDeviceDefinition]) -> Set<OutputIndex> {
        var found: Set<OutputIndex> = []
        for (device, definition) in devices.enumerated() {
            for (point, own) in definition.points.enumerated() where own.write != nil {
                found.insert(OutputIndex(device: device, point: point))
            }
        }
        return found
    }

    private static func description(
        _ device: ModbusDeviceDefinition, _ endpoint: ModbusEndpoint
    ) -> DeviceDescription {
        DeviceDescription(
            name: device.name, points: device.points.map(\.polled),
            timeoutMilliseconds: device.exchangeMilliseconds(on: endpoint),
            backoffMillisecondsMin: device.backoffMillisecondsMin,
            backoffMillisecondsMax: device.backoffMillisecondsMax)
    }
}
