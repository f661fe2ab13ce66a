// SPDX-License-Identifier: Apache-2.0

internal import Attestation
internal import Bytes
public import Journal
public import Telemetry

/// What a device was seen to promise and to keep, held against what its journal says later.
///
/// Give it the daemon's log, whose lines `committed` and `attested` are promises, and have it
/// check the journal as often as you like; `breaches` then says in words what did not hold.
public struct Ledger {
    /// All readings that were seen, by id.
    public private(set) var readings: [UInt64: StoredReading] = [:]
    /// The hash that was seen for each sequence number, in the log or in the journal.
    public private(set) var hashes: [UInt64: String] = [:]
    /// The newest reading that the daemon said to be durable.
    public private(set) var promised: UInt64 = 0
    /// The losses that the journal declared at the last check.
    public private(set) var gaps: [StoredGap] = []
    /// What did not hold.
    public private(set) var breaches: [String] = []

    private var chain = AttestationChain()
    private var last: UInt64 = 0

    /// A ledger that has seen nothing.
    public init() {}

    /// The newest sequence number that was verified, 0 for none.
    public var sequence: UInt64 { chain.last?.sequence ?? 0 }

    /// The newest reading that is attested, 0 for none.
    public var attested: UInt64 { chain.lastReading ?? 0 }

    /// Takes note of what the daemon promised, up to the last whole line.
    public mutating func note(_ daemon: RunningDaemon) {
        for line in daemon.lines("msg=committed") {
            guard let id = RunningDaemon.field("last", of: line).flatMap({ UInt64($0) }) else {
                breaches.append("no id in \"\(line)\"")
                continue
            }
            promised = max(promised, id)
        }
        for line in daemon.lines("msg=attested") {
            guard let sequence = RunningDaemon.field("sequence", of: line).flatMap({ UInt64($0) }),
                let hash = RunningDaemon.field("hash", of: line)
            else {
                breaches.append("no sequence or hash in \"\(line)\"")
                continue
            }
            see(sequence, String(hash))
        }
    }

    /// Checks what the journal at `path` holds beyond the last check or, if `whole`, all of it.
    ///
    /// - Throws: `JournalError`.
    public mutating func check(_ path: String, whole: Bool = false) throws {
        let reader = try JournalReader(path)
        gaps = try reader.gaps()
        let chainBefore = chain
        if whole { chain = AttestationChain() }
        try checkAttestations(reader)
        if whole, sequence < chainBefore.last?.sequence ?? 0 {
            breaches.append("attestations end at \(sequence), once had more")
        }
        try checkReadings(reader, after: whole ? 0 : last)
        if let missing = hashes.keys.max(), missing > sequence {
            breaches.append("attestation \(missing) was promised, the newest is \(sequence)")
        }
        if last < promised {
            breaches.append("reading \(promised) was promised, the newest is \(last)")
        }
    }

    private mutating func checkAttestations(_ reader: JournalReader) throws {
        var stored: [StoredAttestation] = []
        try reader.forEachAttestation((sequence + 1)...JournalLimits.positionMax) {
            stored.append($0)
            return true
        }
        for stored in stored {
            do {
                let attestation = try Attestation.verify(stored.bytes, expected: chain.last?.device)
                try chain.accept(attestation)
                see(attestation.claims.sequence, attestation.hash.description)
                if stored.hash != attestation.hash || stored.sequence != attestation.claims.sequence
                {
                    breaches.append("attestation \(stored.sequence) is filed wrongly")
                }
                if let digest = attestation.claims.readings { try checkDigest(digest, reader) }
            } catch let error as AttestationError {
                breaches.append("attestation \(stored.sequence): \(error)")
            }
        }
    }

    /// Whether the readings that are stored are those that were signed.
    private mutating func checkDigest(_ digest: ReadingsDigest, _ reader: JournalReader) throws {
        var builder = ReadingsDigest.Builder(packBytesMax: 0)
        try reader.forEachReading(ReadingQuery(ids: digest.first...digest.last)) {
            (try? builder.add($0)) != nil
        }
        let kept = builder.finish()
        let isEvicted = gaps.contains { $0.gap.last >= digest.first && $0.gap.reason == .quota }
        if kept?.root != digest.root, !isEvicted {
            breaches.append("readings \(digest.first)…\(digest.last) are not those signed")
        }
    }

    private mutating func checkReadings(_ reader: JournalReader, after start: UInt64) throws {
        var found: [StoredReading] = []
        let query = ReadingQuery(ids: (start + 1)...JournalLimits.positionMax)
        try reader.forEachReading(query) {
            found.append($0)
            return true
        }
        var previous = start
        for stored in found {
            cover(previous, stored.id)
            previous = stored.id
            if let known = readings.updateValue(stored, forKey: stored.id), known != stored {
                breaches.append("reading \(stored.id) has changed")
            }
        }
        let lost = gaps.map(\.gap).filter { $0.kind == .readings }.map(\.last).max() ?? 0
        if lost > previous { cover(previous, lost + 1) }
        last = max(last, previous, lost)
    }

    /// Notes a breach if an id between two others is neither there nor declared lost.
    private mutating func cover(_ low: UInt64, _ high: UInt64) {
        var next = low + 1
        while next < high {
            let gap = gaps.map(\.gap).first {
                $0.kind == .readings && ($0.first...$0.last).contains(next)
            }
            guard let gap else {
                breaches.append("reading \(next) is missing")
                return
            }
            next = gap.last + 1
        }
        if high <= low { breaches.append("reading \(high) follows \(low)") }
    }

    private mutating func see(_ sequence: UInt64, _ hash: String) {
        if let known = hashes.updateValue(hash, forKey: sequence), known != hash {
            breaches.append("sequence \(sequence) was used for \(known) and \(hash)")
        }
    }
}
