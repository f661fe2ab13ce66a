// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import Platform

/// The files of a golden vector, below a temporary folder that stands for `/` and goes with the value.
final class VectorFolder: Sendable {
    let path: String

    /// Writes the files and makes the links.
    ///
    /// - Throws: `SystemError`.
    init(_ vector: ProfileVector) throws(SystemError) {
        let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(base)/halcyon-vector-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { throw SystemError("mkdtemp", base) }
        path = String(cString: made)
        for (name, text) in vector.files { try write(text, to: name) }
        for (name, target) in vector.links {
            try makeFolders(of: name)
            guard symlink(target, path + name) == 0 else { throw SystemError("symlink", name) }
        }
    }

    deinit { Self.remove(path) }

    private func makeFolders(of name: String) throws(SystemError) {
        var folder = path
        for part in name.split(separator: "/").dropLast() {
            folder += "/\(part)"
            guard mkdir(folder, 0o700) == 0 || errno == EEXIST else {
                throw SystemError("mkdir", folder)
            }
        }
    }

    private func write(_ text: String, to name: String) throws(SystemError) {
        try makeFolders(of: name)
        let file = open(path + name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw SystemError("open", path + name) }
        defer { close(file) }
        let bytes = Array(text.utf8)
        guard Glibc.write(file, bytes, bytes.count) == bytes.count else {
            throw SystemError("write", path + name)
        }
    }

    private static func remove(_ path: String) {
        // Glibc's `remove` takes files and empty folders, and never follows a link.
        guard Glibc.remove(path) != 0, errno == ENOTEMPTY, let folder = opendir(path) else {
            return
        }
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { remove("\(path)/\(name)") }
        }
        closedir(folder)
        _ = Glibc.remove(path)
    }
}
