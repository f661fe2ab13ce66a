// SPDX-License-Identifier: Apache-2.0

public import Telemetry

/// The SenML record of one reading (RFC 8428 §4, CBOR labels of §6): a leaf of the tree.
///
/// One reading has one encoding. The wall time is left out where the clock was not set, because
/// SenML reads a small time as relative to now; decoding gives such a reading the wall time 0.
public enum SenMLRecord {
    enum Label {
        static let name: UInt64 = 0
        static let unit: UInt64 = 1
        static let value: UInt64 = 2
        static let text: UInt64 = 3
        static let boolean: UInt64 = 4
        static let time: UInt64 = 6
        static let boot = "b"
        static let id = "i"
        static let uptime = "m"
        static let quality = "q"
        static let cause = "qc"
    }

    /// The deterministic CBOR of the record of `stored`.
    ///
    /// A value that breaks the contract of `Value` (not finite, too long a text) is written as bad.
    public static func encode(_ stored: StoredReading) -> [UInt8] {
        let reading = stored.reading
        let outcome = checked(reading.outcome)
        let wall = reading.time.wallMilliseconds
        let isTimed = isTime(wall)
        var encoder = CBOREncoder(capacity: 128)
        encoder.map(6 + (isTimed ? 1 : 0) + extraFields(of: outcome))
        encoder.unsigned(Label.name)
        encoder.text(reading.point.id.name)
        encoder.unsigned(Label.unit)
        encoder.text(reading.point.unit.symbol)
        write(outcome, to: &encoder)
        if isTimed {
            encoder.unsigned(Label.time)
            encoder.float(Double(wall) / 1000)
        }
        encoder.text(Label.boot)
        encoder.unsigned(UInt64(stored.boot))
        encoder.text(Label.id)
        encoder.unsigned(stored.id)
        encoder.text(Label.uptime)
        encoder.unsigned(UInt64(max(0, reading.time.uptimeMilliseconds)))
        if outcome.quality != .good {
            encoder.text(Label.quality)
            encoder.unsigned(UInt64(outcome.quality.rawValue))
        }
        if case .uncertain(_, let fault) = outcome {
            encoder.text(Label.cause)
            encoder.text(fault.word)
        }
        return encoder.bytes
    }

    /// Whether a record may say this wall time.
    static func isTime(_ milliseconds: Int64) -> Bool {
        milliseconds >= Timestamp.plausibleWallMilliseconds
            && milliseconds <= AttestationLimits.wallMillisecondsMax
    }

    /// How many fields a record has for the quality and its cause.
    private static func extraFields(of outcome: Outcome) -> Int {
        switch outcome {
        case .good: 0
        case .bad: 1
        case .uncertain: 2
        }
    }

    private static func write(_ outcome: Outcome, to encoder: inout CBOREncoder) {
        switch outcome.value {
        case .integer(let value):
            encoder.unsigned(Label.value)
            encoder.integer(value)
        case .number(let value):
            encoder.unsigned(Label.value)
            encoder.float(value)
        case .boolean(let value):
            encoder.unsigned(Label.boolean)
            encoder.boolean(value)
        case .text(let value):
            encoder.unsigned(Label.text)
            encoder.text(value)
        case nil:
            encoder.unsigned(Label.text)
            encoder.text(outcome.fault?.word ?? "")
        }
    }

    private static func checked(_ outcome: Outcome) -> Outcome {
        switch outcome.value {
        case .number(let value) where !value.isFinite: .bad(.notANumber)
        case .text(let value) where value.utf8.count > TelemetryLimits.textValueBytesMax:
            .bad(.malformedValue)
        default: outcome
        }
    }
}
