// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import Platform

/// A folder that lives as long as the value.
public final class TemporaryFolder: Sendable {
    /// Its path, without a slash at the end.
    public let path: String

    /// Makes a new empty folder.
    ///
    /// - Throws: `SystemError`.
    public init() throws {
        let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(base)/halcyon-test-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { throw SystemError("mkdtemp", base) }
        path = String(cString: made)
    }

    deinit { Self.remove(path) }

    /// Writes a text file below the folder, with the folders that it needs.
    ///
    /// - Parameters:
    ///   - text: the content.
    ///   - name: path below the folder, beginning with a slash.
    /// - Throws: `SystemError`.
    public func write(_ text: String, to name: String) throws {
        try makeFolders(of: name)
        let file = open(path + name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw SystemError("open", path + name) }
        defer { close(file) }
        let bytes = Array(text.utf8)
        guard Glibc.write(file, bytes, bytes.count) == bytes.count else {
            throw SystemError("write", path + name)
        }
    }

    /// Makes a symbolic link below the folder.
    ///
    /// - Parameters:
    ///   - name: path below the folder, beginning with a slash.
    ///   - target: where it leads, as written.
    /// - Throws: `SystemError`.
    public func link(_ name: String, to target: String) throws {
        try makeFolders(of: name)
        guard symlink(target, path + name) == 0 else { throw SystemError("symlink", name) }
    }

    /// Removes a file or folder with all below it.
    public func remove(_ name: String) { Self.remove(path + name) }

    private func makeFolders(of name: String) throws {
        var folder = path
        for part in name.split(separator: "/").dropLast() {
            folder += "/\(part)"
            guard mkdir(folder, 0o755) == 0 || errno == EEXIST else {
                throw SystemError("mkdir", folder)
            }
        }
    }

    private static func remove(_ path: String) {
        // Glibc's `remove` takes files, links and empty folders; a link is never followed.
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
