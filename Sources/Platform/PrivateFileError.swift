// SPDX-License-Identifier: Apache-2.0

public import Glibc

/// Why a private file is not read. Each case begins with the path.
public enum PrivateFileError: Error, Equatable, Sendable {
    /// A system call failed.
    case system(SystemError)
    /// The path names a symbolic link.
    case symbolicLink(String)
    /// The path names a folder, device, pipe or socket.
    case notRegular(String)
    /// The file belongs to another user, whose number follows.
    case wrongOwner(String, user: uid_t)
    /// Group or others have a permission; the permission bits follow.
    case openToOthers(String, mode: mode_t)
    /// The file has another size than the one expected, in bytes.
    case wrongSize(String, bytes: Int)
}

extension PrivateFileError: CustomStringConvertible {
    /// The file and what is wrong with it.
    public var description: String {
        switch self {
        case .system(let error): "\(error)"
        case .symbolicLink(let path): "\(path): a symbolic link"
        case .notRegular(let path): "\(path): no regular file"
        case .wrongOwner(let path, let user): "\(path): belongs to user \(user)"
        case .openToOthers(let path, let mode):
            "\(path): mode 0\(String(mode, radix: 8)) lets others in, must be 0600"
        case .wrongSize(let path, let bytes): "\(path): wrong size of \(bytes) bytes"
        }
    }
}
