// SPDX-License-Identifier: Apache-2.0

extension LinuxChannel {
    /// Reads the form that configuration uses: `hwmon:coretemp/temp1`, `load:1`, `disk:/:used`.
    ///
    /// - Parameter text: the channel as written.
    /// - Throws: `HALError`, `.unknownChannel` or `.malformedChannel`, with the form that was
    ///   expected as detail.
    public init(parsing text: String) throws(HALError) {
        guard text.utf8.count <= HALLimits.definitionBytesMax else {
            throw HALError(
                .malformedChannel, at: String(text.prefix(32)),
                detail: "at most \(HALLimits.definitionBytesMax) bytes")
        }
        let (kind, rest) = Self.split(text, at: ":")
        let form: String
        let channel: LinuxChannel?
        switch kind {
        case "hwmon": (form, channel) = ("hwmon:CHIP[@DEVICE]/SENSOR", Self.hwmon(rest))
        case "iio": (form, channel) = ("iio:NAME[@DEVICE]/CHANNEL", Self.iio(rest))
        case "thermal": (form, channel) = ("thermal:TYPE or thermal:N", Self.thermal(rest))
        case "load":
            (form, channel) = ("load:1|5|15", rest.flatMap(LoadWindow.init).map(Self.load))
        case "memory":
            form = "memory:total|available|used"
            channel = rest.flatMap(Space.init).map(Self.memory)
        case "disk": (form, channel) = ("disk:/PATH:total|available|used", Self.disk(rest))
        case "uptime": (form, channel) = ("uptime", rest == nil ? .uptime : nil)
        case "cpu": (form, channel) = ("cpu:N:frequency", Self.cpu(rest))
        case "undervoltage": (form, channel) = ("undervoltage", rest == nil ? .underVoltage : nil)
        case "throttled": (form, channel) = ("throttled", rest == nil ? .throttled : nil)
        case "led": (form, channel) = ("led:NAME or led:NAME/level", Self.led(rest))
        case "pwm": (form, channel) = ("pwm:DEVICE/N, not pwmchipN", Self.pwm(rest))
        case "net": (form, channel) = ("net:INTERFACE:COUNTER", Self.network(rest))
        default:
            throw HALError(
                .unknownChannel, at: text,
                detail: "hwmon, iio, thermal, load, memory, disk, uptime, cpu, undervoltage, "
                    + "throttled, net, led or pwm")
        }
        guard let channel else { throw HALError(.malformedChannel, at: text, detail: form) }
        self = channel
    }

    private static func split(_ text: String, at mark: Character) -> (String, String?) {
        guard let index = text.firstIndex(of: mark) else { return (text, nil) }
        return (String(text[..<index]), String(text[text.index(after: index)...]))
    }

    /// Splits at the last mark, for parts that may hold it themselves.
    private static func splitLast(_ text: String, at mark: Character) -> (String, String)? {
        guard let index = text.lastIndex(of: mark) else { return nil }
        return (String(text[..<index]), String(text[text.index(after: index)...]))
    }

    private static func hwmon(_ rest: String?) -> LinuxChannel? {
        rest.flatMap(sensor).map { .hwmon(chip: $0.chip, device: $0.device, sensor: $0.sensor) }
    }

    private static func iio(_ rest: String?) -> LinuxChannel? {
        rest.flatMap(sensor).map { .iio(chip: $0.chip, device: $0.device, channel: $0.sensor) }
    }

    /// `CHIP/SENSOR` or `CHIP@DEVICE/SENSOR`. A chip's name holds no slash, a label may.
    private static func sensor(
        _ text: String
    ) -> (chip: String, device: String?, sensor: String)? {
        let (chip, sensor) = split(text, at: "/")
        let (name, device) = split(chip, at: "@")
        guard let sensor, isPlain(name), isPlain(sensor), device.map(isPlain) ?? true else {
            return nil
        }
        return (name, device, sensor)
    }

    private static func thermal(_ rest: String?) -> LinuxChannel? {
        guard let rest, isPlain(rest) else { return nil }
        return .thermal(zone: rest)
    }

    private static func disk(_ rest: String?) -> LinuxChannel? {
        guard let (path, figure) = rest.flatMap({ splitLast($0, at: ":") }),
            path.hasPrefix("/"), isPlain(path), let space = Space(rawValue: figure)
        else { return nil }
        return .disk(path: path, space)
    }

    private static func cpu(_ rest: String?) -> LinuxChannel? {
        guard let (number, figure) = rest.flatMap({ splitLast($0, at: ":") }),
            figure == "frequency", let cpu = UInt16(number), "\(cpu)" == number
        else { return nil }
        return .cpuFrequency(cpu: Int(cpu))
    }

    private static func network(_ rest: String?) -> LinuxChannel? {
        guard let (interface, name) = rest.flatMap({ splitLast($0, at: ":") }),
            isEntry(interface), let counter = NetworkCounter(rawValue: name)
        else { return nil }
        return .network(interface: interface, counter)
    }

    private static func led(_ rest: String?) -> LinuxChannel? {
        let (name, aspect) = split(rest ?? "", at: "/")
        guard isEntry(name), aspect == nil || aspect == "level" else { return nil }
        return .led(name: name, isLevel: aspect != nil)
    }

    private static func pwm(_ rest: String?) -> LinuxChannel? {
        guard let (device, number) = rest.flatMap({ splitLast($0, at: "/") }), isEntry(device),
            !device.hasPrefix("pwmchip"), let channel = UInt8(number), "\(channel)" == number
        else { return nil }
        return .pwm(device: device, channel: Int(channel))
    }

    /// The name of an entry of a folder.
    private static func isEntry(_ text: String) -> Bool {
        isPlain(text) && !text.utf8.contains(UInt8(ascii: "/")) && text != "." && text != ".."
    }

    /// Not empty and free of control characters.
    private static func isPlain(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
    }
}

extension LinuxChannel: CustomStringConvertible {
    /// The form that configuration uses.
    public var description: String {
        switch self {
        case .hwmon(let chip, let device, let sensor):
            "hwmon:\(chip)\(device.map { "@\($0)" } ?? "")/\(sensor)"
        case .iio(let chip, let device, let channel):
            "iio:\(chip)\(device.map { "@\($0)" } ?? "")/\(channel)"
        case .thermal(let zone): "thermal:\(zone)"
        case .load(let window): "load:\(window.rawValue)"
        case .memory(let space): "memory:\(space.rawValue)"
        case .disk(let path, let space): "disk:\(path):\(space.rawValue)"
        case .uptime: "uptime"
        case .cpuFrequency(let cpu): "cpu:\(cpu):frequency"
        case .underVoltage: "undervoltage"
        case .throttled: "throttled"
        case .led(let name, let isLevel): "led:\(name)\(isLevel ? "/level" : "")"
        case .pwm(let device, let channel): "pwm:\(device)/\(channel)"
        case .network(let interface, let counter): "net:\(interface):\(counter.rawValue)"
        }
    }
}
