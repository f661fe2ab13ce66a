// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import Platform

/// A folder on a disk that goes with the value.
final class Scratch {
    let path: String

    /// Makes it below `.build` of the current folder, because a folder of temporary files may lie
    /// in memory.
    init() throws {
        let base = "\(Self.current)/.build"
        guard mkdir(base, 0o755) == 0 || errno == EEXIST else { throw SystemError("mkdir", base) }
        let type = try Self.fileSystem(of: base)
        guard type != "tmpfs", type != "ramfs" else { throw BenchmarkError.notADisk(base) }
        var template = Array("\(base)/bench-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { throw SystemError("mkdtemp", base) }
        path = String(cString: made)
    }

    deinit { Self.remove(path) }

    private static func remove(_ path: String) {
        guard unlink(path) != 0, let folder = opendir(path) else { return }
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { remove("\(path)/\(name)") }
        }
        closedir(folder)
        rmdir(path)
    }

    /// Writes a file of that name in it; its path.
    func write(_ text: String, to name: String) throws -> String {
        let file = "\(path)/\(name)"
        try File.write(Array(text.utf8), to: file, mode: 0o600)
        return file
    }

    /// The size of a file.
    static func bytes(of path: String) throws -> Int64 {
        var status = stat()
        guard stat(path, &status) == 0 else { throw SystemError("stat", path) }
        return Int64(status.st_size)
    }

    /// The type of the file system that holds `path`, from proc_pid_mountinfo(5); `nil` if it is
    /// not listed.
    private static func fileSystem(of path: String) throws -> Substring? {
        var status = stat()
        guard stat(path, &status) == 0 else { throw SystemError("stat", path) }
        let device = UInt64(status.st_dev)
        let major = device >> 8 & 0xFFF | device >> 32 & ~0xFFF
        let minor = device & 0xFF | device >> 12 & 0xFFF_FF00
        let mounts = try File.read("/proc/self/mountinfo", bytesMax: 1 << 20)
        for line in String(decoding: mounts, as: UTF8.self).split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count > 2, words[2] == "\(major):\(minor)",
                let dash = words.firstIndex(of: "-"), dash + 1 < words.count
            else { continue }
            return words[dash + 1]
        }
        return nil
    }

    private static var current: String {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        return getcwd(&buffer, buffer.count).map { String(cString: $0) } ?? "."
    }
}
