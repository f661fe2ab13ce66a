// SPDX-License-Identifier: Apache-2.0

internal import HAL

/// What a board has beside its headers, for people.
enum BoardFacts {
    /// A line for each interface, watchdog, thermal zone and LED.
    static func lines(of board: BoardDefinition) -> [String] {
        let ports = BoardInterface.Kind.allCases.filter { $0 != .onboard && $0 != .pwm }
            .flatMap { kind in board.interfaces.filter { $0.kind == kind } }
        var facts = ports.map { port in
            var parts = [port.name, port.devices.joined(separator: " ")]
            let pins = port.signals.compactMap { signal in
                board.pin(ofLine: signal.line).map { "\($0.header)-\($0.number)" }
            }
            if !pins.isEmpty {
                parts.append((pins.count == 1 ? "pin " : "pins ") + pins.joined(separator: " "))
            }
            if port.isMini { parts.append("mini UART") }
            if let occupant = port.occupant { parts.append("of \(occupant)") }
            if let enabling = port.enabling { parts.append("needs \(enabling)") }
            return parts.filter { !$0.isEmpty }.joined(separator: ", ")
        }
        if let watchdog = board.watchdog {
            facts.append(
                "watchdog, \(watchdog.device) (\(watchdog.driver)), "
                    + "at most \(watchdog.timeoutSecondsMax) s")
        }
        if !board.thermalZones.isEmpty {
            facts.append("thermal zones, " + board.thermalZones.joined(separator: ", "))
        }
        if !board.leds.isEmpty { facts.append("LEDs, " + board.leds.joined(separator: ", ")) }
        return facts.flatMap { BoardDrawing.wrapped(Output.safe($0)) }
    }
}
