// SPDX-License-Identifier: Apache-2.0

internal import HAL
internal import Telemetry

/// Reads the buses, devices and points of the configuration and of the board file, which may refer
/// to each other, and joins them at the end.
struct BusesReader {
    /// A bus as one of the files gives it.
    private struct Bus {
        let name: String
        let table: TableReader
    }

    /// Where the profiles come from that devices name.
    var profiles: ProfileLibrary?
    /// The board, once its file is read; `nil` without one.
    var board: BoardDefinition?
    private var buses: [Bus] = []
    private var devices: [DeviceTable] = []
    private var pointCount = 0

    /// Reads `[[bus]]` and `[[device]]` of one file.
    mutating func read(_ root: TableReader) {
        for table in limited(root.tables("bus"), "bus", AgentLimits.busesMax) {
            let name = table.text("name")
            if buses.contains(where: { $0.name == name }) {
                table.problem("name", "there is another bus \"\(name)\"")
            }
            buses.append(Bus(name: name, table: table))
        }
        for table in limited(root.tables("device"), "device", AgentLimits.devicesMax) {
            let device = DeviceTable(table, profiles: profiles)
            if devices.contains(where: { $0.name == device.name }) {
                table.problem("name", "there is another device \"\(device.name)\"")
            }
            devices.append(device)
            // A few lines and a profile make many points: no more of them than there may be.
            pointCount += device.points.count
            guard pointCount <= AgentLimits.pointsMax else {
                table.problem("there are more than \(AgentLimits.pointsMax) points up to here")
                break
            }
        }
    }

    /// The first tables of an array, so that comparing all with all stays cheap.
    private func limited(_ tables: [TableReader], _ key: String, _ most: Int) -> [TableReader] {
        if tables.count > most {
            tables[most].problem("there are \(tables.count) [[\(key)]], more than \(most)")
        }
        return Array(tables.prefix(most))
    }

    /// Everything that was read, as buses that drivers can be made from.
    mutating func finish() -> [BusConfiguration] {
        let polled = devices.flatMap(\.points).compactMap(\.polled)
        let periods = Dictionary(
            polled.map { ($0.point.id, $0.periodMilliseconds) }, uniquingKeysWith: max)
        let result = buses.compactMap { bus in
            configuration(of: bus, with: devices.filter { $0.bus == bus.name }, periods)
        }
        let names = buses.map(\.name)
        for device in devices where !names.contains(device.bus) && !device.bus.isEmpty {
            let hint = Spelling.hint(for: device.bus, among: names)
            device.table.problem("bus", "there is no bus \"\(device.bus)\"\(hint)")
        }
        checkLines(result)
        return result
    }

    /// A serial line has one master: two buses on it would take it from each other.
    private func checkLines(_ configurations: [BusConfiguration]) {
        var users: [String: String] = [:]
        for configuration in configurations {
            guard let line = configuration.serialDevice else { continue }
            if let other = users[line] {
                let bus = buses.first { $0.name == configuration.name }
                bus?.table.problem("device", "bus \"\(other)\" is on \(line) already")
            }
            users[line] = configuration.name
        }
    }

    private func configuration(
        of bus: Bus, with devices: [DeviceTable], _ periods: [PointID: Int64]
    ) -> BusConfiguration? {
        let kind = bus.table.choice(
            "driver",
            [
                "modbus-tcp": DriverKind.modbusTCP, "modbus-rtu": .modbusRTU, "linux": .linux,
                "gpio": .gpio, "onewire": .onewire, "nmea": .nmea, "simulated": .simulated,
            ])
        if devices.isEmpty {
            bus.table.problem("no [[device]] has bus = \"\(bus.name)\"")
        }
        // The points of a profile for another driver would only cause problems of their own.
        guard !hasForeignProfile(bus, devices) else { return nil }
        let definition: BusConfiguration.Definition? =
            switch kind {
            case .modbusTCP: ModbusTables.tcp(bus.table, devices).map { .modbus($0) }
            case .modbusRTU: ModbusTables.rtu(bus.table, devices).map { .modbus($0) }
            case .linux: LinuxTables.read(bus.table, devices).map { .linux($0) }
            case .gpio:
                GPIOTables.read(bus.table, devices, board: board).map { .gpio($0) }
            case .onewire: OneWireTables.read(bus.table, devices).map { .onewire($0) }
            case .nmea: NMEATables.read(bus.table, devices).map { .nmea($0) }
            case .simulated: SimulatedTables.read(bus.table, devices).map { .simulated($0) }
            case nil: nil
            }
        // Of a bus whose driver is unknown the other keys can't be judged.
        guard kind != nil else { return nil }
        bus.table.finish()
        for device in devices { device.finish() }
        let points = devices.flatMap(\.points).filter(\.isOutput)
        var rules: [PointID: OutputRules] = [:]
        for point in points {
            guard let id = point.polled?.point.id else { continue }
            rules[id] = point.output?.rules(of: id, periods)
        }
        guard let definition else { return nil }
        do {
            let configuration = try BusConfiguration(
                name: bus.name, definition: definition, rules: rules)
            check(points, of: configuration, rules)
            return configuration
        } catch {
            bus.table.problem("\(error)")
            return nil
        }
    }

    /// Whether a device's profile is for other drivers than the bus's, which is then noted.
    private func hasForeignProfile(_ bus: Bus, _ devices: [DeviceTable]) -> Bool {
        guard case .text(let driver) = bus.table.content("driver") else { return false }
        var isForeign = false
        for device in devices {
            guard let profile = device.profile, !profile.drivers.contains(driver) else { continue }
            let drivers = profile.drivers.map { "\"\($0)\"" }.joined(separator: " or ")
            device.table.problem(
                "profile",
                "\"\(profile.name)\" is for \(drivers); bus \"\(bus.name)\" has \"\(driver)\"")
            isForeign = true
        }
        return isForeign
    }

    /// Notes the points that are to be written and can't be.
    private func check(
        _ points: [PointTable], of bus: BusConfiguration, _ rules: [PointID: OutputRules]
    ) {
        for point in points {
            guard let id = point.polled?.point.id, rules[id] != nil,
                !bus.outputs.contains(where: { $0.point.id == id })
            else { continue }
            point.table.problem(
                "output", "driver \"\(bus.driverName)\" can't write this point")
        }
    }
}
