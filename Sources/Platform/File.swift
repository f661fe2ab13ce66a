// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Whole small files, read with a limit and written so that a power cut leaves old or new.
public enum File {
    /// The bytes of a regular file, those of `/proc` and `/sys` included.
    ///
    /// Anything else is refused without waiting for it or reading from it.
    ///
    /// - Throws: `SystemError`; `EFBIG` if it holds more than `bytesMax` bytes, `EISDIR` if it is a
    ///   folder, `EINVAL` if it is a pipe, device or socket.
    public static func read(_ path: String, bytesMax: Int) throws(SystemError) -> [UInt8] {
        // Without O_NONBLOCK, opening a FIFO would wait for a writer.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw SystemError("open", path) }
        defer { Glibc.close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw SystemError("stat", path) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            let isFolder = status.st_mode & S_IFMT == S_IFDIR
            throw SystemError("open as a regular file", path, code: isFolder ? EISDIR : EINVAL)
        }
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

    /// Makes a creation, rename or removal in the folder of `path` durable.
    ///
    /// - Throws: `SystemError`.
    public static func syncFolder(of path: String) throws(SystemError) {
        let folder = try openFolder(of: path)
        defer { Glibc.close(folder) }
        guard fsync(folder) == 0 else { throw SystemError("fsync", Self.folder(of: path)) }
    }

    static func openFolder(of path: String) throws(SystemError) -> CInt {
        let folder = Self.folder(of: path)
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemError("open", folder) }
        return descriptor
    }

    /// Removes another name of the file at `path`, and only that: nothing happens unless both names
    /// are of one regular file and neither is a symbolic link.
    ///
    /// - Parameters:
    ///   - name: the name to remove.
    ///   - path: the name that stays.
    /// - Returns: whether there was such a name and it is gone.
    public static func removeSecondName(_ name: String, of path: String) -> Bool {
        var second = stat()
        var first = stat()
        guard lstat(name, &second) == 0, lstat(path, &first) == 0,
            first.st_mode & S_IFMT == S_IFREG, first.st_dev == second.st_dev,
            first.st_ino == second.st_ino, first.st_nlink > 1, name != path,
            unlink(name) == 0
        else { return false }
        try? syncFolder(of: name)
        return true
    }

    /// The folder that holds `path`: all before its last slash, `.` if it has none.
    public static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
