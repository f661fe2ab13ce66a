// SPDX-License-Identifier: Apache-2.0

internal import Telemetry

/// What a receiver has said, newest last. Pure: sentences and times in, outcomes out.
///
/// Source: NMEA 0183 sentences RMC, GGA, GSA, VTG, ZDA and GLL, of any talker.
struct NMEAState {
    private struct Entry {
        let value: Value
        let uptimeMilliseconds: Int64
    }

    private var entries: [NMEAChannel: Entry] = [:]
    /// Whether the receiver had a position when it last said so; `nil` before.
    private var hasFix: Bool?
    /// When the last sentence of those above came.
    private(set) var newestUptimeMilliseconds: Int64?

    /// Takes a sentence without `$` and checksum; other sentences than those above change nothing.
    mutating func take(_ sentence: ArraySlice<UInt8>, at uptimeMilliseconds: Int64) {
        let fields = NMEAFields(sentence)
        var found: [(NMEAChannel, Value?)]
        switch fields.kind {
        case "RMC": found = recommended(fields)
        case "GGA": found = fixData(fields)
        case "GLL": found = position(fields)
        case "GSA":
            found = fields.integer(2) == 1 ? [] : [(.hdop, Self.number(fields.number(16)))]
        case "VTG": found = track(fields)
        case "ZDA": found = [(.time, date(fields))]
        default: return
        }
        newestUptimeMilliseconds = uptimeMilliseconds
        if hasFix == false { found.removeAll { Self.needsFix($0.0) } }
        for (channel, value) in found {
            guard let value else { continue }
            entries[channel] = Entry(value: value, uptimeMilliseconds: uptimeMilliseconds)
        }
    }

    /// Whether a channel has an answer of its own: a value, or that there is no position.
    func knows(_ channel: NMEAChannel) -> Bool {
        entries[channel] != nil || hasFix == false && Self.needsFix(channel)
    }

    /// What a channel is at a time, if that is not older than allowed; `nil` if nothing was said
    /// about it yet.
    func figure(
        _ channel: NMEAChannel, at uptimeMilliseconds: Int64, staleMilliseconds: Int64
    ) -> Result<Value, ReadFault>? {
        guard let newest = newestUptimeMilliseconds else { return nil }
        guard uptimeMilliseconds - newest <= staleMilliseconds else {
            return .failure(ReadFault(.stale))
        }
        if hasFix == false && Self.needsFix(channel) { return .failure(ReadFault(.noFix)) }
        guard let entry = entries[channel] else { return nil }
        guard uptimeMilliseconds - entry.uptimeMilliseconds <= staleMilliseconds else {
            return .failure(ReadFault(.stale))
        }
        return .success(entry.value)
    }

    /// The number of satellites and the quality are known without a position too. The time is not
    /// believed without one: it may be that of a clock which has lost its battery.
    private static func needsFix(_ channel: NMEAChannel) -> Bool {
        channel != .satellites && channel != .fix
    }

    private mutating func recommended(_ fields: NMEAFields) -> [(NMEAChannel, Value?)] {
        // The mode, since NMEA 2.3: N is no position, S a simulated one.
        let mode = fields.letter(12)
        judge(isValid: fields.letter(2) == "A" && mode != "N" && mode != "S")
        var time: Value?
        if let day = fields.date(9), let milliseconds = fields.timeOfDay(1) {
            time = Self.time(day: day, milliseconds)
        }
        return [
            (.latitude, Self.latitude(fields, 3)), (.longitude, Self.longitude(fields, 5)),
            (.speed, Self.number(fields.number(7).map { $0 * 1852 / 3600 })),
            (.course, Self.number(fields.number(8))), (.time, time),
        ]
    }

    private mutating func fixData(_ fields: NMEAFields) -> [(NMEAChannel, Value?)] {
        let quality = fields.integer(6)
        // 7 is a position that was typed in, 8 a simulated one.
        judge(isValid: (1...6).contains(quality ?? 0))
        return [
            (.latitude, Self.latitude(fields, 2)), (.longitude, Self.longitude(fields, 4)),
            (.fix, quality.map(Value.integer)), (.satellites, fields.integer(7).map(Value.integer)),
            (.hdop, Self.number(fields.number(8))),
            (.altitude, fields.letter(10) == "M" ? Self.number(fields.number(9)) : nil),
        ]
    }

    private mutating func position(_ fields: NMEAFields) -> [(NMEAChannel, Value?)] {
        let mode = fields.letter(7)
        judge(isValid: fields.letter(6) == "A" && mode != "N" && mode != "S")
        return [(.latitude, Self.latitude(fields, 1)), (.longitude, Self.longitude(fields, 3))]
    }

    private func track(_ fields: NMEAFields) -> [(NMEAChannel, Value?)] {
        guard fields.letter(9) != "N" else { return [] }
        let course = fields.letter(2) == "T" ? fields.number(1) : nil
        let knots = fields.letter(6) == "N" ? fields.number(5) : nil
        return [
            (.course, Self.number(course)), (.speed, Self.number(knots.map { $0 * 1852 / 3600 })),
        ]
    }

    private func date(_ fields: NMEAFields) -> Value? {
        // The sentence itself does not say whether the time is that of the satellites.
        guard hasFix == true, let milliseconds = fields.timeOfDay(1), let day = fields.integer(2),
            let month = fields.integer(3), let year = fields.integer(4),
            let days = NMEAFields.days(day: day, month: month, year: year)
        else { return nil }
        return Self.time(day: days, milliseconds)
    }

    /// Notes whether there is a position. What was said while there was one is not true any more
    /// without it, nor when it is back.
    private mutating func judge(isValid: Bool) {
        if !isValid { entries = entries.filter { !Self.needsFix($0.key) } }
        hasFix = isValid
    }

    private static func latitude(_ fields: NMEAFields, _ index: Int) -> Value? {
        number(fields.angle(index, positive: "N", negative: "S", most: 90))
    }

    private static func longitude(_ fields: NMEAFields, _ index: Int) -> Value? {
        number(fields.angle(index, positive: "E", negative: "W", most: 180))
    }

    private static func number(_ number: Double?) -> Value? { number.map(Value.number) }

    private static func time(day: Int64, _ milliseconds: Int64) -> Value {
        .number(Double(day * 86_400) + Double(milliseconds) / 1000)
    }
}
