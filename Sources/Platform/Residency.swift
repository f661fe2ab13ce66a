// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Which of its own code a process keeps in memory.
public enum Residency {
    /// Lets go of all machine code that is mapped; what is still needed comes back from the page
    /// cache as it is called. Half of a daemon's code runs at its start only.
    ///
    /// Only executable mappings of files: they are never written, so nothing is lost (madvise(2)).
    public static func releaseCode() {
        guard let maps = try? File.read("/proc/self/maps", bytesMax: 262_144) else { return }
        for line in maps.split(separator: UInt8(ascii: "\n")) {
            let fields = String(decoding: line, as: UTF8.self).split(separator: " ")
            guard fields.count >= 6, fields[1] == "r-xp", fields[5].hasPrefix("/") else { continue }
            let bounds = fields[0].split(separator: "-").compactMap { UInt($0, radix: 16) }
            guard bounds.count == 2, bounds[0] < bounds[1] else { continue }
            madvise(
                UnsafeMutableRawPointer(bitPattern: bounds[0]), Int(bounds[1] - bounds[0]),
                MADV_DONTNEED)
        }
    }
}
