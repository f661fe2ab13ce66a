// SPDX-License-Identifier: Apache-2.0

extension GPIOBusDefinition {
    /// Everything that is wrong with the definition, in the order of its parts; empty if nothing is.
    public var problems: [GPIODefinitionError] {
        var found: [GPIODefinitionError] = []
        if devices.isEmpty {
            found.append(.init(rule: .empty, place: "bus", detail: "no device"))
        }
        do throws(HALError) {
            try DeviceDescription.check(devices.map(\.description))
        } catch {
            found.append(
                .init(
                    rule: .schedule, place: error.place,
                    detail: error.rule.rawValue + (error.detail.map { ", \($0)" } ?? "")))
        }
        var owners: [String: String] = [:]
        for device in devices {
            if device.points.isEmpty {
                found.append(.init(rule: .empty, place: device.name, detail: "no point"))
            }
            for point in device.points {
                found += point.problems
                let owner = owners[point.line] ?? device.name
                owners[point.line] = owner
                if owner != device.name {
                    found.append(
                        .init(
                            rule: .sharedLine, place: point.name,
                            detail: "\(point.line) belongs to \(owner)"))
                }
            }
            found += device.conflicts
        }
        if owners.count > GPIOLimits.linesPerBusMax {
            found.append(
                .init(
                    rule: .lineCount, place: devices.last?.name ?? "bus",
                    detail: "\(owners.count), more than \(GPIOLimits.linesPerBusMax)"))
        }
        return found
    }
}

extension GPIODeviceDefinition {
    /// Points that want a line of another point to be otherwise.
    fileprivate var conflicts: [GPIODefinitionError] {
        var firsts: [String: GPIOPointDefinition] = [:]
        return points.compactMap { point in
            guard let first = firsts[point.line] else {
                firsts[point.line] = point
                return nil
            }
            let agree =
                first.mode != .output && point.mode != .output && first.bias == point.bias
                && first.isActiveLow == point.isActiveLow
                && first.debounceMicroseconds == point.debounceMicroseconds
            guard !agree else { return nil }
            return GPIODefinitionError(
                rule: .lineConflict, place: point.name,
                detail: "\(point.line) is otherwise for \(first.name)")
        }
    }
}

extension GPIOPointDefinition {
    /// What is wrong with the point by itself.
    fileprivate var problems: [GPIODefinitionError] {
        var found: [GPIODefinitionError] = []
        func refuse(_ rule: GPIODefinitionError.Rule, _ detail: String) {
            found.append(.init(rule: rule, place: name, detail: detail))
        }
        let bytes = line.utf8
        if bytes.isEmpty || bytes.count > GPIOLimits.lineTextBytesMax
            || !bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
        {
            refuse(.line, "\"\(line.prefix(GPIOLimits.lineTextBytesMax))\" names no line")
        }
        if Self.isChipNumber(line) {
            refuse(
                .chipNumber, "\(line): give the line's name, or the chip's label before the \":\"")
        }
        let isOutput = mode == .output
        if isOutput && (!edges.isEmpty || debounceMicroseconds != 0) {
            refuse(.outputSetting, "an output has no edges and no debounce")
        }
        if !isOutput && (drive != .pushPull || initial) {
            refuse(.inputSetting, "only an output has a drive and an initial level")
        }
        switch mode {
        case .counter where edges.isEmpty: refuse(.edges, "a counter counts at least one edge")
        case .frequency where edges != .rising: refuse(.edges, "a frequency is of rising edges")
        case .duty where edges != .both: refuse(.edges, "a duty needs both edges")
        default: break
        }
        if !(0...GPIOLimits.debounceMicrosecondsMax).contains(debounceMicroseconds) {
            refuse(.debounce, "0...\(GPIOLimits.debounceMicrosecondsMax) µs")
        }
        if !pulsesPerUnit.isFinite || pulsesPerUnit <= 0 || mode != .counter && pulsesPerUnit != 1 {
            refuse(.pulsesPerUnit, "above zero, of a counter")
        }
        let isMeasure = mode == .frequency || mode == .duty
        if !scale.isFinite || scale == 0 || !offset.isFinite
            || !isMeasure && (scale != 1 || offset != 0)
        {
            refuse(.scale, "finite, not zero, of a frequency or duty")
        }
        if range != nil && !isMeasure && mode != .counter { refuse(.range, "a state has none") }
        return found
    }

    /// `17`, `gpiochip0` or `gpiochip0:17`: numbers that the kernel gives out as chips appear.
    private static func isChipNumber(_ text: String) -> Bool {
        func isNumber(_ text: Substring) -> Bool {
            !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
        }
        if isNumber(text[...]) { return true }
        guard text.hasPrefix("gpiochip") else { return false }
        return isNumber(text.dropFirst("gpiochip".count).prefix { $0 != ":" })
    }
}
