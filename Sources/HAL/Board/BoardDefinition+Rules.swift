// SPDX-License-Identifier: Apache-2.0

extension BoardDefinition {
    /// Every rule that the definition breaks, in the order of its parts.
    public var brokenRules: [BoardError] {
        brokenByCompatible + brokenByHeaders + brokenByLines + brokenByInterfaces
    }

    private var brokenByCompatible: [BoardError] {
        var seen: Set<String> = [""]
        return compatible.filter { !seen.insert($0).inserted }
            .map { BoardError(.compatible, .board, "\"\($0)\" is empty or stands there twice") }
    }

    private var brokenByHeaders: [BoardError] {
        var errors: [BoardError] = []
        var names: Set<String> = []
        var carried: [String: BoardPin] = [:]
        let labels = Set(lines.map(\.label))
        for (index, header) in headers.enumerated() {
            func add(_ rule: BoardError.Rule, _ detail: String) {
                errors.append(BoardError(rule, .header(index), detail))
            }
            if !names.insert(header.name).inserted {
                add(.duplicateName, "there is another header \"\(header.name)\"")
            }
            let count = header.labels.count
            if !(1...2).contains(header.columns) || header.rows < 1
                || header.rows > HALLimits.headerRowsMax || count != header.columns * header.rows
            {
                add(
                    .pinCount,
                    "\(count) pins, not 1 or 2 columns of \(header.rows) rows (at most "
                        + "\(HALLimits.headerRowsMax))")
            }
            for pin in header.pins {
                if !(1...HALLimits.pinLabelBytesMax).contains(pin.label.utf8.count) {
                    add(
                        .labelLength,
                        "pin \(pin.number): \"\(pin.label)\" has not 1 to "
                            + "\(HALLimits.pinLabelBytesMax) bytes")
                }
                guard pin.kind == .line else { continue }
                if !labels.contains(pin.label) {
                    add(
                        .unknownLabel,
                        "pin \(pin.number): \"\(pin.label)\" is no line, power or ground, and not "
                            + "listed in other")
                }
                if let first = carried[pin.label] {
                    add(
                        .duplicatePin,
                        "pin \(pin.number): \"\(pin.label)\" is on \(first.header) pin "
                            + "\(first.number) already")
                } else {
                    carried[pin.label] = pin
                }
            }
        }
        return errors
    }

    private var brokenByLines: [BoardError] {
        var errors: [BoardError] = []
        var names: Set<String> = []
        let carried = Set(pins.filter { $0.kind == .line }.map(\.label))
        for line in lines {
            for name in Set([line.label, line.kernelName ?? line.label, line.address]).sorted()
            where !names.insert(name).inserted {
                errors.append(
                    BoardError(.duplicateLine, .lines, "\"\(name)\" means two lines"))
            }
            if !carried.contains(line.label) {
                errors.append(
                    BoardError(.lineWithoutPin, .lines, "\"\(line.label)\" is on no header"))
            }
        }
        return errors
    }

    private var brokenByInterfaces: [BoardError] {
        var errors: [BoardError] = []
        var names: Set<String> = []
        let labels = Set(lines.map(\.label))
        for (index, interface) in interfaces.enumerated() {
            func add(_ rule: BoardError.Rule, _ detail: String) {
                errors.append(BoardError(rule, .interface(index), detail))
            }
            if !names.insert("\(interface.kind.rawValue) \(interface.name)").inserted {
                add(.duplicateName, "there is another \"\(interface.name)\"")
            }
            for signal in interface.signals where !labels.contains(signal.line) {
                add(.unknownLine, "\"\(signal.line)\" is no line of the board")
            }
            for device in interface.devices where !device.hasPrefix("/dev/") {
                add(.devicePath, "\"\(device)\" does not begin with \"/dev/\"")
            }
            for signal in interface.signals {
                let function = interface.function(of: signal.line) ?? ""
                if function.utf8.count > HALLimits.pinFunctionBytesMax {
                    add(
                        .labelLength,
                        "\"\(function)\" is longer than \(HALLimits.pinFunctionBytesMax) bytes")
                }
            }
        }
        return errors
    }
}
