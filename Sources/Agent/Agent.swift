// SPDX-License-Identifier: Apache-2.0

internal import Attestation
internal import HAL
internal import Journal
internal import Logging
internal import Platform
internal import Telemetry

/// The running agent: where the modules meet.
actor Agent {
    private var configuration: Configuration
    private let file: String
    private let journal: Journal
    private let buses: BusSet
    private let outputs: OutputSet
    private let recorder: Recorder
    private let attester: Attester
    private let clock: any HALClock
    private let notifier = ServiceNotifier()
    private let log = Logger(label: "agent")
    private var loops: [Task<Void, Never>] = []
    private var watchdog = Watchdog()
    private var hardwareWatchdog: HardwareWatchdog?

    /// Opens key and journal and begins to read, keep and sign.
    ///
    /// - Throws: `DeviceKeyError`, `JournalError`, `SystemError`.
    static func start(
        _ configuration: Configuration, file: String, clock: any HALClock = SystemHALClock()
    ) async throws -> Agent {
        let queue = ReadingQueue()
        let outputs = OutputSet(clock: clock)
        let totals = CounterTotals()
        let buses = BusSet(queue: queue, totals: totals, outputs: outputs, clock: clock)
        // Another agent's outputs are not ours to touch. But no other trouble with the journal or
        // the key, nor the time that they take, keeps outputs from their safe states.
        var lock: Result<JournalLock, any Error>?
        if configuration.buses.contains(where: { !$0.outputs.isEmpty }) {
            lock = Result { try JournalLock(configuration.journalFile) }
        }
        if case .failure(let error as JournalError) = lock, case .locked = error.rule {
            throw error
        }
        await buses.secure(configuration.buses)
        do {
            return try await start(
                configuration, file: file, clock: clock, queue: queue, totals: totals,
                buses: buses, outputs: outputs, lock: lock?.get())
        } catch {
            await outputs.stop()
            throw error
        }
    }

    private static func start(
        _ configuration: Configuration, file: String, clock: any HALClock, queue: ReadingQueue,
        totals: CounterTotals, buses: BusSet, outputs: OutputSet, lock: JournalLock?
    ) async throws -> Agent {
        let key = try DeviceKey.load(at: configuration.keyFile)
        let bootID = try SystemClock.bootID()
        let (journal, opening) = try Journal.open(
            at: configuration.journalFile, options: configuration.journal.options,
            now: clock.now(), bootID: bootID, lock: lock)
        let damage = try checkHead(of: configuration.journalFile, key.deviceID)
        totals.load(await journal.totals)
        let agent = Agent(
            configuration: configuration, file: file, journal: journal,
            buses: buses, outputs: outputs,
            recorder: Recorder(queue: queue, totals: totals, journal: journal, clock: clock),
            attester: Attester(
                journal: journal, key: key, boot: opening.bootCount, bootID: bootID,
                packBytesMax: configuration.attestation.packBytesMax, clock: clock),
            clock: clock)
        opening.report(to: agent.log)
        if let damage {
            try await journal.setAside(because: damage, now: clock.now())?.report(to: agent.log)
        }
        await outputs.open(journal)
        await agent.begin(bootCount: opening.bootCount, deviceID: key.deviceID)
        return agent
    }

    /// Verifies the newest attestation, which the next one will name.
    ///
    /// - Returns: what is wrong with it; `nil` if nothing is, or there is none.
    /// - Throws: `ForeignJournal`; `JournalError`.
    private static func checkHead(of journal: String, _ device: DeviceID) throws -> String? {
        let reader = try JournalReader(journal)
        guard let newest = try reader.summary().attestations?.upperBound,
            let stored = try reader.attestation(newest)
        else { return nil }
        do {
            let attestation = try Attestation.verify(stored.bytes, expected: device)
            let isStored =
                attestation.claims.sequence == stored.sequence && attestation.hash == stored.hash
            return isStored ? nil : "attestation \(newest) is not the one that was stored"
        } catch {
            guard error.rule != .foreignDevice else {
                throw ForeignJournal(journal: journal, key: device)
            }
            return "attestation \(newest): \(error)"
        }
    }

    private init(
        configuration: Configuration, file: String, journal: Journal, buses: BusSet,
        outputs: OutputSet, recorder: Recorder, attester: Attester, clock: any HALClock
    ) {
        self.configuration = configuration
        self.file = file
        self.journal = journal
        self.buses = buses
        self.outputs = outputs
        self.recorder = recorder
        self.attester = attester
        self.clock = clock
    }

    private func begin(bootCount: UInt32, deviceID: DeviceID) async {
        await buses.set(configuration.buses)
        loops = [
            Task { [recorder, clock] in
                await Ticker.run(clock: clock, period: { await self.commitPeriod }) {
                    await recorder.commit()
                }
            },
            Task { [attester, clock] in
                await Ticker.run(clock: clock, period: { await self.attestationPeriod }) {
                    await attester.attest()
                }
            },
        ]
        await outputs.awaitSafe()
        openWatchdog()
        let deadlines = [
            notifier.watchdogMilliseconds, hardwareWatchdog.map { Int64($0.timeoutSeconds) * 1000 },
        ].compactMap { $0 }
        if let deadline = deadlines.min() {
            loops.append(
                Task { [clock] in
                    await Ticker.run(clock: clock, period: { max(deadline / 3, 1) }) {
                        await self.feedWatchdog()
                    }
                })
        }
        log.notice(
            "ready",
            metadata: [
                "version": "\(Daemon.version)", "device": "\(deviceID)",
                "boot": "\(bootCount)",
                "points": "\(configuration.buses.reduce(0) { $0 + $1.points.count })",
            ])
        notifier.send("READY=1\nSTATUS=device \(deviceID)")
        Allocator.trim()
        Residency.releaseCode()
    }

    private var commitPeriod: Int64 { configuration.journal.commitIntervalMilliseconds }
    private var attestationPeriod: Int64 { configuration.attestation.periodMilliseconds }

    /// Reads the configuration again and changes what differs; one with problems changes nothing.
    func reload() async {
        notifier.send("RELOADING=1\nMONOTONIC_USEC=\(SystemClock.monotonicMicroseconds())")
        defer { notifier.send("READY=1") }
        let new: Configuration
        do {
            new = try ConfigurationReader.load(file).configuration
        } catch {
            for problem in error.list {
                log.error("configuration kept as it was: \(problem)")
            }
            return
        }
        do {
            if new.stateDirectory != configuration.stateDirectory {
                log.warning("another state_directory takes effect at the next start")
            }
            if new.watchdog != configuration.watchdog
                || new.watchdogSeconds != configuration.watchdogSeconds
            {
                log.warning("another watchdog takes effect at the next start")
            }
            try await journal.set(new.journal.options)
            StructuredLog.setLevel(new.logLevel)
            await attester.set(packBytesMax: new.attestation.packBytesMax)
            await buses.set(new.buses)
            let stateDirectory = configuration.stateDirectory
            configuration = new
            configuration.stateDirectory = stateDirectory
            log.notice("configuration read again")
        } catch {
            log.error("configuration kept as it was", metadata: ["problem": "\(error)"])
        }
    }

    /// Stops reading, keeps and signs what was read, and closes the journal.
    ///
    /// - Returns: whether everything that was read is on the disk.
    func stop() async -> Bool {
        notifier.send("STOPPING=1")
        await outputs.stop()
        // What is there is kept first: a bus may take a while to let go.
        await recorder.commit()
        await buses.stop()
        for loop in loops {
            loop.cancel()
            await loop.value
        }
        await recorder.commit()
        await attester.attest()
        let lost = await journal.bufferedCount
        await journal.close()
        hardwareWatchdog?.stop()
        hardwareWatchdog = nil
        if lost > 0 {
            log.critical("stopped with readings unwritten", metadata: ["lost": "\(lost)"])
        } else {
            log.notice("stopped")
        }
        return lost == 0
    }

    /// Starts the board's watchdog, if one is configured. The agent works without it, and says so.
    private func openWatchdog() {
        guard let path = configuration.watchdog else { return }
        do {
            let watchdog = try HardwareWatchdog(
                path, timeoutSeconds: Int(configuration.watchdogSeconds))
            log.notice(
                "watchdog started",
                metadata: [
                    "device": "\(path)", "driver": "\(watchdog.identity)",
                    "seconds": "\(watchdog.timeoutSeconds)",
                ])
            hardwareWatchdog = watchdog
        } catch {
            log.error("the board has no watchdog now", metadata: ["cause": "\(error)"])
        }
    }

    /// Tells systemd and the board's watchdog that the service lives, as long as commits are attempted
    /// and outputs can be written: a service whose readings go nowhere, or that could make nothing
    /// safe, is better restarted.
    private func feedWatchdog() async {
        let now = clock.now().uptimeMilliseconds
        let output = await outputs.hanging(at: now)
        let isRecording = watchdog.isAlive(
            attempts: recorder.attempts, periodMilliseconds: commitPeriod, at: now)
        if let output {
            log.critical(
                "a write hangs; leaving it to the watchdog", metadata: ["output": "\(output)"])
        } else if isRecording {
            notifier.send("WATCHDOG=1")
            do {
                try hardwareWatchdog?.feed()
            } catch {
                log.error("the watchdog can't be fed", metadata: ["cause": "\(error)"])
            }
        } else {
            log.critical("the recorder hangs; leaving it to the watchdog")
        }
    }
}
