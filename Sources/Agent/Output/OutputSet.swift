// SPDX-License-Identifier: Apache-2.0

internal import HAL
internal import Journal
internal import Logging
internal import Platform
internal import Synchronization
internal import Telemetry

/// All outputs that this process is responsible for: everything that writes goes through here.
///
/// It carries out what an `OutputGuard` decides for each. Every command is durable before its
/// effect and after it; a return to the safe state waits for nothing.
actor OutputSet {
    private var entries: [PointID: OutputEntry] = [:]
    private var watchers: [PointID: [OutputEntry]] = [:]
    private let clock: any HALClock
    private let stopMilliseconds: Int64
    private let record: CommandRecord
    private let process = GuardProcess()
    private let log = Logger(label: "output")
    private var timer: (wake: Int64, task: Task<Void, Never>)?
    /// How many outputs were taken over: no two of them ever give leases of the same number.
    private var generations: UInt64 = 0
    /// Outputs that left the configuration and are not known to be safe: they are tried on.
    private var lost: [OutputEntry] = []
    /// Numbers of outputs that were given up, which the guard process still has.
    private var givenUpNumbers: Set<Int> = []
    /// Outputs that do not remember their changes of the last hour yet.
    private var forgetful: [OutputEntry] = []
    /// The last note on its way to the journal; each waits for the one before.
    private var lastNote: Task<Void, Never>?
    /// Points that outputs depend on: what else is read does not come here at all.
    private let watched = Mutex<Set<PointID>>([])

    /// - Parameters:
    ///   - clock: the time that leases run by.
    ///   - stopMilliseconds: how long to wait for the safe states of outputs that leave.
    init(
        clock: any HALClock, stopMilliseconds: Int64 = AgentLimits.outputStopMilliseconds
    ) {
        self.clock = clock
        self.stopMilliseconds = stopMilliseconds
        record = CommandRecord(clock: clock)
    }

    // MARK: Buses

    /// Takes over the outputs of a bus and begins at once to write their safe states.
    func begin(_ bus: BusConfiguration, _ driver: any OutputDriver) {
        for output in bus.outputs {
            generations += 1
            let entry = OutputEntry(
                bus: bus.name, driver: driver, configuration: output, number: freeNumber,
                leasesGiven: generations << 32)
            entries[entry.point] = entry
            // From now on its safe state is this one's business.
            for old in lost where old.point == entry.point { retire(old) }
            forgetful.append(entry)
            handle(.tick, entry)
        }
        indexReadings()
    }

    /// Returns when the safe state of every output of the bus has been written once, or has failed
    /// to be.
    func attempted(bus: String) async {
        for entry in entries.values where entry.bus == bus { await entry.firstAttempt?.value }
    }

    /// Returns when every output shows its safe state, or after
    /// `AgentLimits.outputStartMilliseconds`: those that don't are tried on.
    func awaitSafe() async {
        await settle(Array(entries.values), within: AgentLimits.outputStartMilliseconds) { state in
            if case .returning = state { false } else { true }
        }
    }

    /// Brings the outputs of these buses to their safe states, for good, and lets go of them.
    ///
    /// Returns after `AgentLimits.outputStopMilliseconds` at the latest. Those that don't show it by
    /// then are tried on, for `AgentLimits.lostOutputMilliseconds`.
    func end(buses: Set<String>, _ reason: SafeReason) async {
        let leaving = entries.values.filter { buses.contains($0.bus) }
        guard !leaving.isEmpty else { return }
        for entry in leaving { handle(.makeSafe(reason), entry) }
        await settle(leaving, within: stopMilliseconds) { $0 == .closed }
        for entry in leaving where entries[entry.point] === entry {
            entries[entry.point] = nil
            if entry.guardian.state != .closed {
                entry.giveUpUptimeMilliseconds =
                    clock.now().uptimeMilliseconds + AgentLimits.lostOutputMilliseconds
                lost.append(entry)
                log.critical(
                    "output left in an unknown state; trying on",
                    metadata: ["output": "\(entry.point)"])
            } else if entry.fallback != nil {
                process.forget(entry.number)
            }
        }
        indexReadings()
        await lastNote?.value
        await record.flush()
    }

    /// Brings all outputs to their safe states and ends the guard process.
    func stop() async {
        await end(buses: Set(entries.values.map(\.bus)), .stopped)
        for entry in lost { giveUp(entry) }
        timer?.task.cancel()
        timer = nil
        process.close()
    }

    /// Begins to keep commands in the journal: before that none is carried out.
    func open(_ journal: Journal) async {
        await record.open(journal)
        await recall()
    }

    /// Has outputs that were taken over lately remember their changes, for their rates.
    func recall() async {
        guard !forgetful.isEmpty else { return }
        let entries = forgetful
        forgetful = []
        let changes = await record.recentChanges()
        for entry in entries { entry.guardian.remember(changes: changes[entry.point] ?? []) }
    }

    // MARK: Commands

    /// Gives the right to write an output, for a while.
    func acquire(
        _ output: PointID, holder: String, milliseconds: Int64
    ) throws(OutputRefusal) -> OutputLease {
        try granted(.acquire(holder: holder, milliseconds: milliseconds), output)
    }

    /// Makes a lease end so long from now.
    func renew(
        _ output: PointID, _ lease: OutputLease, milliseconds: Int64
    ) throws(OutputRefusal) -> OutputLease {
        let renewed = try granted(.renew(lease: lease.id, milliseconds: milliseconds), output)
        if let entry = entries[output] { arm(entry) }
        return renewed
    }

    /// Gives a lease back: the output returns to its safe state.
    func release(_ output: PointID, _ lease: OutputLease) throws(OutputRefusal) {
        let entry = try entry(output)
        for case .refuse(let refusal) in handle(.release(lease: lease.id), entry) { throw refusal }
    }

    /// Writes a value and returns when the hardware shows it and the journal says so.
    func write(
        _ value: Value, to output: PointID, _ lease: OutputLease
    ) async throws(OutputRefusal) {
        let entry = try entry(output)
        for case .refuse(let refusal) in handle(.write(lease: lease.id, value: value), entry) {
            throw refusal
        }
        if entry.fallback == nil { await learnFallback(of: entry) }
        // The history is in order: a return to the safe state that came before is kept before.
        await lastNote?.value
        let command = OutputCommand(
            output: output, value: value, holder: lease.holder, time: clock.now())
        let id = await record.begin(command)
        // While the disk was at it, anything may have happened.
        guard let id, case .writing = entry.guardian.state else {
            let refusal = conclusion(of: handle(.abandoned, entry)) ?? .notRecorded
            if let id { await record.end(id, command, ending(of: command, refusal)) }
            throw refusal
        }
        arm(entry)
        let permit = WritePermit(clock: clock)
        entry.permit = permit
        entry.movePermit()
        entry.writeStarted = clock.now().uptimeMilliseconds
        var failure: WriteFailure?
        do throws(WriteFailure) {
            try await entry.driver.write(value, to: entry.configuration.index, permit: permit)
        } catch {
            failure = error
        }
        entry.permit = nil
        entry.writeStarted = nil
        let refusal = conclusion(of: handle(event(after: failure, under: permit, entry), entry))
        await record.end(id, command, ending(of: command, refusal))
        if let refusal { throw refusal }
    }

    /// Brings an output to its safe state, whoever holds it; returns when the hardware shows it, or
    /// after a while.
    ///
    /// - Returns: what the hardware makes of it; `nil` if it shows the safe state.
    func makeSafe(_ output: PointID) async throws(OutputRefusal) -> WriteFailure? {
        let entry = try entry(output)
        handle(.makeSafe(.asked), entry)
        await settle([entry]) { state in
            if case .returning = state { false } else { true }
        }
        guard case .returning(let back) = entry.guardian.state else { return nil }
        return back.failure ?? WriteFailure(.timeout, "write", "\(output)")
    }

    /// What the hardware shows now.
    func read(_ output: PointID) async -> Outcome {
        guard let entry = entries[output] else { return .bad(.missing) }
        let index = entry.configuration.index
        return await entry.driver.read(device: index.device, points: [index.point]).first
            ?? .bad(.missing)
    }

    /// How an output is; `nil` if there is none of that name.
    func state(of output: PointID) -> OutputGuard.State? { entries[output]?.guardian.state }

    /// An output whose write hangs, so that it can't be made safe; `nil` if there is none.
    func hanging(at now: Int64) -> PointID? {
        entries.values.first {
            now - ($0.writeStarted ?? now) > AgentLimits.outputGraceMilliseconds
        }?.point
    }

    /// Looks at what a bus has read. Outputs that depend on it react before this returns, but their
    /// writes are not waited for.
    nonisolated(nonsending) func observe(_ readings: [Reading]) async {
        let matters = watched.withLock { watched in
            !watched.isEmpty && readings.contains { watched.contains($0.point.id) }
        }
        if matters { await note(readings) }
    }

    private func note(_ readings: [Reading]) {
        // Outputs are read for as long as there are any: nothing else looks after the process.
        process.check()
        for reading in readings {
            for entry in watchers[reading.point.id] ?? [] { handle(.reading(reading), entry) }
        }
    }

    // MARK: What guards decide

    @discardableResult
    private func handle(
        _ event: OutputGuard.Event, _ entry: OutputEntry
    ) -> [OutputGuard.Action] {
        let now = clock.now().uptimeMilliseconds
        let actions = entry.guardian.handle(event, at: now)
        entry.movePermit()
        for action in actions {
            switch action {
            case .writeSafe(let value, let reason): writeSafe(value, reason, entry, now)
            case .settle(let reason): settled(reason, entry, now)
            case .alarm(let failure, let failures): alarm(failure, failures, entry, now)
            case .revoke(let lease, let reason): report(lease, reason, entry)
            case .grant, .refuse, .write, .conclude: break
            }
        }
        rearm(now)
        return actions
    }

    private func writeSafe(
        _ value: Value, _ reason: SafeReason, _ entry: OutputEntry, _ now: Int64
    ) {
        entry.returnStarted = entry.returnStarted ?? now
        entry.writeStarted = now
        let task = Task {
            var failure: WriteFailure?
            do throws(WriteFailure) {
                try await entry.driver.write(value, to: entry.configuration.index)
            } catch {
                failure = error
            }
            entry.writeStarted = nil
            // The bus was let go, and may be somebody else's between two attempts.
            if entry.giveUpUptimeMilliseconds != nil { await entry.driver.close() }
            handle(.written(failure: failure), entry)
            await learnFallback(of: entry)
        }
        entry.firstAttempt = entry.firstAttempt ?? task
    }

    /// Asks for the way round the driver, which some drivers know only once they are open, and which
    /// is another one when the hardware has come back elsewhere.
    private func learnFallback(of entry: OutputEntry) async {
        let safe = entry.configuration.rules.safe
        let fallback = await entry.driver.fallback(safe, of: entry.configuration.index)
        // In the meantime it may have been learnt by another, or the output may have gone.
        guard let fallback, fallback != entry.fallback, entries[entry.point] === entry,
            entry.guardian.state != .closed
        else { return }
        entry.fallback = fallback
        process.learn(entry.number, fallback)
        if case .safe = entry.guardian.state { process.disarm(entry.number) } else { arm(entry) }
    }

    /// Tells the guard process to act in this one's place when the lease has run out and it has not.
    private func arm(_ entry: OutputEntry) {
        guard entry.fallback != nil, let lease = entry.guardian.lease else { return }
        process.arm(
            entry.number,
            untilUptimeMilliseconds: lease.expiresUptimeMilliseconds
                + AgentLimits.guardGraceMilliseconds)
    }

    private func settled(_ reason: SafeReason, _ entry: OutputEntry, _ now: Int64) {
        if entry.fallback != nil { process.disarm(entry.number) }
        log.info(
            "output is in its safe state",
            metadata: ["output": "\(entry.point)", "reason": "\(reason)"])
        note(reason, .done, "\(reason)", entry, now)
        entry.returnStarted = nil
        if entry.giveUpUptimeMilliseconds != nil {
            retire(entry)
            process.forget(entry.number)
        }
    }

    /// Tries no more for an output that left the configuration.
    private func giveUp(_ entry: OutputEntry) {
        retire(entry)
        log.critical("output given up in an unknown state", metadata: ["output": "\(entry.point)"])
    }

    private func retire(_ entry: OutputEntry) {
        lost.removeAll { $0 === entry }
        if entry.guardian.state != .closed { givenUpNumbers.insert(entry.number) }
    }

    private func alarm(
        _ failure: WriteFailure, _ failures: Int, _ entry: OutputEntry, _ now: Int64
    ) {
        // Every doubling: an output that stays away for days is not a line every few seconds.
        if failures & (failures - 1) == 0 {
            log.error(
                "output does not take its safe state; trying on",
                metadata: [
                    "output": "\(entry.point)", "cause": "\(failure)", "failures": "\(failures)",
                ])
        }
        guard failures == 1, case .returning(let back) = entry.guardian.state else { return }
        note(back.reason, .failed, "\(back.reason): \(failure)", entry, now)
    }

    private func note(
        _ reason: SafeReason, _ result: StoredCommand.Result, _ cause: String,
        _ entry: OutputEntry, _ now: Int64
    ) {
        let command = OutputCommand(
            output: entry.point, value: entry.configuration.rules.safe,
            holder: CommandRecord.agent, time: clock.now())
        let ending = StoredCommand.Ending(
            result, cause: cause, milliseconds: now - (entry.returnStarted ?? now))
        lastNote = Task { [lastNote] in
            await lastNote?.value
            await record.note(command, ending)
        }
    }

    private func report(_ lease: OutputLease, _ reason: SafeReason, _ entry: OutputEntry) {
        let metadata: Logger.Metadata = [
            "output": "\(entry.point)", "holder": "\(lease.holder)", "reason": "\(reason)",
        ]
        switch reason {
        case .released, .stopped, .reconfigured, .asked, .start:
            log.info("lease ended", metadata: metadata)
        case .leaseExpired, .interlock, .writeFailed, .drifted:
            log.warning("lease ended", metadata: metadata)
        }
    }

    // MARK: Time

    private func tick() {
        timer = nil
        let now = clock.now().uptimeMilliseconds
        for entry in lost where now >= entry.giveUpUptimeMilliseconds ?? .max { giveUp(entry) }
        for entry in entries.values { handle(.tick, entry) }
        for entry in lost { handle(.tick, entry) }
        rearm(now)
    }

    /// Sees to it that `tick` comes when the first guard wants it.
    private func rearm(_ now: Int64) {
        let wake = (Array(entries.values) + lost).compactMap(\.guardian.wakeUptimeMilliseconds)
            .min()
        guard wake != timer?.wake else { return }
        timer?.task.cancel()
        timer = wake.map { wake in
            let task = Task {
                guard (try? await clock.sleep(untilUptimeMilliseconds: wake)) != nil else { return }
                if !Task.isCancelled { tick() }
            }
            return (wake, task)
        }
    }

    /// Waits until all entries are in a state, for `AgentLimits.outputStopMilliseconds` at most.
    private func settle(
        _ entries: [OutputEntry], within milliseconds: Int64 = AgentLimits.outputStopMilliseconds,
        _ isSettled: (OutputGuard.State) -> Bool
    ) async {
        let limit = SystemClock.now().uptimeMilliseconds + milliseconds
        while !entries.allSatisfy({ isSettled($0.guardian.state) }),
            SystemClock.now().uptimeMilliseconds < limit
        {
            try? await Task.sleep(for: .milliseconds(2))
        }
    }

    // MARK: Parts

    /// The first number that no output has: the guard process has room for a few hundred, however
    /// often the configuration changes.
    private var freeNumber: Int {
        let taken = givenUpNumbers.union((Array(entries.values) + lost).map(\.number))
        return (0...taken.count).first { !taken.contains($0) } ?? taken.count
    }

    private func entry(_ output: PointID) throws(OutputRefusal) -> OutputEntry {
        guard let entry = entries[output] else { throw .unknownOutput }
        return entry
    }

    private func granted(
        _ event: OutputGuard.Event, _ output: PointID
    ) throws(OutputRefusal) -> OutputLease {
        for action in handle(event, try entry(output)) {
            if case .refuse(let refusal) = action { throw refusal }
            if case .grant(let lease) = action { return lease }
        }
        throw .closed
    }

    /// What the end of a holder's write is to its guard. One that lost its leave before it touched
    /// the hardware was none.
    private func event(
        after failure: WriteFailure?, under permit: WritePermit, _ entry: OutputEntry
    ) -> OutputGuard.Event {
        handle(.tick, entry)
        if failure != nil, !permit.isUsed, case .returning = entry.guardian.state {
            return .abandoned
        }
        return .written(failure: failure)
    }

    private func conclusion(of actions: [OutputGuard.Action]) -> OutputRefusal? {
        for case .conclude(let refusal) in actions { return refusal }
        return nil
    }

    private func ending(
        of command: OutputCommand, _ refusal: OutputRefusal?
    ) -> StoredCommand.Ending {
        let milliseconds = clock.now().uptimeMilliseconds - command.time.uptimeMilliseconds
        let result: StoredCommand.Result =
            switch refusal {
            case nil: .done
            case .overridden: .overridden
            default: .failed
            }
        return StoredCommand.Ending(
            result, cause: refusal.map { "\($0)" } ?? "", milliseconds: milliseconds)
    }

    private func indexReadings() {
        watchers = [:]
        for entry in entries.values {
            let points = entry.configuration.rules.interlocks.map(\.point) + [entry.point]
            for point in Set(points) { watchers[point, default: []].append(entry) }
        }
        let points = Set(watchers.keys)
        watched.withLock { $0 = points }
    }
}
