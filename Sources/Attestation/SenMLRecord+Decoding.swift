// SPDX-License-Identifier: Apache-2.0

public import Telemetry

extension SenMLRecord {
    /// The reading of a record that `encode` could have written, and of no other.
    ///
    /// - Parameters:
    ///   - bytes: the record, whole.
    ///   - place: what errors name.
    /// - Returns: the reading.
    /// - Throws: `AttestationError` of rule `encoding`, `record` or `recordForm`.
    public static func decode(
        _ bytes: [UInt8], place: String = "record"
    ) throws(AttestationError) -> StoredReading {
        let item: CBORValue
        do throws(CBORError) {
            item = try CBORDecoder.decode(bytes, bytesMax: AttestationLimits.recordBytesMax)
        } catch {
            throw AttestationError(error, place)
        }
        return try reading(of: item, encoded: bytes, place: place)
    }

    /// The reading of a decoded record.
    static func reading(
        of item: CBORValue, encoded: [UInt8], place: String
    ) throws(AttestationError) -> StoredReading {
        var fields = try Fields(item, place: place)
        let name = try fields.text(.unsigned(Label.name))
        let symbol = try fields.text(.unsigned(Label.unit))
        guard let point = PointID(name), let unit = Unit(symbol) else {
            throw AttestationError(.record, "\(place): name or unit")
        }
        let outcome = try fields.outcome()
        let seconds = fields.take(.unsigned(Label.time))
        guard let boot = UInt32(exactly: try fields.unsigned(Label.boot)),
            let uptime = Int64(exactly: try fields.unsigned(Label.uptime))
        else { throw AttestationError(.record, "\(place): boot or uptime") }
        let id = try fields.unsigned(Label.id)
        guard id > 0 else { throw AttestationError(.record, "\(place): id") }
        try fields.finish()
        let stored = StoredReading(
            id: id, boot: boot,
            reading: Reading(
                point: Point(id: point, unit: unit), outcome: outcome,
                time: Timestamp(
                    wallMilliseconds: try milliseconds(seconds, place: place),
                    uptimeMilliseconds: uptime)))
        // What is left: a time between milliseconds, and whatever else has a second form.
        guard encode(stored) == encoded else { throw AttestationError(.recordForm, place) }
        return stored
    }

    private static func milliseconds(
        _ seconds: CBORValue?, place: String
    ) throws(AttestationError) -> Int64 {
        guard let seconds else { return 0 }
        guard case .float(let value) = seconds,
            let wall = Int64(exactly: (value * 1000).rounded()), isTime(wall)
        else { throw AttestationError(.record, "\(place): time") }
        return wall
    }

    /// The fields of a record that have not been taken yet.
    private struct Fields {
        private var entries: [CBORValue.Entry]
        private let place: String

        init(_ item: CBORValue, place: String) throws(AttestationError) {
            guard case .map(let entries) = item else { throw AttestationError(.record, place) }
            self.entries = entries
            self.place = place
        }

        mutating func take(_ label: CBORValue) -> CBORValue? {
            guard let index = entries.firstIndex(where: { $0.key == label }) else { return nil }
            return entries.remove(at: index).value
        }

        mutating func text(_ label: CBORValue) throws(AttestationError) -> String {
            guard case .text(let text) = take(label) else { throw error("a text") }
            return text
        }

        mutating func unsigned(_ label: String) throws(AttestationError) -> UInt64 {
            guard let number = take(.text(label))?.uint64 else { throw error(label) }
            return number
        }

        mutating func outcome() throws(AttestationError) -> Outcome {
            let quality = take(.text(Label.quality))
            if quality == .unsigned(UInt64(Quality.bad.rawValue)) {
                return .bad(try fault(.unsigned(Label.text)))
            }
            let value = try value()
            guard quality != nil else { return .good(value) }
            guard quality == .unsigned(UInt64(Quality.uncertain.rawValue)) else {
                throw error("quality")
            }
            return .uncertain(value, try fault(.text(Label.cause)))
        }

        private mutating func fault(_ label: CBORValue) throws(AttestationError) -> Fault {
            guard let fault = Fault(word: try text(label)) else { throw error("cause") }
            return fault
        }

        private mutating func value() throws(AttestationError) -> Value {
            if let number = take(.unsigned(Label.value)) {
                if case .float(let value) = number, value.isFinite { return .number(value) }
                if let value = number.int64 { return .integer(value) }
            } else if let text = take(.unsigned(Label.text)) {
                if case .text(let value) = text { return .text(value) }
            } else if let state = take(.unsigned(Label.boolean)) {
                if case .boolean(let value) = state { return .boolean(value) }
            }
            throw error("value")
        }

        func finish() throws(AttestationError) {
            guard entries.isEmpty else { throw error("a label that does not belong there") }
        }

        private func error(_ what: String) -> AttestationError {
            AttestationError(.record, "\(place): \(what)")
        }
    }
}
