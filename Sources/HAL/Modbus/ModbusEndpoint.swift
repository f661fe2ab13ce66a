// SPDX-License-Identifier: Apache-2.0

/// Where a Modbus bus is.
public enum ModbusEndpoint: Hashable, Sendable {
    /// A TCP server or gateway: a name, an IPv4 or an IPv6 address (without brackets), and a port.
    case tcp(host: String, port: Int = 502)
    /// A serial line in RTU mode.
    case rtu(ModbusSerialLine)

    /// The TCP endpoint that a text names: `HOST`, `HOST:PORT`, `[IPv6]` or `[IPv6]:PORT`; `nil` if
    /// it is none.
    public init?(address: String) {
        let bracket = address.hasPrefix("[") ? address.firstIndex(of: "]") : nil
        guard address.hasPrefix("[") == (bracket != nil) else { return nil }
        let colons = address.count { $0 == ":" }
        // Without brackets, several colons are an IPv6 address and no port.
        let end = bracket ?? (colons == 1 ? address.firstIndex(of: ":") : nil) ?? address.endIndex
        let host = bracket == nil ? address[..<end] : address[..<end].dropFirst()
        let rest = bracket == nil ? address[end...] : address[end...].dropFirst()
        guard !host.isEmpty else { return nil }
        guard !rest.isEmpty else {
            self = .tcp(host: String(host))
            return
        }
        guard rest.first == ":", let port = Int(rest.dropFirst()), (1...65_535).contains(port)
        else { return nil }
        self = .tcp(host: String(host), port: port)
    }
}

extension ModbusEndpoint: CustomStringConvertible {
    /// The place for messages: `meter.lan:502`, `[::1]:502`, `/dev/ttyUSB0`.
    public var description: String {
        switch self {
        case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .rtu(let line): line.device
        }
    }
}
