// SPDX-License-Identifier: Apache-2.0

import Bytes
import Glibc
import Platform
import TestSupport
import Testing

@testable import Attestation

@Suite struct DeviceKeyTests {
    let temporary: TemporaryFolder
    var folder: String { temporary.path }
    var path: String { folder + "/device.key" }

    init() throws { temporary = try TemporaryFolder() }

    @Test("a key made in a file signs the same after it is loaded")
    func createAndLoad() throws {
        let made = try DeviceKey.create(at: path)
        let loaded = try DeviceKey.load(at: path)
        #expect(loaded.publicKey == made.publicKey)
        #expect(loaded.deviceID == DeviceID(digest: SHA256.digest(made.publicKey.bytes)))
        let signature = try loaded.sign([1, 2, 3])
        #expect(try made.sign([1, 2, 3]) == signature)
        #expect(Ed25519.isValid(signature, of: [1, 2, 3], by: made.publicKey))
        #expect(!Ed25519.isValid(signature, of: [1, 2, 4], by: made.publicKey))
        var status = stat()
        #expect(stat(path, &status) == 0 && status.st_mode & 0o7777 == 0o600)
        #expect(status.st_size == 87 && status.st_nlink == 1)
    }

    @Test("a second name of the secret, as a crash could leave it, is removed on loading")
    func secondName() throws {
        let key = try DeviceKey.create(at: path)
        #expect(link(path, path + ".new") == 0)
        #expect(try DeviceKey.load(at: path).publicKey == key.publicKey)
        #expect(access(path + ".new", F_OK) != 0 && access(path, F_OK) == 0)
        // Another file of that name is somebody's own, even if it holds the same bytes.
        let bytes = try File.read(path, bytesMax: 87)
        try File.write(bytes, to: path + ".new", mode: 0o600)
        _ = try DeviceKey.load(at: path)
        #expect(try File.read(path + ".new", bytesMax: 87) == bytes)
    }

    @Test("two keys are different keys")
    func random() throws {
        let other = try DeviceKey.create(at: folder + "/other.key")
        #expect(try DeviceKey.create(at: path).publicKey != other.publicKey)
    }

