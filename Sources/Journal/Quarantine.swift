// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import Platform

/// Damaged journals beside the live one: `PATH.damaged-N` with its `-wal` and `-shm`.
enum Quarantine {
    /// Renames the file set away and forgets the oldest sets beyond `JournalLimits.quarantinedMax`.
    ///
    /// N is the wall clock in milliseconds, or one more than the highest there is: a clock that was
    /// set back must not make the newest set look like the oldest.
    ///
    /// - Returns: the path of the file that was set aside.
    static func setAside(
        _ path: String, wallMilliseconds: Int64
    ) throws(JournalError) -> String {
        var sets = try numbers(path)
        let number = max(wallMilliseconds, 1, (sets.last ?? 0) &+ 1)
        let target = "\(path).damaged-\(number)"
        // The file goes first: without it, SQLite ignores a WAL that is left by a crash here.
        for suffix in ["", "-wal", "-shm"] {
            guard rename(path + suffix, target + suffix) != 0, errno != ENOENT else { continue }
            throw JournalError(SystemError("rename", path + suffix))
        }
        // A new journal that could not be finished on a full disk must not push out evidence.
        for empty in sets.filter({ isEmpty("\(path).damaged-\($0)") }) {
            for suffix in ["", "-wal", "-shm"] { unlink("\(path).damaged-\(empty)\(suffix)") }
            sets.removeAll { $0 == empty }
        }
        for old in sets.dropLast(JournalLimits.quarantinedMax - 1) {
            for suffix in ["", "-wal", "-shm"] { unlink("\(path).damaged-\(old)\(suffix)") }
        }
        do throws(SystemError) {
            try File.syncFolder(of: path)
        } catch {
            throw JournalError(error)
        }
        return target
    }

    private static func isEmpty(_ path: String) -> Bool {
        var status = stat()
        return ["", "-wal"].allSatisfy { stat(path + $0, &status) != 0 || status.st_size == 0 }
    }

    /// The numbers of the sets that are there, lowest first.
    static func numbers(_ path: String) throws(JournalError) -> [Int64] {
        let folder = File.folder(of: path)
        let name = path.utf8.last == UInt8(ascii: "/") ? "" : path.split(separator: "/").last ?? ""
        let prefix = "\(name).damaged-"
        guard let listing = opendir(folder) else {
            throw JournalError(SystemError("list", folder))
        }
        defer { closedir(listing) }
        var numbers: [Int64] = []
        while let entry = readdir(listing) {
            let entryName = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard entryName.hasPrefix(prefix),
                let number = Int64(entryName.dropFirst(prefix.count)), number > 0
            else { continue }
            numbers.append(number)
        }
        return numbers.sorted()
    }
}
