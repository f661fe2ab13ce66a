// SPDX-License-Identifier: Apache-2.0

import Glibc

/// What every file carries, is named, and does not mention.
enum FileRules {
    static let license = "SPDX-License-Identifier: Apache-2.0"
    /// Names that say nothing about what is in the file.
    static let emptyNames = ["Utils", "Helpers", "Helper", "Common", "Manager", "Misc"]
    /// Written in two parts, so that this file does not break its own rule.
    static let hosts = [
        "pypi." + "org", "pythonhosted." + "org", "deb.debian." + "org", "ftp.debian." + "org",
        "npmjs." + "org", "crates." + "io", "docker." + "io", "proxy.golang." + "org",
    ]
    static let machinePaths = ["/" + "root/", "/" + "work/", "/" + "home/"]

    /// Source files whose first line, or second after a line that must be first, is not the licence.
    static func licensed(_ file: SourceFile) -> [Finding] {
        guard file.language != .other else { return [] }
        let lines = file.lines
        let isLed = ["#!", "// swift-tools-version", "# shellcheck shell=", "# pragma version"]
            .contains { lines.first?.hasPrefix($0) == true }
        let line = isLed ? lines.dropFirst().first : lines.first
        return line?.hasSuffix(license) == true ? [] : [Finding(file.path, 1, "no \(license)")]
    }

    /// Files of library modules that don't declare, or extend, the type that they are named for.
    static func named(_ file: SourceFile) -> [Finding] {
        guard file.language == .swift, let module = file.module,
            !ImportTable.executables.contains(module)
        else { return [] }
        let parts = file.name.dropLast(".swift".count).split(separator: "+", maxSplits: 1)
        let words = file.words.map(\.text)
        let keywords: Set<String> =
            parts.count > 1
            ? ["extension"] : ["struct", "class", "enum", "actor", "protocol", "typealias"]
        let declares = words.indices.dropLast().contains {
            keywords.contains(words[$0]) && words[$0 + 1] == String(parts.first ?? "")
        }
        return declares ? [] : [Finding(file.path, 0, "does not declare what it is named for")]
    }

    /// Files and folders with a name that says nothing.
    static func meaningfulName(_ path: String) -> [Finding] {
        let name = path.split(separator: "/").last?.split(separator: ".").first ?? ""
        return emptyNames.filter { name.hasSuffix($0) }.map { Finding(path, 0, "named \($0)") }
    }

    /// Mentions of a package registry's host, or of a folder that only one machine has.
    static func portable(_ file: SourceFile) -> [Finding] {
        guard !file.bytes.contains(0),
            (hosts + machinePaths).contains(where: { holds(file.bytes, $0) })
        else { return [] }
        return file.lines.enumerated().flatMap { index, line -> [Finding] in
            let found =
                hosts.filter { line.contains($0) } + machinePaths.filter { begins(line, $0) }
            return found.map { Finding(file.path, index + 1, "mentions \($0)") }
        }
    }

    /// Whether the text occurs at all: nearly always no, and quickly.
    private static func holds(_ bytes: [UInt8], _ text: String) -> Bool {
        (bytes + [0]).withUnsafeBytes { bytes in
            bytes.bindMemory(to: CChar.self).baseAddress.map { strstr($0, text) != nil } ?? false
        }
    }

    /// Fixture folders without a `SOURCE` that says where the fixtures come from.
    static func sourced(folders: [String], files: [SourceFile]) -> [Finding] {
        folders.filter { $0.hasPrefix("Tests/") && $0.hasSuffix("/Fixtures") }
            .filter { folder in
                !files.contains { $0.path == folder + "/SOURCE" && $0.bytes.count > 1 }
            }
            .map { Finding($0, 0, "no SOURCE, or an empty one") }
    }

    /// Whether `path` occurs in the line as the beginning of a path, not in the middle of one.
    private static func begins(_ line: String, _ path: String) -> Bool {
        let line = Array(line.utf8)
        let path = Array(path.utf8)
        guard line.count >= path.count else { return false }
        return (0...(line.count - path.count)).contains { start in
            line[start...].starts(with: path)
                && (start == 0 || " \t\"'`=:(,<>[".utf8.contains(line[start - 1]))
        }
    }
}
