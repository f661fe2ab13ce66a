// SPDX-License-Identifier: Apache-2.0

internal import Telemetry

extension ModbusPointDefinition {
    /// The point's name.
    var name: String { polled.point.id.name }

    /// What is wrong with the point.
    var problems: [ModbusDefinitionError] {
        var found = encodingProblems
        // A place that can't be has no distance to a scale factor.
        if found.isEmpty { found += modelProblems + writeProblems }
        found += numberProblems
        let periods = HALLimits.periodMillisecondsMin...HALLimits.periodMillisecondsMax
        if !periods.contains(polled.periodMilliseconds) {
            found.append(
                .init(
                    rule: .period, place: name,
                    detail: "\(polled.periodMilliseconds) ms, not \(periods)"))
        }
        return found
    }

    private var encodingProblems: [ModbusDefinitionError] {
        var found: [ModbusDefinitionError] = []
        func refuse(_ rule: ModbusDefinitionError.Rule, _ detail: String) {
            found.append(.init(rule: rule, place: name, detail: detail))
        }
        if table.holdsBits != (encoding == .boolean) {
            refuse(.encoding, "\(encoding) can't lie in table \(table.rawValue)")
        }
        switch encoding {
        case .flag(let bit) where !(0...15).contains(bit):
            refuse(.bitField, "bit \(bit), not 0...15")
        case .bits(let offset, let count)
        where !(0...15).contains(offset) || !(1...16).contains(count) || offset + count > 16:
            refuse(.bitField, "\(count) bits from bit \(offset) do not lie in one register")
        case .text(let registers) where !(1...ModbusLimits.registersPerReadMax).contains(registers):
            refuse(.textLength, "\(registers), not 1...\(ModbusLimits.registersPerReadMax)")
            return found
        case .text where order.swapsRegisters:
            refuse(.order, "\(order.rawValue) for a text; ABCD or BADC")
        case .boolean where order != .abcd:
            refuse(.order, "\(order.rawValue) for a single bit")
        default: break
        }
        let last = ModbusLimits.addressesPerTable - encoding.width
        if !(0...last).contains(address) {
            refuse(.address, "\(address), not 0...\(last) for \(encoding.width) addresses")
        }
        return found
    }

    private var numberProblems: [ModbusDefinitionError] {
        var found: [ModbusDefinitionError] = []
        func refuse(_ rule: ModbusDefinitionError.Rule, _ detail: String) {
            found.append(.init(rule: rule, place: name, detail: detail))
        }
        if !scale.isFinite || scale == 0 || !offset.isFinite {
            refuse(.scale, "scale \(scale), offset \(offset)")
        } else if scale != 1 || offset != 0, !encoding.isNumeric {
            refuse(.scale, "\(encoding) can't be scaled")
        }
        let low = minimum ?? -.greatestFiniteMagnitude
        let high = maximum ?? .greatestFiniteMagnitude
        if !low.isFinite || !high.isFinite || low > high {
            refuse(.range, "\(low)...\(high)")
        } else if minimum != nil || maximum != nil, !encoding.isNumeric {
            refuse(.range, "\(encoding) has no range")
        }
        return found
    }

    private var modelProblems: [ModbusDefinitionError] {
        var found: [ModbusDefinitionError] = []
        func refuse(_ rule: ModbusDefinitionError.Rule, _ detail: String) {
            found.append(.init(rule: rule, place: name, detail: detail))
        }
        if let model {
            if !ModbusLimits.sunSpecModels.contains(model) {
                refuse(.model, "\(model), not \(ModbusLimits.sunSpecModels)")
            } else if table != .holding {
                refuse(.model, "SunSpec models lie in table holding, not \(table.rawValue)")
            }
        }
        if let scaleRegister {
            if table.holdsBits || !encoding.isInteger {
                refuse(.scaleRegister, "\(encoding) has no scale factor")
            } else if !(0..<ModbusLimits.addressesPerTable).contains(scaleRegister)
                || span.contains(scaleRegister)
            {
                refuse(.scaleRegister, "\(scaleRegister), where no scale factor can be")
            }
        }
        return found
    }

    private var writeProblems: [ModbusDefinitionError] {
        guard let write else { return [] }
        var detail: String?
        if table == .discrete || table == .input {
            detail = "table \(table.rawValue) can only be read"
        } else if write == .single, encoding.width > 1 {
            detail = "\(encoding) takes \(encoding.width) registers, which one write can't set"
        } else if encoding.width > ModbusLimits.registersPerWriteMax {
            detail = "\(encoding.width) registers, more than \(ModbusLimits.registersPerWriteMax)"
        }
        return detail.map { [.init(rule: .write, place: name, detail: $0)] } ?? []
    }
}
