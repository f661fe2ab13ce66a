// SPDX-License-Identifier: Apache-2.0

/// Puts keys of a device into the points of its profile: `{line}` in a text stands for the device's
/// key `line`, and a text that is nothing else takes its value of whatever type.
struct ProfileParameters {
    let profile: String
    let device: TableReader

    /// The point with every parameter replaced; one that the device does not give is noted there.
    func filled(_ node: TOMLNode) -> TOMLNode {
        switch node.value {
        case .table(let nodes):
            TOMLNode(value: .table(nodes.mapValues(filled)), line: node.line)
        case .array(let nodes):
            TOMLNode(value: .array(nodes.map(filled)), line: node.line)
        case .text(let text):
            TOMLNode(value: filled(text), line: node.line)
        default: node
        }
    }

    private func filled(_ text: String) -> TOMLContent {
        let parts = Self.parts(text)
        if parts.count == 1, case .parameter(let key) = parts[0] {
            return value(key) ?? .text(text)
        }
        var result = ""
        for part in parts {
            switch part {
            case .plain(let plain): result += plain
            case .parameter(let key):
                switch value(key) {
                case .text(let text): result += text
                case .integer(let number): result += "\(number)"
                case nil: break
                default: device.problem(key, "must be a text or a whole number")
                }
            }
        }
        return .text(result)
    }

    private func value(_ key: String) -> TOMLContent? {
        let value = device.content(key)
        if value == nil {
            device.problem("profile", "\"\(profile)\" needs the key \"\(key)\" in this table")
        }
        return value
    }

    /// The keys that a point takes from its device.
    static func keys(of node: TOMLNode) -> Set<String> {
        switch node.value {
        case .table(let nodes): nodes.values.reduce(into: []) { $0.formUnion(keys(of: $1)) }
        case .array(let nodes): nodes.reduce(into: []) { $0.formUnion(keys(of: $1)) }
        case .text(let text):
            Set(
                parts(text).compactMap { part in
                    if case .parameter(let key) = part { key } else { nil }
                })
        default: []
        }
    }

    private enum Part {
        case plain(String)
        case parameter(String)
    }

    /// A text in its parts; a brace without its fellow, or around no key, is plain.
    private static func parts(_ text: String) -> [Part] {
        var parts: [Part] = []
        var rest = text[...]
        while let open = rest.firstIndex(of: "{"),
            let close = rest[open...].firstIndex(of: "}")
        {
            let key = rest[rest.index(after: open)..<close]
            let isKey = !key.isEmpty && key.utf8.allSatisfy { Self.letters.contains($0) }
            if isKey {
                if open > rest.startIndex { parts.append(.plain(String(rest[..<open]))) }
                parts.append(.parameter(String(key)))
            } else {
                parts.append(.plain(String(rest[...close])))
            }
            rest = rest[rest.index(after: close)...]
        }
        if !rest.isEmpty { parts.append(.plain(String(rest))) }
        return parts
    }

    private static let letters = Set("abcdefghijklmnopqrstuvwxyz0123456789_".utf8)
}
