// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import Platform

/// The right to write a journal: an open file description lock on `PATH.lock`, which the kernel
/// takes back when the process ends in whatever way.
public final class JournalLock: Sendable {
    // From linux/fcntl.h; the C library shows them only under _GNU_SOURCE, which Swift's module of
    // it lacks. Unlike flock, these locks can be asked about without being taken.
    private static let getLock: CInt = 36
    private static let setLock: CInt = 37

    private let descriptor: CInt
    private let file: String
    private let place: FilePlace?

    /// Whether the lock's file is still the one that its path names. If not, another process may
    /// hold a lock of that name.
    var isInPlace: Bool { FilePlace(file) == place }

    /// Takes the lock and writes the process id into the file.
    ///
    /// - Parameter path: the journal's file, which need not be there yet; its folder must.
    /// - Throws: `locked` with the id of the process that has it; `cannotOpen` and the like.
    public init(_ path: String) throws(JournalError) {
        let file = path + ".lock"
        let descriptor = open(file, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard descriptor >= 0 else {
            let cause = JournalError(SystemError("open", file))
            // On a disk that has become read-only another process may well hold it.
            guard let holder = try? Self.holder(path) else { throw cause }
            throw JournalError(.locked(by: holder == 0 ? nil : holder), path)
        }
        var range = Self.whole
        guard fcntl(descriptor, Self.setLock, &range) == 0 else {
            let code = errno
            Glibc.close(descriptor)
            guard code == EAGAIN || code == EACCES else {
                throw JournalError(SystemError("lock", file, code: code))
            }
            throw JournalError(.locked(by: Self.pid(in: file)), path)
        }
        let text = Array("\(getpid())\n".utf8)
        // Only a hint for people: a full disk must not keep the journal from opening.
        _ = ftruncate(descriptor, 0)
        _ = pwrite(descriptor, text, text.count, 0)
        self.descriptor = descriptor
        self.file = file
        place = FilePlace(file)
    }

    deinit { Glibc.close(descriptor) }

    /// The process that writes the journal at `path`: `nil` if there is none, 0 if it is unknown.
    static func holder(_ path: String) throws(JournalError) -> Int32? {
        let file = path + ".lock"
        let descriptor = open(file, O_RDONLY | O_CLOEXEC)
        if descriptor < 0, errno == ENOENT { return nil }
        guard descriptor >= 0 else { throw JournalError(SystemError("open", file)) }
        defer { Glibc.close(descriptor) }
        var range = Self.whole
        guard fcntl(descriptor, Self.getLock, &range) == 0 else {
            throw JournalError(SystemError("query lock", file))
        }
        return range.l_type == Int16(F_UNLCK) ? nil : pid(in: file) ?? 0
    }

    private static var whole: flock {
        var range = flock()
        range.l_type = Int16(F_WRLCK)
        range.l_whence = Int16(SEEK_SET)
        return range
    }

    private static func pid(in file: String) -> Int32? {
        guard let bytes = try? File.read(file, bytesMax: 16) else { return nil }
        return Int32(String(decoding: bytes.prefix { $0 != 0x0A }, as: UTF8.self))
    }
}
