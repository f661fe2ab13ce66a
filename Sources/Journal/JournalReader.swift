// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import Platform
public import Telemetry

/// A read-only view of a journal, beside the process that writes it or after it.
///
/// Needs no lock and keeps no snapshot for longer than a page of rows, so it never holds the writer
/// up. Not thread-safe: one owner. Blocks.
public final class JournalReader {
    /// The file.
    public let path: String
    let store: Store

    /// Opens the journal at `path`.
    ///
    /// - Throws: `missing`; `notAFile`; `cannotOpen`; `newerVersion`; `damaged`.
    public init(_ path: String) throws(JournalError) {
        self.path = path
        var status = stat()
        guard stat(path, &status) == 0 else {
            let error = SystemError("stat", path)
            throw JournalError(error, rule: error.code == ENOENT ? .missing : nil)
        }
        guard status.st_mode & S_IFMT == S_IFREG else { throw JournalError(.notAFile, path) }
        store = Store(try Self.connect(path))
    }

    private static func connect(_ path: String) throws(JournalError) -> Database {
        do throws(JournalError) {
            return try checked(Database(path, .readOnly))
        } catch {
            // A read-only folder has no room for the WAL's index. Without a WAL none is needed.
            guard error.rule == .cannotOpen || error.rule == .readOnly,
                fileBytes(path + "-wal") == 0
            else { throw error }
            return try checked(Database(path, .immutable))
        }
    }

    private static func checked(_ database: Database) throws(JournalError) -> Database {
        let version = try Schema.check(database)
        guard version > 0 else { throw JournalError(.missing, database.path, "empty") }
        return database
    }

    private static func fileBytes(_ path: String) -> Int64 {
        var status = stat()
        return stat(path, &status) == 0 ? Int64(status.st_size) : 0
    }

    /// Ranges, counts and sizes, of one moment.
    ///
    /// - Throws: damage, `inputOutput`, `busy`.
    public func summary() throws(JournalError) -> JournalSummary {
        try store.database.read { () throws(JournalError) in
            let readings = try store.readingBounds()
            let page = try store.database.integer("PRAGMA page_size")
            let pages = try store.database.integer("PRAGMA page_count")
            let free = try store.database.integer("PRAGMA freelist_count")
            let unsigned = try store.database.integer(
                "SELECT count(*) FROM gap WHERE attestation IS NULL")
            return JournalSummary(
                readings: readings, readingCount: try count(readings),
                attestedLast: try store.attested(),
                attestations: try store.attestationBounds(), head: try store.head(),
                unsignedGapCount: Int(unsigned), boot: try store.boots(limit: 1).first,
                fileBytes: page * pages, freeBytes: page * free,
                walBytes: Self.fileBytes(path + "-wal"))
        }
    }

    private func count(_ readings: ClosedRange<UInt64>?) throws(JournalError) -> UInt64 {
        guard let readings else { return 0 }
        let gaps = try gaps().map(\.gap)
        let span = readings.upperBound - readings.lowerBound + 1
        var count = span - PositionRanges(.readings, of: gaps).count(in: readings)
        // Some that count as lost with the journal's end are there all the same.
        let lost = gaps.filter { $0.reason == .journalLost }
        for range in PositionRanges(.readings, of: lost).ranges where range.overlaps(readings) {
            count += try store.count(in: range.clamped(to: readings))
        }
        return min(count, span)
    }

    /// All gaps that are recorded, in the order of their recording.
    ///
    /// - Throws: damage, `inputOutput`, `busy`.
    public func gaps() throws(JournalError) -> [StoredGap] {
        var gaps: [StoredGap] = []
        while true {
            let page = try store.gaps(
                after: gaps.last?.id ?? 0, limit: JournalLimits.scanSegmentsMax)
            if page.isEmpty { return gaps }
            gaps += page
        }
    }

    /// All points that the journal ever held a reading of.
    ///
    /// - Throws: damage, `inputOutput`, `busy`.
    public func points() throws(JournalError) -> [Point] { try store.points.all() }

    /// The newest boots in which the journal was open, the newest first.
    ///
    /// - Throws: damage, `inputOutput`, `busy`.
    public func boots(limit: Int = JournalLimits.bootsMax) throws(JournalError) -> [BootRecord] {
        try store.boots(limit: limit)
    }

    /// The attestation of that sequence number; `nil` if the journal does not hold it.
    ///
    /// - Throws: damage, `inputOutput`, `busy`.
    public func attestation(_ sequence: UInt64) throws(JournalError) -> StoredAttestation? {
        try store.attestations(sequence...sequence, limit: 1).first
    }

    /// Hands the attestations of a range to `body` one by one, until it returns false.
    ///
    /// - Parameters:
    ///   - range: sequence numbers; those that are not there are passed over.
    ///   - newestFirst: the order.
    ///   - body: returns whether it wants more.
    /// - Throws: damage, `inputOutput`, `busy`.
    public func forEachAttestation(
        _ range: ClosedRange<UInt64> = 1...JournalLimits.positionMax, newestFirst: Bool = false,
        _ body: (StoredAttestation) -> Bool
    ) throws(JournalError) {
        var lower = range.lowerBound
        var upper = min(range.upperBound, JournalLimits.positionMax)
        while lower <= upper {
            let page = try store.attestations(
                lower...upper, newestFirst: newestFirst, limit: JournalLimits.pageSegmentsMax)
            for attestation in page {
                guard body(attestation) else { return }
                if newestFirst {
                    guard attestation.sequence > 0 else { return }
                    upper = attestation.sequence - 1
                } else {
                    lower = attestation.sequence + 1
                }
            }
            if page.isEmpty { return }
        }
    }
}
