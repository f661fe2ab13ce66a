// SPDX-License-Identifier: Apache-2.0

internal import Telemetry

/// A reading as commands show it.
struct ReadingView: Encodable {
    let id: UInt64
    let point: String
    let unit: String
    let number: Double?
    let integer: Int64?
    let state: Bool?
    let string: String?
    let quality: String
    let cause: String?
    let observedAt: String
    let isClockPlausible: Bool
    let boot: UInt32
    let uptimeMilliseconds: Int64

    /// The value for people, or the cause of its absence.
    let text: String

    private enum CodingKeys: String, CodingKey {
        case id, point, unit, number, integer, state, string, quality, cause, observedAt
        case isClockPlausible, boot, uptimeMilliseconds
    }

    init(_ stored: StoredReading) {
        self.init(stored.reading, id: stored.id, boot: stored.boot)
    }

    init(_ reading: Reading, id: UInt64, boot: UInt32) {
        let outcome = reading.outcome
        self.id = id
        point = reading.point.id.name
        unit = reading.point.unit.symbol
        var number: Double?
        var integer: Int64?
        var state: Bool?
        var string: String?
        switch outcome.value {
        case .number(let value): number = value
        case .integer(let value): integer = value
        case .boolean(let value): state = value
        case .text(let value): string = value
        case nil: break
        }
        (self.number, self.integer, self.state, self.string) = (number, integer, state, string)
        quality = outcome.quality.word
        cause = outcome.fault?.word
        observedAt = Format.time(reading.time.wallMilliseconds)
        isClockPlausible = reading.time.isWallPlausible
        self.boot = boot
        uptimeMilliseconds = reading.time.uptimeMilliseconds
        text =
            outcome.value == nil
            ? outcome.fault?.word ?? "" : "\(Format.value(outcome.value)) \(unit)"
    }
}
