// SPDX-License-Identifier: Apache-2.0

internal import Platform

/// Numbers of a process that the kernel shows in a file of lines `NAME NUMBER UNIT`.
enum ProcessFile {
    /// The number in the line that begins with `name`.
    static func number(_ path: String, _ name: String) throws -> Int64 {
        let text = String(decoding: try File.read(path, bytesMax: 1 << 20), as: UTF8.self)
        for line in text.split(separator: "\n") where line.hasPrefix(name) {
            let words = line.dropFirst(name.utf8.count).split { $0 == " " || $0 == "\t" }
            if let number = words.first.flatMap({ Int64($0) }) { return number }
        }
        throw BenchmarkError.unknownNumber("\(name) in \(path)")
    }
}