    @Test("RFC 8032's first and third test keys sign as they should")
    func vectors() throws {
        let seed = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
        let key = try DeviceKey(seed: Hex.decode(seed))
        #expect(
            key.publicKey.description
                == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
        #expect(
            Hex.encode(try key.sign([]))
                == "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
                + "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b")
        let third = "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7"
        #expect(
            Hex.encode(try DeviceKey(seed: Hex.decode(third)).sign([0xaf, 0x82]))
                == "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
                + "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a")
    }

    @Test("a signature that is not in canonical form, and a key of small order, are refused")
    func strict() throws {
        let key = try Sample.key()
        var signature = try key.sign([7])
        // S + L: the same point equation, another signature.
        let order = try Hex.decode(
            "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010")
        var carry = 0
        for index in 0..<32 {
            let sum = Int(signature[32 + index]) + Int(order[index]) + carry
            signature[32 + index] = UInt8(sum & 0xff)
            carry = sum >> 8
        }
        #expect(!Ed25519.isValid(signature, of: [7], by: key.publicKey))
        let identity = try #require(Bytes32([1] + [UInt8](repeating: 0, count: 31)))
        let forged = identity.bytes + [UInt8](repeating: 0, count: 32)
        #expect(!Ed25519.isValid(forged, of: [7], by: identity))
        #expect(!Ed25519.isValid([], of: [7], by: key.publicKey))
    }

    @Test("a file that is there is never replaced, whatever it is")
    func exists() throws {
        let key = try DeviceKey.create(at: path)
        #expect(throws: DeviceKeyError.exists(path)) { try DeviceKey.create(at: path) }
        #expect(try DeviceKey.load(at: path).publicKey == key.publicKey)
        let link = folder + "/link.key"
        #expect(symlink("nowhere", link) == 0)
        #expect(throws: DeviceKeyError.exists(link)) { try DeviceKey.create(at: link) }
        #expect(access(folder + "/nowhere", F_OK) != 0)
    }

    @Test("a folder that is not there is an error, and no key")
    func noFolder() {
        let path = folder + "/no/device.key"
        #expect(
            throws: DeviceKeyError.write(SystemError("open", folder + "/no", code: ENOENT))
        ) { try DeviceKey.create(at: path) }
        #expect(throws: DeviceKeyError.file(.system(SystemError("open", path, code: ENOENT)))) {
            try DeviceKey.load(at: path)
        }
    }

    @Test(
        "a key that group or others may touch is refused",
        arguments: [mode_t(0o640), 0o604, 0o660, 0o610, 0o601, 0o620, 0o602])
    func mode(mode: mode_t) throws {
        _ = try DeviceKey.create(at: path)
        #expect(chmod(path, mode) == 0)
        #expect(throws: DeviceKeyError.file(.openToOthers(path, mode: mode))) {
            try DeviceKey.load(at: path)
        }
    }

    @Test("another user's key is refused", .enabled(if: geteuid() == 0, "needs root to give away"))
    func owner() throws {
        _ = try DeviceKey.create(at: path)
        #expect(chown(path, 12_345, 12_345) == 0)
        #expect(throws: DeviceKeyError.file(.wrongOwner(path, user: 12_345))) {
            try DeviceKey.load(at: path)
        }
    }

    @Test("a file of another length is refused", arguments: [0, 32, 86, 88, 100_000])
    func length(count: Int) throws {
        try File.write([UInt8](repeating: 0x41, count: count), to: path, mode: 0o600)
        #expect(throws: DeviceKeyError.file(.wrongSize(path, bytes: count))) {
            try DeviceKey.load(at: path)
        }
    }

    @Test("one changed bit anywhere in the file is refused")
    func content() throws {
        _ = try DeviceKey.create(at: path)
        let bytes = try File.read(path, bytesMax: 87)
        for index in bytes.indices {
            var changed = bytes
            changed[index] ^= 1 << UInt8(index % 8)
            try File.write(changed, to: path, mode: 0o600)
            let expected: DeviceKeyError = index < 23 ? .format(path) : .damaged(path)
            #expect(throws: expected) { try DeviceKey.load(at: path) }
        }
    }

    @Test("a symbolic link, a folder and a pipe are refused, and nobody waits for the pipe")
    func kinds() throws {
        _ = try DeviceKey.create(at: folder + "/real.key")
        #expect(symlink(folder + "/real.key", path) == 0)
        #expect(throws: DeviceKeyError.file(.symbolicLink(path))) { try DeviceKey.load(at: path) }
        #expect(throws: DeviceKeyError.file(.notRegular(folder))) { try DeviceKey.load(at: folder) }
        let pipe = folder + "/pipe"
        #expect(mkfifo(pipe, 0o600) == 0)
        #expect(throws: DeviceKeyError.file(.notRegular(pipe))) { try DeviceKey.load(at: pipe) }
    }

    @Test("a key shows its device's id and nothing else")
    func printing() throws {
        let key = try Sample.key()
        var dumped = ""
        dump(key, to: &dumped)
        let shown = [String(describing: key), String(reflecting: key), "\(key)", dumped]
        let seed = Hex.encode([UInt8](0..<32))
        for text in shown {
            #expect(text.contains(key.deviceID.description))
            #expect(!text.contains(seed) && !text.contains("0x0") && !text.contains("pointer"))
        }
        #expect(Mirror(reflecting: key).children.map(\.label) == ["deviceID"])
    }

    @Test("many tasks sign with one key at once")
    func concurrency() async throws {
        let key = try Sample.key()
        let expected = try (0..<32).map { try key.sign([UInt8($0)]) }
        try await withThrowingTaskGroup(of: (Int, [UInt8]).self) { group in
            for index in 0..<32 { group.addTask { (index, try key.sign([UInt8(index)])) } }
            for try await (index, signature) in group { #expect(signature == expected[index]) }
        }
    }
}
