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
    /// Counts of counters.
    var totals: [PointID: Int64] = [:]
    /// The newest boot.
    var boot: BootRecord?

    /// Counters for a journal whose own are lost as well: ceilings are never further ahead of a
    /// log than one block. `nil` if nothing is known.
    var counters: Counters? {
        guard head.sequence > 0 || reading > 0 else { return nil }
        var counters = Counters()
        counters.boot = boot?.count ?? 0
        counters.bootID = boot?.bootID ?? ""
        counters.sequenceCeiling = head.sequence + JournalLimits.sequenceBlock
        counters.readingCeiling = max(reading, attested) + JournalLimits.readingBlock
        return counters
    }

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
        salvage.totals = (try? store.totals(skipsDamage: true)) ?? [:]
        salvage.boot = try? store.boots(limit: 1).first
        return salvage
    }
}
