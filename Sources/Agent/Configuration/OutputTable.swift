// SPDX-License-Identifier: Apache-2.0

internal import HAL
internal import Telemetry

/// A `[device.point.output]`: what may be written to the point, and its safe state.
final class OutputTable {
    private let table: TableReader
    private let kind: OutputRules.Kind?
    /// The value of the safe state; `nil` if it is missing or wrong.
    let safe: Value?
    private let intervalMillisecondsMin: Int64
    private let changesPerHourMax: Int?
    private let leaseMillisecondsMax: Int64
    private let interlocks: [String]
    private let ageMillisecondsMax: Int64?

    init(_ table: TableReader) {
        self.table = table
        safe = table.stateOrNumber("safe")
        kind = Self.kind(safe, table)
        intervalMillisecondsMin = table.seconds(
            "interval_seconds_min",
            inMilliseconds: 0...HALLimits.outputIntervalMillisecondsMax, default: 0.1)
        changesPerHourMax = table.optionalInteger(
            "changes_per_hour_max", in: 1...Int64(HALLimits.changesPerHourMax)
        ).map { Int($0) }
        leaseMillisecondsMax = table.seconds(
            "lease_seconds_max", inMilliseconds: 100...HALLimits.leaseMillisecondsMax,
            default: 3600)
        interlocks = table.texts("interlock")
        ageMillisecondsMax = table.optionalNumber("interlock_max_age_seconds", in: 0.05...86_400)
            .map { Int64(($0 * 1000).rounded()) }
        table.finish()
    }

    /// A state if the safe value is one, otherwise a level within `min` and `max`.
    private static func kind(_ safe: Value?, _ table: TableReader) -> OutputRules.Kind? {
        let minimum = table.optionalNumber("min")
        let maximum = table.optionalNumber("max")
        let step = table.optionalNumber("step")
        switch safe {
        case .boolean:
            for key in ["min", "max", "step"] where table.has(key) {
                table.problem(key, "is for levels; this output's safe value is a state")
            }
            return .state
        case .integer, .number:
            guard let minimum, let maximum else {
                table.problem("a level has \"min\" and \"max\", in the point's unit")
                return nil
            }
            guard minimum < maximum else {
                table.problem("max", "must be more than min")
                return nil
            }
            return .level(minimum...maximum, step: step)
        case .text, nil: return nil
        }
    }

    /// The rules.
    ///
    /// - Parameters:
    ///   - own: the output's own point.
    ///   - periods: the period of every point of the configuration, for the interlocks.
    /// - Returns: `nil` if something is wrong, which is then noted.
    func rules(of own: PointID, _ periods: [PointID: Int64]) -> OutputRules? {
        let locks = interlocks.compactMap { interlock($0, own, periods) }
        guard let kind, let safe, locks.count == interlocks.count else { return nil }
        do throws(HALError) {
            return try OutputRules(
                kind, safe: safe, intervalMillisecondsMin: intervalMillisecondsMin,
                changesPerHourMax: changesPerHourMax, leaseMillisecondsMax: leaseMillisecondsMax,
                interlocks: locks, place: own.name)
        } catch {
            let key =
                switch error.rule {
                case .safeValueNotUsable: "safe"
                case .levelNotUsable: "step"
                default: "interlock"
                }
            table.problem(key, error)
            return nil
        }
    }

    private func interlock(
        _ text: String, _ own: PointID, _ periods: [PointID: Int64]
    ) -> Interlock? {
        let parsed: Interlock
        do throws(HALError) {
            parsed = try Interlock(parsing: text, ageMillisecondsMax: 0)
        } catch {
            table.problem("interlock", error)
            return nil
        }
        guard parsed.point != own else {
            table.problem("interlock", "\"\(text)\" is about the output itself")
            return nil
        }
        guard let period = periods[parsed.point] else {
            let hint = Spelling.hint(for: parsed.point.name, among: periods.keys.map(\.name))
            table.problem("interlock", "there is no point \"\(parsed.point)\"\(hint)")
            return nil
        }
        // Two reads may fail to come in time before the third one counts.
        let age = ageMillisecondsMax ?? max(3 * period, AgentLimits.interlockAgeMillisecondsMin)
        guard age > period else {
            table.problem(
                "interlock_max_age_seconds",
                "must be more than the period of \"\(parsed.point)\", \(Double(period) / 1000) s")
            return nil
        }
        return Interlock(
            point: parsed.point, condition: parsed.condition, ageMillisecondsMax: age)
    }
}
