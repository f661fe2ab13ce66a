// SPDX-License-Identifier: Apache-2.0

internal import HAL

/// The configuration's tables for found devices.
struct DiscoveryTables {
    /// The name of the bus.
    let bus: String
    let endpoint: ModbusEndpoint
    /// Whether the configuration has the bus already.
    let hasBus: Bool

    /// The lines to paste.
    func lines(_ views: [DiscoveryView]) -> [String] {
        let tables = (hasBus ? [] : [busLines]) + views.map(deviceLines)
        return Array(tables.joined(separator: [""]))
    }

    private var busLines: [String] {
        var lines = ["[[bus]]", "name = \(Self.quoted(bus))"]
        switch endpoint {
        case .tcp:
            lines += ["driver = \"modbus-tcp\"", "address = \(Self.quoted("\(endpoint)"))"]
        case .rtu(let line):
            lines += [
                "driver = \"modbus-rtu\"", "device = \(Self.quoted(line.device))",
                "baud = \(line.baud)", "parity = \"\(line.parity.rawValue)\"",
            ]
            if line.stopBits != 1 { lines.append("stop_bits = \(line.stopBits)") }
            if line.rs485 != nil { lines.append("rs485 = true") }
        }
        return lines
    }

    private func deviceLines(_ view: DiscoveryView) -> [String] {
        var lines: [String] = []
        if let title = view.title {
            let serial = view.serialNumber.map { ", serial \($0)" } ?? ""
            lines.append(Output.safe("# \(title)\(serial)"))
        }
        lines += [
            "[[device]]", "name = \"unit-\(view.unit)\"", "bus = \(Self.quoted(bus))",
            "unit_id = \(view.unit)",
        ]
        lines.append(
            view.profile.map { "profile = \(Self.quoted($0))" }
                ?? "# profile = \"…\", or a [[device.point]] for each value")
        return lines
    }

    private static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}
