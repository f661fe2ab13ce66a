// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import Platform
internal import Telemetry

/// Finds out what is at the path and makes a journal of it that can be written.
struct JournalOpener {
    let path: String
    let now: Timestamp
    let bootID: String

    /// An open journal with its counters.
    struct Opened {
        let store: Store
        let counters: Counters
        let opening: JournalOpening
    }

    /// Opens the file that is there, begins one where none is, replaces a damaged one.
    ///
    /// The cost does not grow with the file: header, schema, the ends of every log and the newest
    /// segments are checked. Damage elsewhere shows when it is read, and is dealt with then.
    func open() throws(JournalError) -> Opened {
        let saved = try Counters.load(path)
        let size = try fileSize()
        try checkAccess(size == nil ? [File.folder(of: path)] : [File.folder(of: path), path])
        do throws(JournalError) {
            // An empty file is what a lost write leaves; SQLite would take it for a new database.
            if size == 0, saved != nil { throw JournalError(.damaged, path, "empty file") }
            let store = try findingDamage { () throws(JournalError) in
                let store = try Store.writable(path)
                _ = try Schema.check(store.database)
                return store
            }
            let found = try Schema.migrate(store.database)
            let isWhole = try findingDamage { () throws(JournalError) -> Bool in
                try hasBegun(store)
            }
            guard found > 0, isWhole else {
                return try begin(store, saved, Salvage(), .created)
            }
            try findingDamage { () throws(JournalError) in try inspect(store) }
            let outcome: JournalOpening.Outcome =
                found == Schema.version ? .opened : .migrated(from: found)
            return try resume(store, saved, outcome)
        } catch {
            guard error.isDamage else { throw error }
            return try replace(saved, reason: error)
        }
    }

    /// Turns errors of `body` that only a damaged file can cause into damage.
    private func findingDamage<Result>(
        _ body: () throws(JournalError) -> Result
    ) throws(JournalError) -> Result {
        do throws(JournalError) {
            return try body()
        } catch {
            let isDamage =
                error.isOfForeignFile || error.rule == .readOnly && isMarkedReadOnly
            guard isDamage else { throw error }
            throw JournalError(.damaged, path, code: error.code, error.message, sql: error.sql)
        }
    }

    /// Whether the file's header asks for read-only use (bytes 18 and 19, file format section 1.3.3)
    /// by a version that this format never had: a damaged header, not a protected file.
    private var isMarkedReadOnly: Bool {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var versions: [UInt8] = [0, 0]
        return pread(descriptor, &versions, 2, 18) == 2 && versions.contains { $0 > 2 }
    }

    /// Sets the damaged file aside and begins a new one.
    func replace(_ saved: Counters?, reason: JournalError) throws(JournalError) -> Opened {
        let salvage = Salvage.read(path, ceilings: saved)
        // If the power fails after the rename, the next opening has nothing else to go by.
        if saved == nil, let counters = salvage.counters { try counters.save(path) }
        let target = try Quarantine.setAside(path, wallMilliseconds: now.wallMilliseconds)
        let store = try Store.writable(path)
        _ = try Schema.migrate(store.database)
        return try begin(store, saved, salvage, .quarantined(path: target, reason: reason))
    }

    /// Whether a new journal was finished: a crash may have come between its tables and the note of
    /// where it begins, and then positions would be given out again.
    private func hasBegun(_ store: Store) throws(JournalError) -> Bool {
        guard try store.origin() == Store.Origin() else { return true }
        return try store.boots(limit: 1).first != nil
    }

    /// SQLite opens a file that may only be read as well, and then leaves files beside it that may
    /// only be read either. The folder must take the counters.
    private func checkAccess(_ places: [String]) throws(JournalError) {
        for place in places where access(place, W_OK) != 0 {
            let error = SystemError("write to", place)
            throw JournalError(error, rule: error.code == ENOENT ? nil : .readOnly)
        }
    }

    private func fileSize() throws(JournalError) -> Int? {
        var status = stat()
        guard stat(path, &status) == 0 else {
            if errno == ENOENT { return nil }
            throw JournalError(SystemError("stat", path))
        }
        guard status.st_mode & S_IFMT == S_IFREG else { throw JournalError(.notAFile, path) }
        return Int(status.st_size)
    }

