// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import Platform

/// The program `halcyon-guard`.
public enum GuardProgram {
    /// Where it is: beside this one, unless the environment says otherwise.
    public static var path: String {
        if let path = getenv("HALCYON_GUARD") { return String(cString: path) }
        var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let count = buffer.withUnsafeMutableBytes { bytes in
            bytes.baseAddress.map { readlink("/proc/self/exe", $0, bytes.count) } ?? -1
        }
        let own = String(decoding: buffer.prefix(max(count, 0)), as: UTF8.self)
        return "\(File.folder(of: own))/halcyon-guard"
    }

    /// Whether it is there and may be run.
    public static var isThere: Bool { access(path, X_OK) == 0 }
}
