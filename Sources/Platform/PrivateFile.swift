// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// A file that only its owner may read, such as a key.
public enum PrivateFile {
    /// Fills `buffer` with the whole file after checking, on the open descriptor, that it is a
    /// regular file of this process's user, closed to everyone else, and of exactly that size.
    ///
    /// - Parameters:
    ///   - path: where it is; its last component must not be a symbolic link.
    ///   - buffer: where the bytes go; they are copied nowhere else.
    /// - Throws: `PrivateFileError`; the content of `buffer` is then undefined.
    public static func read(
        _ path: String, into buffer: UnsafeMutableRawBufferPointer
    ) throws(PrivateFileError) {
        // Without O_NONBLOCK, opening a FIFO would wait for a writer.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else {
            let code = errno
            throw code == ELOOP
                ? .symbolicLink(path) : .system(SystemError("open", path, code: code))
        }
        defer { Glibc.close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .system(SystemError("stat", path)) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notRegular(path) }
        guard status.st_uid == geteuid() else { throw .wrongOwner(path, user: status.st_uid) }
        guard status.st_mode & 0o077 == 0 else {
            throw .openToOthers(path, mode: status.st_mode & 0o7777)
        }
        guard Int(status.st_size) == buffer.count else {
            throw .wrongSize(path, bytes: Int(status.st_size))
        }
        var filled = 0
        while filled < buffer.count {
            let count = Glibc.read(
                descriptor, buffer.baseAddress?.advanced(by: filled), buffer.count - filled)
            if count < 0 {
                if errno == EINTR { continue }
                throw .system(SystemError("read", path))
            }
            guard count > 0 else { throw .wrongSize(path, bytes: filled) }
            filled += count
        }
    }
}
