// SPDX-License-Identifier: Apache-2.0

public import Glibc

/// Writing without locks, which others could hold: the new content is whole and on the disk before
/// it has a name, so whichever of several writers gives it the name, a whole file gets it.
extension File {
    /// Replaces or creates the file at `path` atomically and returns when it is on the disk.
    ///
    /// - Parameters:
    ///   - bytes: the new content.
    ///   - path: where; the folder must exist.
    ///   - mode: permission bits, independent of the umask.
    ///   - replacing: whether an existing file may be replaced; if not, one that exists is `EEXIST`.
    /// - Throws: `SystemError`. The file is then as it was, except if the operation is `sync`: then
    ///   the new content is there, but a power cut may bring the old back.
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
    /// A crash leaves nothing behind of a new file. Of one that replaces another it may leave a
    /// whole `.NAME.halcyon-new`, which the next write removes. On file systems without unnamed
    /// files, such as NFS, it may leave `.NAME.NUMBER.halcyon-new`, which nothing removes.
    ///
    /// - Parameters:
    ///   - bytes: the new content.
    ///   - path: where; the folder must exist.
    ///   - mode: permission bits, independent of the umask.
    ///   - replacing: whether an existing file may be replaced; if not, one that exists is `EEXIST`.
    /// - Throws: `SystemError`. The file is then as it was, except if the operation is `sync`: then
    ///   the new content is there, but a power cut may bring the old back.
    public static func write(
        _ bytes: UnsafeRawBufferPointer, to path: String, mode: mode_t, replacing: Bool
    ) throws(SystemError) {
        let folder = try openFolder(of: path)
        defer { Glibc.close(folder) }
        for _ in 0..<PlatformLimits.renameAttemptsMax {
            guard try attempt(bytes, in: folder, path, mode, replacing) else { continue }
            guard fsync(folder) == 0 else { throw SystemError("sync", Self.folder(of: path)) }
            return
        }
        throw SystemError("rename", path, code: EBUSY)
    }

    /// Writes once; false if another writer took the temporary name away meanwhile. An unnamed file
    /// that had a name and lost it can't be given one again.
    private static func attempt(
        _ bytes: UnsafeRawBufferPointer, in folder: CInt, _ path: String, _ mode: mode_t,
        _ replacing: Bool
    ) throws(SystemError) -> Bool {
        // Glibc's O_TMPFILE is an expression that Swift does not import: __O_TMPFILE, the same on
        // every architecture that Swift runs on, with O_DIRECTORY.
        let flags = O_WRONLY | 0o20_000_000 | O_DIRECTORY | O_CLOEXEC
        let descriptor = openat(folder, ".", flags, 0o600)
        if descriptor >= 0 {
            defer { Glibc.close(descriptor) }
            try fill(descriptor, bytes, mode, path)
            return try name(descriptor, path, replacing)
        }
        guard errno == EOPNOTSUPP || errno == EISDIR else { throw SystemError("create", path) }
        try writeNamed(bytes, to: path, mode: mode, replacing: replacing)
        return true
    }

    /// Puts content and mode into a new file and both on the disk.
    private static func fill(
        _ descriptor: CInt, _ bytes: UnsafeRawBufferPointer, _ mode: mode_t, _ path: String
    ) throws(SystemError) {
        guard fchmod(descriptor, mode) == 0 else { throw SystemError("chmod", path) }
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
        guard fsync(descriptor) == 0 else { throw SystemError("fsync", path) }
    }

    /// Gives a filled, unnamed file its name; false if another writer came in between.
    private static func name(
        _ descriptor: CInt, _ path: String, _ replacing: Bool
    ) throws(SystemError) -> Bool {
        // The way without a privilege (open(2), O_TMPFILE). `link` never replaces a name.
        let unnamed = "/proc/self/fd/\(descriptor)"
        func link(_ name: String) -> CInt {
            linkat(AT_FDCWD, unnamed, AT_FDCWD, name, AT_SYMLINK_FOLLOW)
        }
        guard replacing else {
            guard link(path) == 0 else { throw SystemError("link", path) }
            return true
        }
        let temporary = hiddenName(of: path, "halcyon-new")
        // What is there is a crash's, or another writer's, who will find it gone and try again.
        unlink(temporary)
        guard link(temporary) == 0 else {
            if errno == EEXIST { return false }
            throw SystemError("link", temporary)
        }
        guard rename(temporary, path) == 0 else {
            if errno == ENOENT { return false }
            let error = SystemError("rename", path)
            unlink(temporary)
            throw error
        }
        // A rename onto another name of the same file leaves both.
        unlink(temporary)
        return true
    }

    /// Writes by way of a file with a name of its own, where there are no files without one.
    static func writeNamed(
        _ bytes: UnsafeRawBufferPointer, to path: String, mode: mode_t, replacing: Bool
    ) throws(SystemError) {
        let number = String(UInt64.random(in: 0...UInt64.max), radix: 16)
        let temporary = hiddenName(of: path, "\(number).halcyon-new")
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW
        let descriptor = open(temporary, flags, 0o600)
        guard descriptor >= 0 else { throw SystemError("create", temporary) }
        do throws(SystemError) {
            defer { Glibc.close(descriptor) }
            try fill(descriptor, bytes, mode, temporary)
            // `link` refuses an existing name in the same step that makes the new one.
            let result = replacing ? rename(temporary, path) : Glibc.link(temporary, path)
            guard result == 0 else { throw SystemError(replacing ? "rename" : "link", path) }
        } catch {
            unlink(temporary)
            throw error
        }
        if !replacing { unlink(temporary) }
    }

    /// A name beside `path` that is nobody's but this module's.
    private static func hiddenName(of path: String, _ suffix: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return ".\(path).\(suffix)" }
        return "\(path[...slash]).\(path[path.index(after: slash)...]).\(suffix)"
    }
}
