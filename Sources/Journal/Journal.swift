// SPDX-License-Identifier: Apache-2.0

internal import Platform
public import Telemetry

/// The device's log: readings, attestations and losses in one SQLite file, with one writer.
///
/// Readings wait in memory until `commit`; what a commit has returned for survives a power cut.
/// Beside the file `PATH` lie SQLite's `-wal` and `-shm`, `.lock`, `.counters`, and journals that
/// were found damaged as `.damaged-N`.
public actor Journal {
    private let executor = BlockingExecutor(label: "halcyon.journal")
    /// Runs on a thread of its own, because SQLite blocks.
    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        executor.asUnownedSerialExecutor()
    }

    /// The file.
    public nonisolated let path: String
    /// The device's boot count, 1 at its first boot.
    public nonisolated let bootCount: UInt32

    var options: JournalOptions
    let bootID: String
    var lock: JournalLock?
    var store: Store?
    /// The file that `store` writes to.
    private var place: FilePlace?
    var counters: Counters
    var buffer: ReadingBuffer
    var counts: Totals
    var retention = Retention()
    var floorSchedule = FloorSchedule()

    /// How often `recover` has begun anew: tells damage of this file from that of one before it.
    public private(set) var recoveries = 0

    /// The newest reading that is on the disk, 0 if there never was one: it and all before it
    /// survive a power cut, or are recorded as lost.
    public internal(set) var durableLast: UInt64

    /// Opens or creates the journal at `path` for writing. Blocks.
    ///
    /// A damaged file is renamed to `PATH.damaged-N` and a new one begun; the positions go on after
    /// the highest that may have been used. If `PATH.counters` is lost as well and the damaged file
    /// unreadable, they begin at 1 again.
    ///
    /// - Parameters:
    ///   - path: the file; its folder must exist.
    ///   - options: quotas and limits.
    ///   - now: the time.
    ///   - bootID: the kernel's identifier of this boot, 1 to `JournalLimits.bootIDBytesMax` bytes.
    ///   - lock: the right to write it, if it was taken before; otherwise it is taken now.
    /// - Returns: the journal, and what was found and done.
    /// - Throws: `locked` while another process writes it; `newerVersion`, with the file untouched;
    ///   `readOnly`, `full`, `notAFile`, `cannotOpen`, `counters`, `option`, `bootID`.
    public static func open(
        at path: String, options: JournalOptions = JournalOptions(), now: Timestamp, bootID: String,
        lock: JournalLock? = nil
    ) throws(JournalError) -> (journal: Journal, opening: JournalOpening) {
        try options.validate(path)
        guard (1...JournalLimits.bootIDBytesMax).contains(bootID.utf8.count) else {
            throw JournalError(.bootID, path, "\(bootID.utf8.count) bytes")
        }
        let lock: JournalLock = if let lock { lock } else { try JournalLock(path) }
        let opened = try JournalOpener(path: path, now: now, bootID: bootID).open()
        let last = try opened.store.lastReading()
        let totals = try opened.store.totals()
        let opening = opened.opening
        let journal = Journal(path, options, bootID, lock, opened, last: last, totals)
        return (journal, opening)
    }

    private init(
        _ path: String, _ options: JournalOptions, _ bootID: String, _ lock: JournalLock,
        _ opened: sending JournalOpener.Opened, last: UInt64, _ totals: [PointID: Int64]
    ) {
        self.path = path
        self.options = options
        self.bootID = bootID
        self.lock = lock
        bootCount = opened.counters.boot
        store = opened.store
        place = FilePlace(path)
        counters = opened.counters
        buffer = ReadingBuffer(capacity: options.bufferedReadingsMax)
        counts = Totals(stored: totals)
        durableLast = last
    }

    /// The process that writes the journal at `path`, found without taking part in the locking.
    ///
    /// - Returns: its process id, 0 if it cannot be told, `nil` if no process has the journal open.
    /// - Throws: `cannotOpen` if the lock file may not be read.
    public nonisolated static func holder(at path: String) throws(JournalError) -> Int32? {
        try JournalLock.holder(path)
    }

    /// Closes the file and lets another process have it. Readings that were not committed are lost.
    public func close() {
        store?.database.close()
        store = nil
        lock = nil
    }

    /// Sets a journal aside that turned out to be damaged (`JournalError.isDamage`) and begins a
    /// new one. Readings in memory are kept and get ids after every id that may have been used.
    ///
    /// - Parameters:
    ///   - reason: the damage, for the report.
    ///   - known: the value of `recoveries` before the damage was met.
    ///   - now: the time.
    /// - Returns: what was done; `nil` if a new one has been begun since.
    /// - Throws: as `open`; the journal is then closed, and calling this again tries again.
    public func recover(
        from reason: JournalError, known: Int, now: Timestamp
    ) throws(JournalError) -> JournalOpening? {
        guard lock != nil else { throw JournalError(.closed, path) }
        guard known == recoveries else { return nil }
        let opener = JournalOpener(path: path, now: now, bootID: bootID)
        let opened: JournalOpener.Opened
        if let store {
            store.database.close()
            self.store = nil
            // A file that somebody removed or exchanged is not there to be set aside.
            opened =
                isInPlace
                ? try opener.replace(counters, reason: reason) : try opener.open()
        } else {
            // The damaged file is aside already, and what came after it was not finished.
            opened = try opener.open()
        }
        durableLast = try opened.store.lastReading()
        counts.begin(anew: try opened.store.totals())
        counters = opened.counters
        store = opened.store
        place = FilePlace(path)
        retention = Retention()
        recoveries += 1
        return opened.opening
    }

    private var isInPlace: Bool { FilePlace(path) == place }

    /// Refuses to keep anything in a file that nobody will find again.
    ///
    /// - Throws: `damaged` for the journal; `locked` if the lock was taken from under it, because
    ///   another process may be writing then.
    func checkPlace() throws(JournalError) {
        guard lock?.isInPlace ?? true else {
            throw JournalError(.locked(by: try JournalLock.holder(path)), path)
        }
        guard isInPlace else {
            throw JournalError(.damaged, path, "removed or replaced while it was in use")
        }
    }

    func openStore() throws(JournalError) -> Store {
        guard let store else { throw JournalError(.closed, path) }
        return store
    }

    /// Writes new ceilings before positions beyond the current ones are used.
    func reserve(reading: UInt64 = 0, sequence: UInt64 = 0) throws(JournalError) {
        guard reading > counters.readingCeiling || sequence > counters.sequenceCeiling else {
            return
        }
        var raised = counters
        if reading > raised.readingCeiling {
            raised.readingCeiling = reading + JournalLimits.readingBlock
        }
        if sequence > raised.sequenceCeiling {
            raised.sequenceCeiling = sequence + JournalLimits.sequenceBlock
        }
        let highest = max(raised.readingCeiling, raised.sequenceCeiling)
        guard highest <= JournalLimits.positionMax else {
            throw JournalError(
                .position(expected: JournalLimits.positionMax, given: highest), path)
        }
        try raised.save(path)
        counters = raised
    }

    /// Notes how far the log has come, so that a later loss of its end is noticed.
    func raiseFloors(sequence: UInt64? = nil) {
        var raised = counters
        raised.sequenceFloor = sequence ?? counters.sequenceFloor
        raised.readingFloor = durableLast
        // What it follows is stored whether or not this works; a floor that is low is only late.
        guard (try? raised.save(path)) != nil else { return }
        counters = raised
    }
}
