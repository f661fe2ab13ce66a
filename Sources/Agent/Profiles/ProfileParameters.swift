// SPDX-License-Identifier: Apache-2.0

/// Puts keys of a device into the points of its profile: `{line}` in a text stands for the device's
/// key `line`, and a text that is nothing else takes its value of whatever type. A key that is
/// `{line?}` in the profile is left out where the device does not give it.
struct ProfileParameters {
    let profile: String
    let device: TableReader

    /// The point with every parameter replaced; one that the device does not give is noted there.
    func filled(_ node: TOMLNode) -> TOMLNode {
        switch node.value {
        case .table(let nodes):
            TOMLNode(
                value: .table(nodes.filter { !isLeftOut($0.value) }.mapValues(filled)),
                line: node.line)
        case .array(let nodes):
            TOMLNode(value: .array(nodes.map(filled)), line: node.line)
        case .text(let text):
            TOMLNode(value: filled(text), line: node.line)
        default: node
        }
    }

    private func isLeftOut(_ node: TOMLNode) -> Bool {
        guard case .text(let text) = node.value, let key = Self.optionalKey(text) else {
            return false
        }
        return device.content(key) == nil
    }

    private func filled(_ text: String) -> TOMLContent {
        if let key = Self.optionalKey(text) { return value(key) ?? .text(text) }
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

    /// The keys that a point takes from its device, and whether it can do without.
    static func keys(of node: TOMLNode) -> [String: Bool] {
        switch node.value {
        case .table(let nodes):
            return nodes.values.reduce(into: [:]) { $0.merge(keys(of: $1)) { $0 && $1 } }
        case .array(let nodes):
            return nodes.reduce(into: [:]) { $0.merge(keys(of: $1)) { $0 && $1 } }
        case .text(let text):
            if let key = optionalKey(text) { return [key: true] }
            return parts(text).reduce(into: [:]) { keys, part in
                if case .parameter(let key) = part { keys[key] = false }
            }
        default: return [:]
        }
    }

    /// The key of `{key?}`.
    private static func optionalKey(_ text: String) -> String? {
        guard text.hasPrefix("{"), text.hasSuffix("?}") else { return nil }
        let key = text.dropFirst().dropLast(2)
        return isKey(key) ? String(key) : nil
    }

    private static func isKey(_ text: Substring) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { letters.contains($0) }
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
            if isKey(key) {
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
