// SPDX-License-Identifier: Apache-2.0

internal import TOMLKit

/// Reads TOML text into nodes that know their lines.
///
/// TOMLKit parses; it does not tell where a value stood, which `TOMLLocator` adds.
enum TOMLDocument {
    /// The root table of `text`.
    ///
    /// - Throws: `ConfigurationProblem` for a text that is too long, holds a NUL byte (at which the
    ///   parser would silently stop) or is not TOML.
    static func parse(_ text: String) throws(ConfigurationProblem) -> TOMLNode {
        guard text.utf8.count <= AgentLimits.configurationBytesMax else {
            throw ConfigurationProblem(
                line: 1, path: "",
                message: "the file is longer than \(AgentLimits.configurationBytesMax) bytes")
        }
        if let nul = text.utf8.firstIndex(of: 0) {
            let line = 1 + text.utf8[..<nul].count { $0 == UInt8(ascii: "\n") }
            throw ConfigurationProblem(line: line, path: "", message: "the file holds a NUL byte")
        }
        // The parser hands texts over as C strings, which such an escape would cut short.
        for escape in ["\\u0000", "\\U00000000"] where text.contains(escape) {
            throw ConfigurationProblem(
                line: 1, path: "", message: "the file spells a NUL character: \(escape)")
        }
        let table: TOMLTable
        do {
            table = try TOMLTable(string: text)
        } catch let error as TOMLParseError {
            throw ConfigurationProblem(
                line: error.source.begin.line, path: "",
                message: "not TOML: \(error.description)")
        } catch {
            throw ConfigurationProblem(line: 1, path: "", message: "not TOML")
        }
        let lines = TOMLLocator.lines(of: text)
        return node(table, path: "", line: 1, lines)
    }

    private static func node(
        _ value: any TOMLValueConvertible, path: String, line: Int, _ lines: [String: Int]
    ) -> TOMLNode {
        let line = lines[path] ?? line
        return TOMLNode(value: content(value, path: path, line: line, lines), line: line)
    }

    private static func content(
        _ value: any TOMLValueConvertible, path: String, line: Int, _ lines: [String: Int]
    ) -> TOMLContent {
        switch value.type {
        case .table:
            var nodes: [String: TOMLNode] = [:]
            guard let table = (value as? TOMLTable) ?? value.table else { return .other }
            for key in table.keys {
                guard let child = table[key] else { continue }
                nodes[key] = node(child, path: TOMLLocator.path(path, key), line: line, lines)
            }
            return .table(nodes)
        case .array:
            guard let array = value.array else { return .other }
            var nodes: [TOMLNode] = []
            for child in array {
                nodes.append(node(child, path: "\(path)[\(nodes.count)]", line: line, lines))
            }
            return .array(nodes)
        case .string: return value.string.map { .text($0) } ?? .other
        case .int: return value.int.map { .integer(Int64($0)) } ?? .other
        case .double: return value.double.map { .number($0) } ?? .other
        case .bool: return value.bool.map { .boolean($0) } ?? .other
        default: return .other
        }
    }
}
