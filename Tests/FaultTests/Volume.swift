// SPDX-License-Identifier: Apache-2.0

import Glibc
import Platform
import TestSupport

/// A small file system in memory, which only root can mount.
final class Volume {
    /// Whether this process may mount one.
    static let isAvailable = (try? Volume(bytes: 1 << 20)) != nil

    private let folder: TemporaryFolder
    var path: String { folder.path }
    private var ballast: String { path + "/ballast" }

    /// Mounts one of that size.
    init(bytes: Int) throws {
        folder = try TemporaryFolder()
        guard mount("tmpfs", folder.path, "tmpfs", 0, "size=\(bytes),mode=0755") == 0 else {
            throw SystemError("mount", folder.path)
        }
    }

    deinit { umount2(path, Int32(MNT_DETACH)) }

    /// Makes it read-only or writable; nobody may have a file of it open for writing.
    func set(isReadOnly: Bool) throws {
        let flags = UInt(MS_REMOUNT) | (isReadOnly ? UInt(MS_RDONLY) : 0)
        guard mount("tmpfs", path, "tmpfs", flags, nil) == 0 else {
            throw SystemError("remount", path)
        }
    }

    /// Takes all the room that is left.
    func fill() throws {
        let file = open(ballast, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw SystemError("open", ballast) }
        defer { close(file) }
        let block = [UInt8](repeating: 0, count: 4096)
        while write(file, block, block.count) > 0 {}
    }

    /// Gives it back.
    func free() { unlink(ballast) }
}
