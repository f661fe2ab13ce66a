// SPDX-License-Identifier: Apache-2.0

internal import Agent
internal import ArgumentParser
internal import Attestation
internal import Bytes
internal import Glibc
internal import Platform

/// `halcyon key`.
struct Key: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make and show the device's attestation key.",
        subcommands: [KeyCreate.self, KeyShow.self])
}

/// What both verbs print.
private struct KeyView: Encodable {
    let device: String
    let publicKey: String
    let file: String

    init(_ key: DeviceKey, file: String) {
        device = key.deviceID.description
        publicKey = key.publicKey.description
        self.file = file
    }

    func show(json: Bool) throws {
        if json { return try Output.json(self) }
        Output.line("device id   \(device)")
        Output.line("public key  \(publicKey)  (Ed25519)")
        Output.line("key file    \(file)")
    }
}

/// `halcyon key create`.
struct KeyCreate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Make the device's key.",
        discussion: """
            The key is made on this device and never leaves it. An existing key is never \
            replaced. The device id is the SHA-256 digest of the public key.
            """)

    @OptionGroup var common: CommonOptions

    func run() throws {
        let configuration = try common.load()
        let file = configuration.keyFile
        try prepareFolder(configuration.stateDirectory)
        do {
            try KeyView(try DeviceKey.create(at: file), file: file).show(json: common.json)
        } catch DeviceKeyError.exists {
            throw Failure(
                .cannotCreate, "there is a key already: \(file)", rule: "key-exists",
                next: "halcyon key show")
        } catch let error as DeviceKeyError {
            throw Failure(.cannotCreate, "the key can't be made: \(error)")
        }
    }

    /// Makes the state folder if it is not there, and sees to it that the key will belong to the
    /// user that the daemon runs as.
    private func prepareFolder(_ folder: String) throws {
        if mkdir(folder, 0o750) == 0 {
            // A key that is on the disk in a folder that is not would be lost in a power cut.
            do {
                try File.syncFolder(of: Self.withoutSlashes(folder))
            } catch {
                throw Failure(.inputOutput, "\(error)")
            }
        } else if errno != EEXIST {
            let error = SystemError("mkdir", folder)
            throw Failure(.cannotCreate, "\(error)", next: "make its parent folder first")
        }
        var status = stat()
        guard stat(folder, &status) == 0 else {
            throw Failure(.inputOutput, "\(SystemError("stat", folder))")
        }
        guard status.st_uid == geteuid() else {
            throw Failure(
                .cannotCreate, "\(folder) belongs to another user, who could not read the key",
                rule: "key-owner",
                next: "sudo -u \(UserName.of(status.st_uid)) halcyon key create")
        }
    }

    /// The path without slashes at its end, so that all before its last slash is its parent.
    private static func withoutSlashes(_ folder: String) -> String {
        var path = Substring(folder)
        while path.count > 1, path.last == "/" { path.removeLast() }
        return String(path)
    }
}

/// `halcyon key show`.
struct KeyShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show the device id and the public key.")

    @OptionGroup var common: CommonOptions

    func run() throws {
        let file = try common.load().keyFile
        try KeyView(try DeviceKey.open(file), file: file).show(json: common.json)
    }
}

extension DeviceKey {
    /// The key in `file`, or a failure that says what to do.
    static func open(_ file: String) throws -> DeviceKey {
        do {
            return try load(at: file)
        } catch {
            var isMissing = false
            if case .file(.system(let cause)) = error { isMissing = cause.code == ENOENT }
            if isMissing {
                throw Failure(
                    .noInput, "there is no key: \(file)", rule: "key-missing",
                    next: "halcyon key create")
            }
            if case .file(.wrongOwner(_, let user)) = error {
                let owner = UserName.of(user)
                throw Failure(
                    .unavailable, "the key belongs to \(owner), the only one who may read it",
                    rule: "key-owner", next: "sudo -u \(owner) halcyon …")
            }
            if case .file(.system(let cause)) = error, cause.code == EACCES {
                throw Failure(
                    .unavailable, "the key is another user's: \(cause)", rule: "key-owner",
                    next: "run it as the daemon's user: sudo -u halcyon halcyon …")
            }
            throw Failure(.badData, "the key can't be used: \(error)", rule: "key")
        }
    }
}
