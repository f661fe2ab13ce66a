// SPDX-License-Identifier: Apache-2.0

internal import Bytes
internal import Telemetry

/// What a damaged journal still tells of where it ended.
struct Salvage {
    /// The end of its attestation chain.
    var head = ChainHead(sequence: 0, hash: nil)
    /// The last reading that an attestation covers.
    var attested: UInt64 = 0
    /// The last reading.
    var reading: UInt64 = 0
    /// Losses that no attestation states yet.
    var gaps: [Gap] = []

    /// Reads what can be read; each part by itself, none of it believed beyond `ceilings`.
    static func read(_ path: String, ceilings: Counters?) -> Salvage {
        var salvage = Salvage()
        guard let database = try? Database(path, .readOnly) else { return salvage }
        defer { database.close() }
        guard (try? Schema.check(database)) != nil else { return salvage }
        let store = Store(database)
        let sequenceMax = ceilings?.sequenceCeiling ?? JournalLimits.positionMax / 2
        let readingMax = ceilings?.readingCeiling ?? JournalLimits.positionMax / 2
        if let head = try? store.head(), head.sequence <= sequenceMax { salvage.head = head }
        if let last = try? store.lastReading(), last <= readingMax { salvage.reading = last }
        if let attested = try? store.attested(), attested <= readingMax {
            salvage.attested = attested
        }
        let gaps = try? store.unsignedGaps(limit: JournalLimits.openingGapsMax)
        salvage.gaps = gaps?.map(\.gap) ?? []
        return salvage
    }
}
