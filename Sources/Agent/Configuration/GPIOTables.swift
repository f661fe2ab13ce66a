// SPDX-License-Identifier: Apache-2.0

internal import HAL
internal import Telemetry

/// Reads a bus of GPIO lines.
enum GPIOTables {
    /// The bus; `nil` if something is wrong, which is then noted.
    ///
    /// - Parameters:
    ///   - bus: its table.
    ///   - devices: the devices on it.
    ///   - board: the board, which knows its pins and lines; `nil` if none is configured.
    /// - Returns: what the driver is made from.
    static func read(
        _ bus: TableReader, _ devices: [DeviceTable], board: BoardDefinition?
    ) -> GPIOBusDefinition? {
        let definitions = devices.map { device -> GPIODeviceDefinition? in
            let points = device.points.map { point($0, board) }
            guard points.allSatisfy({ $0 != nil }) else { return nil }
            return GPIODeviceDefinition(name: device.name, points: points.compactMap { $0 })
        }
        guard definitions.allSatisfy({ $0 != nil }) else { return nil }
        let definition = GPIOBusDefinition(devices: definitions.compactMap { $0 })
        let problems = definition.problems
        for problem in problems { report(problem, bus, devices) }
        return problems.isEmpty ? definition : nil
    }

    private static func point(
        _ point: PointTable, _ board: BoardDefinition?
    ) -> GPIOPointDefinition? {
        let table = point.table
        let line = line(table, board)
        let mode = mode(point)
        let settings = settings(of: point, mode)
        guard let polled = point.polled, let line, let mode else { return nil }
        var definition = GPIOPointDefinition(polled: polled, line: line, mode: mode)
        settings(&definition)
        let unit: Unit? =
            switch mode {
            case .frequency: Unit("Hz")
            case .duty: .ratio
            case .input, .output, .counter: nil
            }
        if let unit, unit != polled.point.unit, definition.scale == 1, definition.offset == 0 {
            table.problem(
                "unit", "the values are in \"\(unit.symbol)\"; give that unit, or a scale")
        }
        return definition
    }

    /// `line`, as the board knows it if it does, or the one at `pin`.
    private static func line(_ table: TableReader, _ board: BoardDefinition?) -> String? {
        guard let pin = pin(table) else {
            guard !table.has("pin") else { return nil }
            let line = table.text("line")
            return line.isEmpty ? nil : board?.line(line)?.address ?? line
        }
        if table.optionalText("line") != nil {
            table.problem("pin", "give either a line or a pin")
            return nil
        }
        guard let board else {
            table.problem("pin", "a pin needs agent.board, whose file says which line it is")
            return nil
        }
        guard let line = board.line(ofPin: pin) else {
            table.problem("pin", "the board has no line at pin \(pin)")
            return nil
        }
        return line
    }

    /// The pin: a number, or a text where a board has several headers, as `"P9_12"`.
    private static func pin(_ table: TableReader) -> String? {
        if case .text = table.content("pin") { return table.optionalText("pin") }
        return table.optionalInteger("pin", in: 1...256).map { "\($0)" }
    }

    private static func mode(_ point: PointTable) -> GPIOPointDefinition.Mode? {
        let table = point.table
        let mode = table.choice(
            "mode",
            [
                "input": GPIOPointDefinition.Mode.input, "output": .output, "counter": .counter,
                "frequency": .frequency, "duty": .duty,
            ], default: point.isOutput ? "output" : "input")
        if mode == .output, !point.isOutput {
            table.problem("mode", "an output has a table [device.point.output]")
            return nil
        }
        if let mode, mode != .output, point.isOutput {
            table.problem("mode", "a point with a table [device.point.output] is an output")
            return nil
        }
        return mode
    }

    /// The keys that have defaults, as a change of a point that has them.
    private static func settings(
        of point: PointTable, _ mode: GPIOPointDefinition.Mode?
    ) -> (inout GPIOPointDefinition) -> Void {
        let table = point.table
        let bias = table.choice(
            "bias",
            [
                "as-is": GPIOPointDefinition.Bias.asIs, "none": .disabled, "pull-up": .pullUp,
                "pull-down": .pullDown,
            ], default: "as-is")
        let isActiveLow = table.boolean("active_low", default: false)
        let drive = table.choice(
            "drive",
            [
                "push-pull": GPIOPointDefinition.Drive.pushPull, "open-drain": .openDrain,
                "open-source": .openSource,
            ], default: "push-pull")
        let edges =
            table.has("edges")
            ? table.choice(
                "edges",
                [
                    "none": GPIOPointDefinition.Edges.none, "rising": .rising,
                    "falling": .falling, "both": .both,
                ]) : nil
        let longest = Double(GPIOLimits.debounceMicrosecondsMax) / 1e6
        let debounce = table.number("debounce_seconds", in: 0...longest, default: 0)
        let pulses =
            mode == .counter || table.has("pulses_per_unit")
            ? table.number("pulses_per_unit", default: 1) : 1
        let (scale, offset) =
            mode == .frequency || mode == .duty || table.has("scale") || table.has("offset")
            ? point.scaling() : (1, 0)
        let (minimum, maximum) = point.range()
        // The guard of outputs reads the table; here it is only the level to begin with.
        let initial = point.output?.safe == .boolean(true)
        return { definition in
            definition.bias = bias ?? .asIs
            definition.isActiveLow = isActiveLow
            definition.drive = drive ?? .pushPull
            if let edges { definition.edges = edges }
            definition.debounceMicroseconds = Int((debounce * 1e6).rounded())
            definition.pulsesPerUnit = pulses
            (definition.scale, definition.offset) = (scale, offset)
            definition.initial = initial
            let lower = minimum ?? -.greatestFiniteMagnitude
            let upper = maximum ?? .greatestFiniteMagnitude
            // A reversed range has been noted already.
            let isRange = (minimum != nil || maximum != nil) && lower <= upper
            definition.range = isRange ? lower...upper : nil
        }
    }

    /// Notes a problem of a definition at the key that it came from.
    private static func report(
        _ problem: GPIODefinitionError, _ bus: TableReader, _ devices: [DeviceTable]
    ) {
        let key: String? =
            switch problem.rule {
            case .line, .chipNumber, .sharedLine, .lineConflict: "line"
            case .outputSetting, .edges: "edges"
            case .inputSetting: "drive"
            case .debounce: "debounce_seconds"
            case .pulsesPerUnit: "pulses_per_unit"
            case .scale: "scale"
            case .range: "max"
            case .empty, .lineCount, .schedule: nil
            }
        let points = devices.flatMap(\.points)
        let table =
            points.first { $0.polled?.point.id.name == problem.place }?.table
            ?? devices.first { $0.name == problem.place }?.table ?? bus
        switch problem.rule {
        case .empty: break  // said already
        default:
            if let key {
                table.problem(key, problem.detail)
            } else {
                table.problem("\(problem.rule.rawValue): \(problem.detail)")
            }
        }
    }
}
