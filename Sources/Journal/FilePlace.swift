// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Which file a path names: an open file goes on to take writes after its name was removed.
struct FilePlace: Equatable {
    private let device: UInt64
    private let inode: UInt64

    /// The file that `path` names now; `nil` if it names none.
    init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
    }
}
