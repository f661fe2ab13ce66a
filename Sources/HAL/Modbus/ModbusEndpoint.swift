// SPDX-License-Identifier: Apache-2.0

/// Where a Modbus bus is.
public enum ModbusEndpoint: Hashable, Sendable {
    /// A TCP server or gateway: a name, an IPv4 or an IPv6 address (without brackets), and a port.
    case tcp(host: String, port: Int = 502)
    /// A serial line in RTU mode.
    case rtu(ModbusSerialLine)
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
