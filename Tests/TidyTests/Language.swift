// SPDX-License-Identifier: Apache-2.0

/// What a file is written in, as far as a house rule depends on it.
enum Language: CaseIterable, Sendable {
    case swift, c, python, vyper, shell, other

    /// By the extension; a file without one is a shell script if its first line says so.
    init(path: String, bytes: [UInt8]) {
        let name = path.split(separator: "/").last ?? ""
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        switch parts.count > 1 ? parts.last : nil {
        case "swift": self = .swift
        case "c", "h", "cpp", "hpp": self = .c
        case "py": self = .python
        case "vy", "vyi": self = .vyper
        case "sh": self = .shell
        case nil:
            let first = String(decoding: bytes.prefix { $0 != newline }, as: UTF8.self)
            let isScript = first.hasPrefix("#!") && first.hasSuffix("sh")
            self = isScript || first.hasPrefix("# shellcheck shell=") ? .shell : .other
        default: self = .other
        }
    }
}
