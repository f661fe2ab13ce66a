// SPDX-License-Identifier: Apache-2.0

import Glibc
import Platform
import Telemetry
import Testing

@Suite struct FileTests {
    let folder: String

    init() throws {
        var template = Array("/tmp/halcyon-file-XXXXXX".utf8CString)
        folder = try #require(mkdtemp(&template).map { String(cString: $0) })
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
        #expect(access(path + ".new", F_OK) != 0)
    }

    @Test("what a crash left of a file is gone after the next write, also as its second name")
    func leftover() throws {
        let path = folder + "/a"
        try File.write([9, 9], to: path + ".new", mode: 0o600)
        try File.write([1], to: path, mode: 0o600, replacing: false)
        #expect(access(path + ".new", F_OK) != 0)
        // Killed between the link and the removal of the first name.
        #expect(link(path, path + ".new") == 0)
        #expect(throws: SystemError("link", path, code: EEXIST)) {
            try File.write([2], to: path, mode: 0o600, replacing: false)
        }
        #expect(access(path + ".new", F_OK) != 0)
        #expect(try File.read(path, bytesMax: 8) == [1])
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
        #expect(access(path + ".new", F_OK) != 0)
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
