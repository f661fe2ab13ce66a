// SPDX-License-Identifier: Apache-2.0

import Glibc
import Telemetry
import TestSupport
import Testing

@testable import Platform

@Suite struct FileTests {
    let temporary: TemporaryFolder
    var folder: String { temporary.path }

    init() throws { temporary = try TemporaryFolder() }

    /// The names in the folder, sorted.
    private var names: [String] {
        guard let listing = opendir(folder) else { return [] }
        defer { closedir(listing) }
        var names: [String] = []
        while let entry = readdir(listing) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    @Test("a file is written with its mode, read back, and replaced whole")
    func replace() throws {
        let path = folder + "/a"
        try File.write([1, 2, 3], to: path, mode: 0o600)
        try File.write([4], to: path, mode: 0o640)
        #expect(try File.read(path, bytesMax: 1) == [4])
        var status = stat()
        #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o640)
    }

    @Test("a file that must not exist is not replaced, and no temporary file stays")
    func exclusive() throws {
        let path = folder + "/a"
        try File.write([1], to: path, mode: 0o600, replacing: false)
        #expect(throws: SystemError("link", path, code: EEXIST)) {
            try File.write([2], to: path, mode: 0o600, replacing: false)
        }
        #expect(try File.read(path, bytesMax: 8) == [1])
        #expect(names == ["a"])
    }

    @Test("what a crash left of a replacement is gone after the next, and a user's file is not")
    func leftover() throws {
        let path = folder + "/a"
        let users = ["/a.new", "/.a.new", "/.a"]
        for name in users { try temporary.write("mine", to: name) }
        try temporary.write("half", to: "/.a.halcyon-new")
        try File.write([1], to: path, mode: 0o600)
        #expect(names == [".a", ".a.new", "a", "a.new"])
        // Killed where a rename would have been onto another name of the same file.
        #expect(link(path, folder + "/.a.halcyon-new") == 0)
        try File.write([2], to: path, mode: 0o600)
        #expect(names == [".a", ".a.new", "a", "a.new"])
        #expect(try File.read(path, bytesMax: 8) == [2])
        for name in users { #expect(try File.read(folder + name, bytesMax: 8).count == 4) }
    }

    @Test("a lock that somebody holds on the folder stops no writer")
    func lockedFolder() throws {
        let holder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        defer { close(holder) }
        #expect(flock(holder, LOCK_EX) == 0)
        try File.write([1], to: folder + "/a", mode: 0o600)
        try File.write([2], to: folder + "/a", mode: 0o600)
        #expect(try File.read(folder + "/a", bytesMax: 8) == [2])
    }

    @Test("where there are no unnamed files, a file is written by way of one of its own name")
    func named() throws {
        let path = folder + "/a"
        func write(_ bytes: [UInt8], replacing: Bool) -> SystemError? {
            bytes.withUnsafeBytes { buffer in
                do throws(SystemError) {
                    try File.writeNamed(buffer, to: path, mode: 0o640, replacing: replacing)
                    return nil
                } catch {
                    return error
                }
            }
        }
        #expect(write([1], replacing: false) == nil)
        #expect(write([2], replacing: false) == SystemError("link", path, code: EEXIST))
        #expect(try File.read(path, bytesMax: 8) == [1])
        #expect(write([3], replacing: true) == nil)
        #expect(try File.read(path, bytesMax: 8) == [3])
        #expect(names == ["a"])
        var status = stat()
        #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o640)
    }

    @Test(
        "a folder that is not there, or a name that is a folder, is an error that changes nothing")
    func places() throws {
        let path = folder + "/no/a"
        #expect(throws: SystemError("open", folder + "/no", code: ENOENT)) {
            try File.write([1], to: path, mode: 0o600)
        }
        #expect(mkdir(folder + "/a", 0o700) == 0)
        #expect(throws: SystemError("rename", folder + "/a", code: EISDIR)) {
            try File.write([1], to: folder + "/a", mode: 0o600)
        }
        #expect(names == ["a"])
    }

    @Test("a second name is removed only if it is of the same file")
    func secondName() throws {
        let path = folder + "/a"
        try File.write([1], to: path, mode: 0o600)
        try File.write([1], to: folder + "/other", mode: 0o600)
        #expect(link(folder + "/other", folder + "/third") == 0)
        #expect(symlink(path, folder + "/symbolic") == 0)
        for name in ["/none", "/other", "/third", "/symbolic", "/a"] {
            #expect(!File.removeSecondName(folder + name, of: path), "\(name)")
        }
        #expect(names == ["a", "other", "symbolic", "third"])
        #expect(link(path, folder + "/second") == 0)
        #expect(File.removeSecondName(folder + "/second", of: path))
        #expect(names == ["a", "other", "symbolic", "third"])
    }

    @Test("a pipe, a device and a folder are refused at once, and an empty file is empty")
    func kinds() throws {
        let pipe = folder + "/pipe"
        #expect(mkfifo(pipe, 0o600) == 0)
        for (path, code) in [(pipe, EINVAL), ("/dev/zero", EINVAL), (folder, EISDIR)] {
            #expect(throws: SystemError("open as a regular file", path, code: code)) {
                try File.read(path, bytesMax: 64)
            }
        }
        try temporary.write("", to: "/empty")
        #expect(try File.read(folder + "/empty", bytesMax: 0) == [])
        #expect(try File.read("/proc/self/stat", bytesMax: 4096).isEmpty == false)
    }

    @Test("of many writers of one file at once, each writes it whole")
    func concurrency() async throws {
        let path = folder + "/a"
        try await withThrowingTaskGroup(of: Void.self) { group in
            for byte in UInt8(1)...8 {
                group.addTask {
                    let bytes = [UInt8](repeating: byte, count: 4096)
                    for _ in 0..<10 { try File.write(bytes, to: path, mode: 0o600) }
                }
            }
            try await group.waitForAll()
        }
        let bytes = try File.read(path, bytesMax: 4096)
        #expect(bytes.count == 4096 && Set(bytes).count == 1)
        #expect(names == ["a"])
    }

    @Test("a file over the limit is refused, one at the limit is read")
    func limit() throws {
        let path = folder + "/a"
        try File.write([UInt8](repeating: 7, count: 10_000), to: path, mode: 0o600)
        #expect(try File.read(path, bytesMax: 10_000).count == 10_000)
        #expect(throws: SystemError("read", path, code: EFBIG)) {
            try File.read(path, bytesMax: 9_999)
        }
    }

    @Test("both clocks run, and the boot has an identifier")
    func clocks() throws {
        #expect(SystemClock.now().isWallPlausible)
        #expect(SystemClock.now().uptimeMilliseconds > 0)
        #expect(try SystemClock.bootID().utf8.count == 36)
    }
}
