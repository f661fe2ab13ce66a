// SPDX-License-Identifier: Apache-2.0

internal import Agent
internal import Glibc
internal import Journal
internal import Platform

extension CommonOptions {
    /// The configuration and a reader of the device's journal.
    ///
    /// - Throws: `Failure` if there is no journal or it can't be read.
    func openJournal() throws -> (Configuration, JournalReader) {
        let configuration = try load()
        return (configuration, try Self.reader(configuration.journalFile))
    }

    /// Whether a daemon has the journal.
    ///
    /// - Throws: `Failure` if this user may not know.
    static func isDaemonRunning(_ configuration: Configuration) throws -> Bool {
        do {
            return try Journal.holder(at: configuration.journalFile) != nil
        } catch {
            throw Failure(
                .unavailable, "the daemon can't be asked: \(error)", rule: "journal-access",
                next: "run it as the daemon's user: sudo -u halcyon halcyon …")
        }
    }

    /// Refuses to write to a journal that belongs to another user, who could not use it afterwards.
    static func requireOwner(of configuration: Configuration) throws {
        let folder = configuration.stateDirectory
        var status = stat()
        guard stat(folder, &status) == 0 else {
            throw Failure(
                .noInput, "\(SystemError("stat", folder))", rule: "state-directory",
                next: "halcyon key create makes it")
        }
        guard status.st_uid != geteuid() else { return }
        let owner = UserName.of(status.st_uid)
        throw Failure(
            .unavailable, "\(folder) belongs to \(owner)", rule: "journal-access",
            next: "sudo -u \(owner) halcyon …")
    }

    /// A reader of the journal at `path`.
    static func reader(_ path: String) throws -> JournalReader {
        if access(path, F_OK) != 0, errno == EACCES {
            throw Failure(
                .unavailable, "\(SystemError("read", path, code: EACCES))", rule: "journal-access",
                next: "run it as the daemon's user: sudo -u halcyon halcyon …")
        }
        guard access(path, F_OK) == 0 else {
            throw Failure(
                .noInput, "there is no journal: \(path)", rule: "journal-missing",
                next: "start the daemon: systemctl start halcyond, or halcyond --config FILE")
        }
        do {
            return try JournalReader(path)
        } catch {
            throw Failure(.inputOutput, "the journal can't be read: \(error)", rule: "journal")
        }
    }
}
