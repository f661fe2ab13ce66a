// SPDX-License-Identifier: Apache-2.0

internal import HAL
internal import Telemetry

/// A `[[device.point]]` with what all drivers have in common.
final class PointTable {
    /// The periods that can be configured.
    static let periodSeconds =
        Double(HALLimits.periodMillisecondsMin) / 1000...Double(HALLimits.periodMillisecondsMax)
        / 1000

    let table: TableReader
    let name: String
    /// Whether its place may be that of another point too; only profiles are held to it.
    let isOverlapping: Bool
    /// The point and its period; `nil` if its name or unit is wrong.
    let polled: PolledPoint?
    /// What may be written to it; `nil` if nothing may.
    let output: OutputTable?

    init(_ table: TableReader, device: String, periodSeconds: Double?) {
        self.table = table
        name = table.text("name")
        isOverlapping =
            table.has("overlaps") ? table.boolean("overlaps", default: false) : false
        let id = PointID("\(device)/\(name)")
        if id == nil && !name.isEmpty {
            table.problem("name", "must be letters, digits, \"-\", \":\", \".\", \"/\" and \"_\"")
        }
        let symbol = table.text("unit")
        let unit = Unit(symbol)
        if unit == nil && !symbol.isEmpty {
            let hint = Spelling.hint(for: symbol, among: Unit.symbols)
            table.problem("unit", "\"\(symbol)\" is no SenML unit (RFC 8428, RFC 8798)\(hint)")
        }
        let period = table.seconds(
            "period_seconds",
            inMilliseconds: HALLimits.periodMillisecondsMin...HALLimits.periodMillisecondsMax,
            default: periodSeconds ?? 1)
        output = table.has("output") ? OutputTable(table.table("output")) : nil
        polled = id.flatMap { id in
            unit.map {
                PolledPoint(point: Point(id: id, unit: $0), periodMilliseconds: period)
            }
        }
    }

    /// Whether the point has an `output` table: it can be written.
    var isOutput: Bool { output != nil }

    /// `min` and `max`, in the point's unit.
    func range() -> (minimum: Double?, maximum: Double?) {
        let minimum = table.optionalNumber("min")
        let maximum = table.optionalNumber("max")
        if let minimum, let maximum, minimum > maximum {
            table.problem("max", "must not be less than min")
        }
        return (minimum, maximum)
    }

    /// `scale`, `offset`, `min` and `max` together.
    func valueScale() -> ValueScale {
        let (scale, offset) = scaling()
        let (minimum, maximum) = range()
        let lower = minimum ?? -.greatestFiniteMagnitude
        let upper = maximum ?? .greatestFiniteMagnitude
        // A reversed range has been noted already.
        let range = minimum == nil && maximum == nil || lower > upper ? nil : lower...upper
        return ValueScale(scale: scale, offset: offset, range: range)
    }

    /// Notes a unit that is not the one of what the key stands for, unless a scale explains it.
    func checkUnit(_ unit: Unit?, of key: String, _ scale: ValueScale) {
        guard let unit, let own = polled?.point.unit, unit != own, scale.scale == 1,
            scale.offset == 0
        else { return }
        table.problem(
            "unit", "the \(key)'s values are in \"\(unit.symbol)\"; give that unit, or a scale")
    }

    /// `scale` and `offset`.
    func scaling() -> (scale: Double, offset: Double) {
        let scale = table.number("scale", default: 1)
        if scale == 0 { table.problem("scale", "must not be zero") }
        return (scale, table.number("offset", default: 0))
    }
}
