// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import Platform
internal import Telemetry

/// The kernel's files under a root folder, each read at most once: a consistent look at them.
struct LinuxFiles {
    let root: String
    private var seen: [String: Result<[UInt8], ReadFault>] = [:]

    init(root: String) { self.root = root }

    /// The content of a file by its path below the root.
    mutating func read(_ path: String) throws(ReadFault) -> [UInt8] {
        if let known = seen[path] { return try known.get() }
        let result: Result<[UInt8], ReadFault>
        do throws(SystemError) {
            result = .success(
                try File.read(root + path, bytesMax: HALLimits.systemFileBytesMax))
        } catch {
            result = .failure(ReadFault(error))
        }
        seen[path] = result
        return try result.get()
    }

    /// Lets everything be read again.
    mutating func forget() { seen = [:] }

    /// The text of a small file; `nil` if there is none.
    mutating func line(_ path: String) -> String? {
        guard let bytes = try? read(path) else { return nil }
        return try? LinuxText.line(bytes)
    }

    /// The names in a folder, sorted by their number, then by name; empty if it can't be read.
    func entries(of path: String) -> [String] {
        guard let folder = opendir(root + path) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while names.count < HALLimits.folderEntriesMax, let entry = readdir(folder) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted { ($0.utf8.count, $0) < ($1.utf8.count, $1) }
    }

    /// The last part of the path that the symbolic link at `path` leads to; `nil` if it's none.
    func linkTarget(_ path: String) -> String? { linkParts(path).last.map(String.init) }

    /// The last part but one of that path: the device that a device belongs to.
    func linkParent(_ path: String) -> String? {
        guard let parent = linkParts(path).dropLast().last, parent != ".." else { return nil }
        return String(parent)
    }

    private func linkParts(_ path: String) -> [Substring] {
        var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let count = buffer.withUnsafeMutableBytes { bytes in
            bytes.baseAddress.map { readlink(root + path, $0, bytes.count) } ?? -1
        }
        guard count > 0 else { return [] }
        return String(decoding: buffer.prefix(count), as: UTF8.self).split(separator: "/")
    }

    /// Size and free bytes of the file system that holds `path`.
    func space(_ path: String) throws(ReadFault) -> (total: Int64, available: Int64) {
        var status = statvfs()
        guard statvfs(root + path, &status) == 0 else {
            throw ReadFault(SystemError("statvfs", root + path))
        }
        let block = UInt64(status.f_frsize)
        let total = UInt64(status.f_blocks).multipliedReportingOverflow(by: block)
        let available = UInt64(status.f_bavail).multipliedReportingOverflow(by: block)
        guard !total.overflow, !available.overflow, let total = Int64(exactly: total.partialValue),
            let available = Int64(exactly: available.partialValue)
        else { throw ReadFault(.outOfRange) }
        return (total, available)
    }
}
