// SPDX-License-Identifier: Apache-2.0

public import Platform

/// Why a key file is not made or not used.
public enum DeviceKeyError: Error, Equatable, Sendable {
    /// There is a file of that path already; it is never replaced.
    case exists(String)
    /// The file could not be written.
    case write(SystemError)
    /// The file cannot be read, or is not private to this process's user, or has a wrong length.
    case file(PrivateFileError)
    /// The file of that path does not begin as a key file of version 1 does.
    case format(String)
    /// The public key in the file of that path does not belong to the seed: the file is damaged.
    case damaged(String)
    /// libsodium did not start, or there is no guarded memory.
    case guardedMemory
}

extension DeviceKeyError: CustomStringConvertible {
    /// The file and what is wrong with it.
    public var description: String {
        switch self {
        case .exists(let path): "\(path): exists already"
        case .write(let error): "\(error)"
        case .file(let error): "\(error)"
        case .format(let path): "\(path): no key file"
        case .damaged(let path): "\(path): damaged, its public key does not fit its seed"
        case .guardedMemory: "no guarded memory for the key"
        }
    }
}
