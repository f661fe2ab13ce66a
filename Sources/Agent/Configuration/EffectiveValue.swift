// SPDX-License-Identifier: Apache-2.0

/// One key of a configuration with the value that the agent goes by.
public struct EffectiveValue: Hashable, Sendable {
    /// The file that gives it, or leaves it out: the configuration or the board's.
    public let file: String
    /// The key, `device[0].point[2].unit`.
    public let path: String
    /// Its value as TOML. A secret never stands here.
    public let value: String
    /// Whether it is the default because the file does not give the key.
    public let isDefault: Bool
}

extension EffectiveValue {
    /// Its table.
    private struct Section: Hashable {
        let file: String
        let path: Substring
    }

    private var section: Section {
        Section(file: file, path: path[..<(path.lastIndex(of: ".") ?? path.startIndex)])
    }

    /// The values table by table: they are asked for by whoever needs them, a device's in two rounds.
    static func bySection(_ values: [EffectiveValue]) -> [EffectiveValue] {
        let sections = values.map(\.section)
        var files: [String: Int] = [:]
        var places: [Section: Int] = [:]
        for section in sections where places[section] == nil {
            places[section] = places.count
            if files[section.file] == nil { files[section.file] = files.count }
        }
        return values.indices
            .map { (files[sections[$0].file] ?? 0, places[sections[$0]] ?? 0, $0) }
            .sorted { $0 < $1 }
            .map { values[$0.2] }
    }
}
