// SPDX-License-Identifier: Apache-2.0

internal import HAL
internal import Journal
internal import Logging
internal import Platform

/// Reads the configuration file and the board file that it names.
///
/// It has no side effects: nothing is created, opened or asked, but for the device tree if the board
/// is to be detected. All problems are found in one pass.
public struct ConfigurationReader {
    private let record: ConfigurationRecord
    private let systemRoot: String
    private var buses = BusesReader()

    /// The configuration that the file at `path` describes.
    ///
    /// - Parameters:
    ///   - path: the TOML file.
    ///   - root: the folder that stands for `/` where the board is detected.
    /// - Returns: the configuration with the values that made it.
    /// - Throws: `ConfigurationProblems`, all of them.
    public static func load(
        _ path: String, root: String = ""
    ) throws(ConfigurationProblems) -> LoadedConfiguration {
        var reader = ConfigurationReader(record: ConfigurationRecord(file: path), root: root)
        let configuration = reader.read(path)
        guard reader.record.problems.isEmpty else {
            let own = reader.record.problems.filter { $0.file == path }
            let other = reader.record.problems.filter { $0.file != path }
            var list =
                own.sorted { $0.line < $1.line }
                + other.sorted { ($0.file, $0.line) < ($1.file, $1.line) }
            if reader.record.suppressed > 0, let last = list.last {
                list.append(
                    ConfigurationProblem(
                        line: last.line, path: "",
                        message: "there are \(reader.record.suppressed) problems more",
                        file: last.file))
            }
            throw ConfigurationProblems(list: list)
        }
        return LoadedConfiguration(
            configuration: configuration,
            values: EffectiveValue.bySection(reader.record.values))
    }

    private init(record: ConfigurationRecord, root: String) {
        self.record = record
        systemRoot = root
    }

    private mutating func read(_ path: String) -> Configuration {
        var configuration = Configuration()
        guard let root = Self.table(in: path, record) else { return configuration }
        agent(root.table("agent"), &configuration)
        buses.profiles = ProfileLibrary(
            directory: configuration.profilesDirectory, record: record)
        journal(root.table("journal"), &configuration.journal)
        attestation(root.table("attestation"), &configuration.attestation)
        buses.read(root)
        root.finish()
        if configuration.board == Configuration.detectedBoard {
            configuration.board = detect(configuration.boardsDirectory, root.table("agent"))
        }
        if let board = configuration.board {
            let file = "\(configuration.boardsDirectory)/\(board).toml"
            record.file = file
            if let root = Self.table(in: file, record) {
                configuration.boardDefinition = self.board(root, name: board)
                buses.board = configuration.boardDefinition
            }
            record.file = path
        }
        configuration.buses = buses.finish()
        if configuration.buses.isEmpty && record.problems.isEmpty {
            root.problem(
                "there is nothing to read: give a [[bus]] with a [[device]], or a board")
        }
        return configuration
    }

    /// The root table of a file; `nil` if it can't be read, which is then noted.
    static func table(in path: String, _ record: ConfigurationRecord) -> TableReader? {
        do {
            let bytes = try File.read(path, bytesMax: AgentLimits.configurationBytesMax + 1)
            return TableReader(try TOMLDocument.parse(bytes), path: "", record: record)
        } catch let problem as ConfigurationProblem {
            record.add(problem)
        } catch let error {
            record.add(ConfigurationProblem(line: 1, path: "", message: "\(error)"))
        }
        return nil
    }

    private func agent(_ table: TableReader, _ configuration: inout Configuration) {
        configuration.stateDirectory = table.text(
            "state_directory", default: configuration.stateDirectory)
        if !configuration.stateDirectory.hasPrefix("/") {
            table.problem("state_directory", "must be an absolute path, beginning with \"/\"")
        }
        configuration.board = table.optionalText("board")
        if let board = configuration.board, !Self.isFileName(board) {
            table.problem("board", "must be the name of a board file: letters, digits, - and _")
            configuration.board = nil
        }
        configuration.boardsDirectory = table.text(
            "boards_directory", default: configuration.boardsDirectory)
        configuration.profilesDirectory = table.text(
            "profiles_directory", default: configuration.profilesDirectory)
        configuration.watchdog = table.optionalText("watchdog")
        if let watchdog = configuration.watchdog {
            if !watchdog.hasPrefix("/dev/") {
                table.problem("watchdog", "must be a device, \"/dev/watchdog0\"")
            }
            configuration.watchdogSeconds = table.integer(
                "watchdog_seconds", in: 2...3600, default: configuration.watchdogSeconds)
        }
        configuration.logLevel =
            table.choice(
                "log_level",
                [
                    "debug": Logger.Level.debug, "info": .info, "notice": .notice,
                    "warning": .warning, "error": .error,
                ], default: "info") ?? .info
        table.finish()
    }

    private func journal(_ table: TableReader, _ settings: inout JournalSettings) {
        settings.commitIntervalMilliseconds = table.seconds(
            "commit_interval_seconds", inMilliseconds: 10...60_000, default: 1)
        settings.quotaBytes = table.integer(
            "quota_bytes", in: JournalLimits.quotaBytesMin...1 << 42, default: settings.quotaBytes)
        settings.attestationQuotaBytes = table.integer(
            "attestation_quota_bytes", in: 0...1 << 42,
            default: min(settings.attestationQuotaBytes, settings.quotaBytes / 4))
        if settings.attestationQuotaBytes > settings.quotaBytes / 2 {
            table.problem("attestation_quota_bytes", "must be at most half of quota_bytes")
        }
        settings.retentionSeconds = table.optionalNumber("retention_days", in: 0.01...36_500)
            .map { Int64($0 * 86_400) }
        table.finish()
    }

    private func attestation(_ table: TableReader, _ settings: inout AttestationSettings) {
        settings.periodMilliseconds = table.seconds(
            "period_seconds", inMilliseconds: 100...86_400_000, default: 60)
        settings.packBytesMax = Int(
            table.integer("pack_bytes_max", in: 0...32_768, default: 4096))
        table.finish()
    }

    private mutating func board(_ root: TableReader, name: String) -> BoardDefinition {
        let board = BoardTables.read(root, name: name)
        buses.read(root)
        root.finish()
        return board
    }

    /// The name of the board that the machine is; `nil` if that can't be said, which is then noted.
    private func detect(_ directory: String, _ agent: TableReader) -> String? {
        let boards = BoardCatalog.read(directory).boards
        switch BoardDetector.detect(among: boards, root: systemRoot) {
        case .found(let board, _):
            record.replace("agent.board", "\"\(board.name)\"")
            return board.name
        case .unknown(let compatible):
            let strings = compatible.map { "\"\($0)\"" }.joined(separator: ", ")
            agent.problem(
                "board",
                "no board file of \(directory) is for \(strings); give a board's name, or none")
        case .ambiguous(let names, let string):
            agent.problem(
                "board",
                "\(names.joined(separator: " and ")) both claim \"\(string)\"; give one of them")
        case .noDeviceTree:
            agent.problem(
                "board",
                "the machine has no device tree to detect it by; give a board's name, or none")
        }
        return nil
    }

    /// Whether `text` names a file without a folder or an ending.
    static func isFileName(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
                    || Character(UnicodeScalar(byte)).isLetter
                    || Character(UnicodeScalar(byte)).isNumber
            }
    }
}
