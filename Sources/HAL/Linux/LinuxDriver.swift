// SPDX-License-Identifier: Apache-2.0

internal import Platform
public import Telemetry

/// Reads what the Linux kernel knows of its own board: hwmon and Industrial I/O sensors, thermal
/// zones and system figures, LEDs and PWM channels, by plain reads and writes under a root folder.
public actor LinuxDriver: Driver {
    /// The devices with their points.
    public nonisolated let devices: [DeviceDescription]

    /// The points that can be written.
    public nonisolated let outputs: Set<OutputIndex>

    let definitions: [LinuxDeviceDefinition]
    let root: String
    private let executor: BlockingExecutor
    /// Where sensors were found, by channel. Checked at every use, because numbers move.
    private var sensors: [LinuxChannel: Sensor] = [:]
    private var zones: [LinuxChannel: Zone] = [:]
    private var inputs = IIOSensors()
    /// Devices whose chip the kernel was told of, or knew.
    private var declared: Set<Int> = []

    private struct Sensor {
        let chip: HwmonTree.Chip
        let attribute: HwmonAttribute
    }

    private struct Zone {
        let folder: String
        let type: String
    }

    /// The driver's own thread.
    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        executor.asUnownedSerialExecutor()
    }

    /// A driver for those devices. Touches nothing yet.
    ///
    /// - Parameters:
    ///   - definitions: the devices with their points and channels.
    ///   - root: the folder that stands for `/`; empty for the real one.
    /// - Throws: `HALError` if a definition breaks a rule.
    public init(_ definitions: [LinuxDeviceDefinition], root: String = "") throws(HALError) {
        let devices = definitions.map(\.description)
        try DeviceDescription.check(devices)
        for definition in definitions { try definition.check() }
        self.devices = devices
        self.definitions = definitions
        outputs = Set(
            definitions.enumerated().flatMap { device in
                device.element.points.enumerated().filter(\.element.isOutput).map {
                    OutputIndex(device: device.offset, point: $0.offset)
                }
            })
        self.root = root
        executor = BlockingExecutor(label: "halcyon.linux")
    }

    /// Reads figures; each file at most once, so that figures of one file belong together.
    public func read(device: Int, points: [Int]) -> [Outcome] {
        guard definitions.indices.contains(device) else {
            return points.map { _ in .bad(.missing) }
        }
        var files = LinuxFiles(root: root)
        declareChip(of: device, &files)
        let definitions = definitions[device].points
        return points.map { point in
            guard definitions.indices.contains(point) else { return .bad(.missing) }
            do throws(ReadFault) {
                let figure = try figure(definitions[point].channel, &files)
                return definitions[point].scale.outcome(of: figure)
            } catch {
                return .bad(error.fault)
            }
        }
    }

    /// Tells the kernel of a device's chip, once, if it is to be told and does not know of it. What
    /// comes of it shows in the readings.
    private func declareChip(of device: Int, _ files: inout LinuxFiles) {
        let definition = definitions[device]
        guard definition.isInstantiated, let chip = definition.chip, let place = definition.i2c,
            declared.insert(device).inserted, files.line("\(place.folder)/name") == nil
        else { return }
        try? files.write("\(chip) \(place.addressText)", to: "\(place.adapterFolder)/new_device")
    }

    /// Forgets where sensors were found. Nothing stays open between reads.
    public func close() {
        sensors = [:]
        zones = [:]
        inputs = IIOSensors()
        declared = []
    }

    private func figure(
        _ channel: LinuxChannel, _ files: inout LinuxFiles
    ) throws(ReadFault) -> Value {
        switch channel {
        case .hwmon(let chip, let device, let name):
            return try sensorValue(channel, chip, device, name, &files)
        case .iio(let chip, let device, let channel):
            return try inputs.value(
                of: .init(chip: chip, device: device, channel: channel), &files)
        case .thermal(let zone):
            return try zoneValue(channel, zone, &files)
        case .load(let window):
            let index =
                switch window {
                case .one: 0
                case .five: 1
                case .fifteen: 2
                }
            let bytes = try files.read("/proc/loadavg")
            return .number(try LinuxText.field(index, of: bytes, count: 3))
        case .memory(let space):
            return try LinuxText.memory(space, try files.read("/proc/meminfo"))
        case .disk(let path, let space):
            let (total, available) = try files.space(path)
            return try LinuxText.space(space, total: total, available: available)
        case .uptime:
            let bytes = try files.read("/proc/uptime")
            return .number(try LinuxText.field(0, of: bytes, count: 1))
        case .cpuFrequency(let cpu):
            let path = "/sys/devices/system/cpu/cpu\(cpu)/cpufreq/scaling_cur_freq"
            let kilohertz = try LinuxText.integer(try files.read(path))
            return .integer(kilohertz.multipliedSaturating(by: 1000))
        case .underVoltage:
            return try underVoltage(&files)
        case .throttled:
            return .integer(try throttleBits(&files))
        case .led(let name, let isLevel):
            return try LEDOutput(name: name, isLevel: isLevel).value(&files)
        case .pwm(let device, let channel):
            return try PWMOutput(device: device, channel: channel, &files).value(&files)
        case .network(let interface, let counter):
            let path = "/sys/class/net/\(interface)/statistics/\(counter.rawValue)"
            return .integer(try LinuxText.integer(try files.read(path)))
        }
    }

    private func sensorValue(
        _ channel: LinuxChannel, _ chip: String, _ device: String?, _ name: String,
        _ files: inout LinuxFiles
    ) throws(ReadFault) -> Value {
        let sensor: Sensor
        if let known = sensors[channel], files.line("\(known.chip.folder)/name") == chip,
            files.linkTarget("\(known.chip.folder)/device") == known.chip.device
        {
            sensor = known
        } else {
            sensors[channel] = nil
            let chip = try HwmonTree.chip(chip, device: device, &files)
            sensor = Sensor(
                chip: chip, attribute: try HwmonTree.attribute(name, of: chip, &files))
            sensors[channel] = sensor
        }
        return try Self.value(of: sensor.attribute, in: sensor.chip.folder, &files)
    }

    private static func value(
        of attribute: HwmonAttribute, in folder: String, _ files: inout LinuxFiles
    ) throws(ReadFault) -> Value {
        // A sensor that its chip calls faulty shows a number all the same.
        if attribute.alarm == nil, files.line("\(folder)/\(attribute.sensor)_fault") == "1" {
            throw ReadFault(.inputOutput)
        }
        var first: ReadFault?
        for file in attribute.files {
            do throws(ReadFault) {
                return try attribute.value(
                    of: try LinuxText.integer(try files.read("\(folder)/\(file)")))
            } catch {
                guard error.fault == .missing else { throw error }
                first = first ?? error
            }
        }
        throw first ?? ReadFault(.missing)
    }

    private func zoneValue(
        _ channel: LinuxChannel, _ name: String, _ files: inout LinuxFiles
    ) throws(ReadFault) -> Value {
        let zone: Zone
        if let known = zones[channel], files.line("\(known.folder)/type") == known.type {
            zone = known
        } else {
            zones[channel] = nil
            let folder = try HwmonTree.zone(name, &files)
            guard let type = files.line("\(folder)/type") else { throw ReadFault(.missing) }
            zone = Zone(folder: folder, type: type)
            zones[channel] = zone
        }
        let millidegrees = try LinuxText.integer(try files.read("\(zone.folder)/temp"))
        return .number(Double(millidegrees) / 1000)
    }

    /// The alarm of the Raspberry Pi's `rpi_volt` chip; on kernels without it, the firmware's bit 0.
    private func underVoltage(_ files: inout LinuxFiles) throws(ReadFault) -> Value {
        let channel = LinuxChannel.hwmon(
            chip: "rpi_volt", device: nil, sensor: "in0_lcrit_alarm")
        do throws(ReadFault) {
            return try sensorValue(channel, "rpi_volt", nil, "in0_lcrit_alarm", &files)
        } catch {
            guard error.fault == .missing else { throw error }
        }
        return .boolean(try throttleBits(&files) & 1 == 1)
    }

    private func throttleBits(_ files: inout LinuxFiles) throws(ReadFault) -> Int64 {
        let path = "/sys/devices/platform/soc/soc:firmware/get_throttled"
        return try LinuxText.hexadecimal(try files.read(path))
    }
}
