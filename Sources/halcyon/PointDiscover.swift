// SPDX-License-Identifier: Apache-2.0

internal import Agent
internal import ArgumentParser
internal import Glibc
internal import HAL
internal import Telemetry

/// `halcyon point discover`.
struct PointDiscover: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "discover",
        abstract: "Find the devices of a Modbus bus.",
        discussion: """
            Asks every unit id, then those that answer who they are and which SunSpec models they \
            have. Prints the devices and tables to paste into the configuration. A serial line \
            has one master: stop the daemon first if it uses the line.
            """)

    @OptionGroup var common: CommonOptions

    @Option(help: ArgumentHelp("A bus of the configuration.", valueName: "name"))
    var bus: String?

    @Option(help: ArgumentHelp("A Modbus TCP server or gateway.", valueName: "host:port"))
    var tcp: String?

    @Option(help: ArgumentHelp("A serial line.", valueName: "device"))
    var rtu: String?

    @Option(help: "The line's speed; give it several times to try several.")
    var baud: [Int] = []

    @Option(help: "The line's parity: none, even or odd; give it several times to try several.")
    var parity: [String] = []

    @Option(help: "The line's stop bits, 1 or 2.")
    var stopBits = 1

    @Flag(help: "Switch the transmitter of a two-wire line by the kernel or by RTS.")
    var rs485 = false

    @Option(help: ArgumentHelp("Unit ids to try: 1-247, or 1,5,10-20.", valueName: "ids"))
    var units = "1-247"

    @Option(help: "Seconds that each may take to begin its answer.")
    var timeout = 0.2

    private struct Place {
        /// The bus in the tables to paste.
        let bus: String
        let endpoint: ModbusEndpoint
        let isConfigured: Bool
    }

    func validate() throws {
        guard [bus, tcp, rtu].compactMap({ $0 }).count == 1 else {
            throw ValidationError("give one of --bus, --tcp and --rtu")
        }
        guard rtu != nil || (baud.isEmpty && parity.isEmpty && stopBits == 1 && !rs485) else {
            throw ValidationError("--baud, --parity, --stop-bits and --rs485 belong to --rtu")
        }
        guard (0.01...60).contains(timeout) else {
            throw ValidationError("--timeout must be from 0.01 to 60")
        }
        guard UnitList.parse(units) != nil else {
            throw ValidationError("--units must be ids from 1 to 255, such as 1-247 or 1,5,10-20")
        }
    }

    func run() async throws {
        let settings = DiscoverySettings(
            unitIDs: UnitList.parse(units) ?? [], timeoutMilliseconds: Int64(timeout * 1000))
        var found = 0
        for place in try places() {
            let result = try await scan(place, settings)
            found += result.devices.count
            try show(result, place)
        }
        guard found > 0 else {
            throw Failure(
                .refused, "no device answered", rule: "no-device",
                next: "check wiring, power, the line's speed and parity, and try a longer --timeout"
            )
        }
    }

    /// Everything to scan: one bus, or a line with several settings.
    private func places() throws -> [Place] {
        if let tcp {
            guard let endpoint = ModbusEndpoint(address: tcp) else {
                throw ValidationError("--tcp must be HOST, HOST:PORT or [IPv6]:PORT")
            }
            return [Place(bus: "modbus", endpoint: endpoint, isConfigured: false)]
        }
        if let rtu {
            let parities = try (parity.isEmpty ? ["none"] : parity).map { word in
                guard let parity = ModbusSerialLine.Parity(rawValue: word) else {
                    throw ValidationError("--parity must be none, even or odd")
                }
                return parity
            }
            return (baud.isEmpty ? [9600] : baud).flatMap { baud in
                parities.map { parity in
                    let line = ModbusSerialLine(
                        device: rtu, baud: baud, parity: parity, stopBits: stopBits,
                        rs485: rs485 ? ModbusRS485() : nil)
                    return Place(bus: "modbus", endpoint: .rtu(line), isConfigured: false)
                }
            }
        }
        return [try configured()]
    }

    private func configured() throws -> Place {
        let configuration = try common.load()
        let buses = configuration.buses.filter { $0.modbusEndpoint != nil }
        guard let bus = buses.first(where: { $0.name == self.bus }),
            let endpoint = bus.modbusEndpoint
        else {
            let names = buses.map(\.name).joined(separator: ", ")
            throw Failure(
                .noInput, "there is no Modbus bus \"\(self.bus ?? "")\"", rule: "bus-unknown",
                next: names.isEmpty ? "use --tcp or --rtu" : "there are: \(names)")
        }
        if case .rtu(let line) = endpoint, try CommonOptions.isDaemonRunning(configuration) {
            throw Self.busy(line.device)
        }
        return Place(bus: bus.name, endpoint: endpoint, isConfigured: true)
    }

    private static func busy(_ line: String) -> Failure {
        Failure(
            .unavailable, "\(line) is in use: a serial line has one master", rule: "line-busy",
            next: "stop the daemon for the scan: systemctl stop halcyond")
    }

    private func scan(
        _ place: Place, _ settings: DiscoverySettings
    ) async throws -> DiscoveryResult {
        let driver: ModbusDriver
        do {
            driver = try ModbusDriver(endpoint: place.endpoint)
        } catch {
            throw Failure(.unavailable, "\(error)", rule: error.rule.rawValue)
        }
        let isShown = isatty(2) == 1 && !common.json
        do {
            let result = try await ModbusDiscovery(driver, settings).scan { progress in
                guard isShown else { return }
                Output.write(
                    "\r\(place.endpoint): \(progress.done) of \(progress.total) unit ids, "
                        + "\(progress.found) answered\u{1B}[K", to: 2)
            }
            if isShown { Output.write("\r\u{1B}[K", to: 2) }
            await driver.close()
            return result
        } catch {
            if isShown { Output.write("\r\u{1B}[K", to: 2) }
            if case .rtu(let line) = place.endpoint, error.isLineInUse {
                throw Self.busy(line.device)
            }
            throw Failure(
                .unavailable, "the bus can't be used: \(error)", rule: error.fault.word)
        }
    }

    private func show(_ result: DiscoveryResult, _ place: Place) throws {
        let views = result.devices.map { DiscoveryView($0, on: place.endpoint) }
        if common.json { return try views.forEach { try Output.json($0) } }
        var table = TextTable([
            .init(heading: "UNIT", isRight: true), .init(heading: "DEVICE"),
            .init(heading: "SERIAL"), .init(heading: "SUNSPEC MODELS"),
        ])
        for view in views {
            table.add([
                "\(view.unit)", view.title ?? "–", view.serialNumber ?? "–",
                view.models.isEmpty ? "–" : view.models.map { "\($0.id)" }.joined(separator: ", "),
            ])
        }
        if !views.isEmpty {
            Output.line("\(Output.safe(view(place.endpoint))):")
            table.lines.forEach(Output.line)
        }
        if result.ignoresUnitIDs {
            Output.error("the server answers to every unit id: it is one device")
        }
        for (unit, fault) in result.garbled.sorted(by: { $0.key < $1.key }) {
            Output.error(
                "unit \(unit): answers, but garbled (\(fault.word)): "
                    + "two devices with one id, or other line settings")
        }
        for view in views where view.mapEnd != nil && view.mapEnd != SunSpecMap.End.marked.rawValue
        {
            Output.error("unit \(view.unit): its SunSpec map is broken (\(view.mapEnd ?? ""))")
        }
        guard !views.isEmpty else { return }
        Output.line("")
        let tables = DiscoveryTables(
            bus: place.bus, endpoint: place.endpoint, hasBus: place.isConfigured)
        tables.lines(views).forEach(Output.line)
    }

    private func view(_ endpoint: ModbusEndpoint) -> String {
        guard case .rtu(let line) = endpoint else { return "\(endpoint)" }
        return "\(endpoint), \(line.baud) bit/s, parity \(line.parity.rawValue)"
    }
}
