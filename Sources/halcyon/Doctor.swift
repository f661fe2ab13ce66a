// SPDX-License-Identifier: Apache-2.0

internal import Agent
internal import ArgumentParser
internal import Attestation
internal import Glibc
internal import HAL
internal import Journal
internal import Platform
internal import Telemetry

/// `halcyon doctor`.
struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look for what keeps the device from working, and say what to do.",
        discussion: """
            Exit status 1 if anything is at fault. While the daemon runs, devices are judged by \
            its newest readings; while it does not, each is asked directly, but for GPIO outputs, \
            which can't be read without driving them.
            """)

    @OptionGroup var common: CommonOptions

    func run() async throws {
        var findings: [Finding] = []
        if let configuration = check(&findings) {
            key(configuration, &findings)
            folder(configuration, &findings)
            let isRunning = journal(configuration, &findings)
            clock(&findings)
            findings += Self.boardFindings(configuration)
            findings += Self.lineFindings(configuration)
            await devices(configuration, isRunning: isRunning, &findings)
            await outputs(configuration, &findings)
        }
        for finding in findings {
            if common.json {
                try Output.json(finding)
            } else {
                finding.lines.forEach { Output.line(Output.safe($0)) }
            }
        }
        if findings.contains(where: { $0.state == .fault }) { throw ExitStatus.refused.code }
    }

    private func check(_ findings: inout [Finding]) -> Configuration? {
        do {
            let loaded = try ConfigurationReader.load(common.config)
            let count = loaded.configuration.buses.flatMap(\.points).count
            let points = Format.count(count, "point")
            findings.append(Finding("configuration", .ok, "\(common.config), \(points)"))
            return loaded.configuration
        } catch {
            findings.append(
                Finding(
                    "configuration", .fault, Format.count(error.list.count, "problem"),
                    next: "halcyon check --config \(common.config)"))
        }
        return nil
    }

    private func key(_ configuration: Configuration, _ findings: inout [Finding]) {
        do {
            let key = try DeviceKey.open(configuration.keyFile)
            findings.append(Finding("key", .ok, "device \(key.deviceID)"))
        } catch let failure as Failure {
            let isOthers = failure.rule == "key-owner"
            findings.append(
                Finding("key", isOthers ? .warning : .fault, failure.message, next: failure.next))
        } catch {
            findings.append(Finding("key", .fault, "\(error)"))
        }
    }

    private func folder(_ configuration: Configuration, _ findings: inout [Finding]) {
        let folder = configuration.stateDirectory
        guard access(folder, W_OK | X_OK) == 0 else {
            findings.append(Self.unusable(folder, configuration))
            return
        }
        var status = statvfs()
        guard statvfs(folder, &status) == 0 else {
            findings.append(
                Finding("state directory", .fault, "\(SystemError("statvfs", folder))"))
            return
        }
        let free = Int64(status.f_bavail) * Int64(status.f_frsize)
        let quota = configuration.journal.quotaBytes
        findings.append(
            Finding(
                "state directory", free < quota / 4 ? .warning : .ok,
                "\(Format.bytes(free)) free, the journal may take \(Format.bytes(quota))",
                next: free < quota / 4 ? "free some space or lower journal.quota_bytes" : nil))
    }

    /// What keeps this user from writing to the state directory: that it is another's is no fault.
    private static func unusable(_ folder: String, _ configuration: Configuration) -> Finding {
        let cause = SystemError("write to", folder)
        do {
            try CommonOptions.requireOwner(of: configuration)
        } catch let failure as Failure {
            let isOthers = failure.rule == "journal-access"
            return Finding(
                "state directory", isOthers ? .warning : .fault, failure.message,
                next: failure.next)
        } catch {
            return Finding("state directory", .fault, "\(error)")
        }
        return Finding(
            "state directory", .fault, "\(cause)", next: "let the daemon's user write to it")
    }

    /// Judges the journal; whether the daemon runs.
    private func journal(_ configuration: Configuration, _ findings: inout [Finding]) -> Bool {
        let file = configuration.journalFile
        let isRunning: Bool
        do {
            isRunning = try Journal.holder(at: file) != nil
        } catch {
            // Not to know is no reason to take the bus from a daemon that may be running.
            findings.append(
                Finding(
                    "daemon", .warning, "can't be asked: \(error)",
                    next: "run it as the daemon's user: sudo -u halcyon halcyon doctor"))
            return true
        }
        findings.append(
            Finding(
                "daemon", isRunning ? .ok : .warning, isRunning ? "running" : "not running",
                next: isRunning ? nil : "systemctl start halcyond"))
        do {
            let reader = try CommonOptions.reader(file)
            let summary = try reader.summary()
            let lost = try reader.gaps().filter { $0.gap.reason != .quota }.count
            findings.append(
                Finding(
                    "journal", lost > 0 ? .warning : .ok,
                    "\(summary.readingCount) readings, \(lost) losses other than by quota",
                    next: lost > 0 ? "halcyon status" : nil))
        } catch let failure as Failure {
            let isNew = failure.rule == "journal-missing"
            findings.append(
                Finding(
                    "journal", isNew ? .warning : .fault, failure.message, next: failure.next))
        } catch {
            findings.append(Finding("journal", .fault, "\(error)"))
        }
        return isRunning
    }

    private func clock(_ findings: inout [Finding]) {
        let now = SystemClock.now()
        findings.append(
            Finding(
                "clock", now.isWallPlausible ? .ok : .warning,
                Format.time(now.wallMilliseconds),
                next: now.isWallPlausible
                    ? nil : "readings are kept by uptime until the clock is set; check NTP"))
    }

    private func outputs(_ configuration: Configuration, _ findings: inout [Finding]) async {
        guard !configuration.outputs.isEmpty else { return }
        do {
            findings += try await OutputView.all(configuration).map(Finding.init)
        } catch {
            findings.append(Finding("outputs", .warning, "can't be judged: \(error)"))
        }
    }

    private func devices(
        _ configuration: Configuration, isRunning: Bool, _ findings: inout [Finding]
    ) async {
        for bus in configuration.buses {
            findings += bus.hardwareProblems.map {
                Finding("device \($0.device)", .fault, $0.detail, next: $0.advice)
            }
            do {
                let outcomes: [(String, [Outcome]?)] =
                    isRunning
                    ? try kept(bus, configuration) : try await asked(bus)
                for (device, outcomes) in outcomes {
                    guard let outcomes else { continue }
                    findings.append(Finding(device: device, on: bus.name, outcomes))
                }
            } catch let failure as Failure {
                // Not to be allowed to look says nothing of the bus.
                let isAccess = failure.rule == "journal-access"
                findings.append(
                    Finding(
                        "bus \(bus.name)", isAccess ? .warning : .fault, failure.message,
                        next: failure.next))
            } catch {
                findings.append(Finding("bus \(bus.name)", .fault, "\(error)"))
            }
        }
    }

    private func kept(
        _ bus: BusConfiguration, _ configuration: Configuration
    ) throws -> [(String, [Outcome])] {
        let reader = try CommonOptions.reader(configuration.journalFile)
        let newest = try reader.newest(Set(bus.points.map(\.point)))
        return try bus.devices.map { device in
            let outcomes = device.points.compactMap { newest[$0.point]?.reading.outcome }
            guard outcomes.allSatisfy({ $0.fault == .backingOff }), let first = device.points.first
            else { return (device.name, outcomes) }
            return (device.name, try causes(of: first.point, reader) ?? outcomes)
        }
    }

    /// Why a device that is not asked at the moment failed when it was.
    private func causes(of point: Point, _ reader: JournalReader) throws -> [Outcome]? {
        var cause: Outcome?
        let query = ReadingQuery(points: [point.id], newestFirst: true, limit: 200)
        try reader.forEachReading(query) { stored in
            guard stored.reading.outcome.fault != .backingOff else { return true }
            cause = stored.reading.outcome
            return false
        }
        return cause.flatMap { $0.quality == .bad ? [$0] : nil }
    }

    /// What devices say themselves; `nil` for one that has nothing but GPIO outputs.
    private func asked(_ bus: BusConfiguration) async throws -> [(String, [Outcome]?)] {
        let driver = try bus.makeDriver(clock: SystemHALClock())
        var result: [(String, [Outcome]?)] = []
        for (index, device) in driver.devices.enumerated() {
            let points = device.points.indices.filter {
                !bus.drivenByReading.contains(OutputIndex(device: index, point: $0))
            }
            let outcomes = await driver.read(device: index, points: points)
            result.append((device.name, points.isEmpty ? nil : outcomes))
        }
        await driver.close()
        return result
    }
}