    private func inspect(_ store: Store) throws(JournalError) {
        _ = try store.boots(limit: 1)
        _ = try store.unsignedGaps(limit: JournalLimits.openingGapsMax)
        _ = try store.points.all()
        _ = try store.totals()
        _ = try store.lastReading()
        if let newest = try store.attestationBounds()?.upperBound {
            _ = try store.attestations(newest...newest, limit: 1)
        }
        let bounds = try store.bounds(
            0...JournalLimits.positionMax, newestFirst: true, limit: JournalLimits.openingSegments)
        for bounds in bounds {
            guard let segment = try store.segment(bounds.readings.lowerBound) else { continue }
            _ = try store.decode(segment) { _ in true }
        }
    }

    /// Goes on in a journal that is in order, unless it has lost its newest part.
    private func resume(
        _ store: Store, _ saved: Counters?, _ outcome: JournalOpening.Outcome
    ) throws(JournalError) -> Opened {
        let head = try store.head()
        let reading = try store.lastReading()
        var counters = saved ?? Counters()
        let hasLostTail =
            head.sequence < counters.sequenceFloor || reading < counters.readingFloor
        counters.sequenceCeiling = max(counters.sequenceCeiling, head.sequence)
        counters.readingCeiling = max(counters.readingCeiling, reading)
        var gaps: [Gap] = []
        if hasLostTail {
            // A WAL that was lost or cut takes whole transactions with it, without any trace in
            // the file. What was given out after them must not be given out again, and readings
            // that are left may be in an attestation that is not: no other one may state them.
            gaps = lost(counters, sequence: head.sequence, reading: try store.attested())
            let origin = Store.Origin(
                sequence: counters.sequenceCeiling, hash: head.hash,
                reading: counters.readingCeiling)
            try store.database.write { () throws(JournalError) in
                try store.setOrigin(origin)
                for gap in gaps { try store.record(gap) }
            }
        }
        return try finish(store, saved, counters, outcome, gaps)
    }

    /// Begins in an empty journal, after every position that may have been given out before.
    private func begin(
        _ store: Store, _ saved: Counters?, _ salvage: Salvage, _ outcome: JournalOpening.Outcome
    ) throws(JournalError) -> Opened {
        let counters = saved ?? salvage.counters ?? Counters()
        let gaps = lost(counters, sequence: salvage.head.sequence, reading: salvage.attested)
        let carried = salvage.gaps.compactMap { gap in
            // What lies in a loss that is recorded now is stated by that.
            let end = gaps.first { $0.kind == gap.kind }.map { $0.first - 1 } ?? gap.last
            return Gap(
                kind: gap.kind, reason: gap.reason, first: gap.first, last: min(gap.last, end))
        }
        let origin = Store.Origin(
            sequence: counters.sequenceCeiling, hash: salvage.head.hash,
            reading: counters.readingCeiling)
        try store.database.write { () throws(JournalError) in
            try store.setOrigin(origin)
            for gap in carried + gaps { try store.record(gap) }
            for (point, total) in salvage.totals { try store.setTotal(point, total) }
        }
        return try finish(store, saved, counters, outcome, gaps)
    }

    /// The ranges between what is known and what may have been given out.
    private func lost(_ counters: Counters, sequence: UInt64, reading: UInt64) -> [Gap] {
        [
            Gap(
                kind: .attestations, reason: .journalLost, first: sequence + 1,
                last: counters.sequenceCeiling),
            Gap(
                kind: .readings, reason: .journalLost, first: reading + 1,
                last: counters.readingCeiling),
        ].compactMap(\.self)
    }

    private func finish(
        _ store: Store, _ saved: Counters?, _ counters: Counters,
        _ outcome: JournalOpening.Outcome, _ gaps: [Gap]
    ) throws(JournalError) -> Opened {
        var counters = counters
        if let boot = try store.boots(limit: 1).first, boot.count > counters.boot {
            counters.boot = boot.count
            counters.bootID = boot.bootID
        }
        if counters.bootID != bootID {
            counters.boot = counters.boot == .max ? .max : counters.boot + 1
            counters.bootID = bootID
        }
        if counters != saved { try counters.save(path) }
        let boot = BootRecord(
            count: counters.boot, bootID: bootID, startedWallMilliseconds: now.wallMilliseconds)
        if try store.boots(limit: 1).first?.count != boot.count {
            try store.database.write { () throws(JournalError) in try store.insertBoot(boot) }
        }
        let opening = JournalOpening(
            outcome: outcome, bootCount: counters.boot, gaps: gaps,
            countersRebuilt: saved == nil && outcome != .created)
        return Opened(store: store, counters: counters, opening: opening)
    }
}
