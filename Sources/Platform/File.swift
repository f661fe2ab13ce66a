// SPDX-License-Identifier: Apache-2.0

public import Glibc

/// Whole small files, read with a limit and written so that a power cut leaves old or new.
public enum File {
    /// The bytes of a regular or pseudo file.
    ///
    /// - Throws: `SystemError`; `EFBIG` if it holds more than `bytesMax` bytes.
    public static func read(_ path: String, bytesMax: Int) throws(SystemError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemError("open", path) }
        defer { Glibc.close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: min(bytesMax, 4096) + 1)
        var count = 0
        while true {
            if count == bytes.count {
                bytes.append(contentsOf: repeatElement(0, count: bytes.count))
            }
            let room = bytes.count - count
            let got = bytes.withUnsafeMutableBytes {
                Glibc.read(descriptor, $0.baseAddress?.advanced(by: count), room)
            }
            if got < 0 {
                if errno == EINTR { continue }
                throw SystemError("read", path)
            }
            if got == 0 { break }
            count += got
            guard count <= bytesMax else { throw SystemError("read", path, code: EFBIG) }
        }
        bytes.removeLast(bytes.count - count)
        return bytes
    }

    /// Replaces or creates the file at `path` atomically and returns when it is on the disk.
    ///
    /// - Parameters:
    ///   - bytes: the new content.
    ///   - path: where; the folder must exist.
    ///   - mode: permission bits, independent of the umask.
    ///   - replacing: whether an existing file may be replaced; if not, one that exists is `EEXIST`.
    /// - Throws: `SystemError`; the old file, if any, is then unchanged.
    public static func write(
        _ bytes: [UInt8], to path: String, mode: mode_t, replacing: Bool = true
    ) throws(SystemError) {
        let result = bytes.withUnsafeBytes { buffer in
            Result { () throws(SystemError) in
                try write(buffer, to: path, mode: mode, replacing: replacing)
            }
        }
        try result.get()
    }

    /// The same for bytes that must not be copied, such as a secret in guarded memory.
    ///
    /// The bytes first go to `PATH.new`. One that a crash left is removed by the next write, so
    /// there is at most one. Writers of one folder take turns by a lock on it.
    ///
    /// - Parameters:
    ///   - bytes: the new content.
    ///   - path: where; the folder must exist.
    ///   - mode: permission bits, independent of the umask.
    ///   - replacing: whether an existing file may be replaced; if not, one that exists is `EEXIST`.
    /// - Throws: `SystemError`; the old file, if any, is then unchanged.
    public static func write(
        _ bytes: UnsafeRawBufferPointer, to path: String, mode: mode_t, replacing: Bool
    ) throws(SystemError) {
        let folder = try openFolder(of: path)
        defer { Glibc.close(folder) }
        while flock(folder, LOCK_EX) != 0 {
            guard errno == EINTR else { throw SystemError("lock", Self.folder(of: path)) }
        }
        let temporary = path + ".new"
        unlink(temporary)
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
        guard descriptor >= 0 else { throw SystemError("create", temporary) }
        do throws(SystemError) {
            defer { Glibc.close(descriptor) }
            guard fchmod(descriptor, mode) == 0 else { throw SystemError("chmod", temporary) }
            try writeAll(bytes, descriptor, temporary)
            guard fsync(descriptor) == 0 else { throw SystemError("fsync", temporary) }
            // `link` refuses an existing name in the same step that makes the new one.
            let result =
                replacing ? rename(temporary, path) : link(temporary, path)
            guard result == 0 else { throw SystemError(replacing ? "rename" : "link", path) }
        } catch {
            unlink(temporary)
            throw error
        }
        if !replacing { unlink(temporary) }
        guard fsync(folder) == 0 else { throw SystemError("fsync", Self.folder(of: path)) }
    }

    private static func writeAll(
        _ bytes: UnsafeRawBufferPointer, _ descriptor: CInt, _ path: String
    ) throws(SystemError) {
        var written = 0
        while written < bytes.count {
            let count = Glibc.write(
                descriptor, bytes.baseAddress?.advanced(by: written), bytes.count - written)
            if count < 0 {
                if errno == EINTR { continue }
                throw SystemError("write", path)
            }
            written += count
        }
    }

    /// Makes a creation, rename or removal in the folder of `path` durable.
    ///
    /// - Throws: `SystemError`.
    public static func syncFolder(of path: String) throws(SystemError) {
        let folder = try openFolder(of: path)
        defer { Glibc.close(folder) }
        guard fsync(folder) == 0 else { throw SystemError("fsync", Self.folder(of: path)) }
    }

    private static func openFolder(of path: String) throws(SystemError) -> CInt {
        let folder = Self.folder(of: path)
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemError("open", folder) }
        return descriptor
    }

    /// The folder that holds `path`: all before its last slash, `.` if it has none.
    public static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
