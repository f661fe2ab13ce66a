// SPDX-License-Identifier: Apache-2.0

/// Reads one table of a configuration: every wrong value is noted with its line and a default is
/// returned in its place, so that one pass finds every problem of a file.
final class TableReader {
    let path: String
    let line: Int
    private let nodes: [String: TOMLNode]
    private let report: (ConfigurationProblem) -> Void
    private var asked: [String] = []

    /// A reader of `node`; notes a problem if it is not a table.
    init(_ node: TOMLNode, path: String, report: @escaping (ConfigurationProblem) -> Void) {
        self.path = path
        self.line = node.line
        self.report = report
        if case .table(let nodes) = node.value {
            self.nodes = nodes
        } else {
            self.nodes = [:]
            report(
                ConfigurationProblem(
                    line: node.line, path: path,
                    message: "must be a table, not \(node.value.kind)"))
        }
    }

    /// Whether the file gives `key`.
    func has(_ key: String) -> Bool { nodes[key] != nil }

    /// Notes a problem of `key`, at its line.
    func problem(_ key: String, _ message: String) {
        report(
            ConfigurationProblem(
                line: nodes[key]?.line ?? line, path: TOMLLocator.path(path, key),
                message: message))
    }

    /// The value of `key` as `convert` takes it; `fallback` if absent or wrong.
    private func read<Result>(
        _ key: String, _ expected: String, fallback: Result?,
        _ convert: (TOMLContent) -> Result?
    ) -> Result? {
        asked.append(key)
        guard let node = nodes[key] else { return fallback }
        guard let value = convert(node.value) else {
            problem(key, "must be \(expected), not \(node.value.kind)")
            return fallback
        }
        return value
    }

    /// A text that may be absent.
    func optionalText(_ key: String) -> String? {
        read(key, "a text", fallback: nil) {
            if case .text(let text) = $0 { text } else { nil }
        }
    }

    /// A text; noted as missing if there is neither a value nor a default.
    func text(_ key: String, default fallback: String? = nil) -> String {
        require(key, optionalText(key) ?? fallback) ?? ""
    }

    /// True or false.
    func boolean(_ key: String, default fallback: Bool) -> Bool {
        read(key, "true or false", fallback: fallback) {
            if case .boolean(let value) = $0 { value } else { nil }
        } ?? fallback
    }

    /// A whole number within `range`.
    func integer(
        _ key: String, in range: ClosedRange<Int64>, default fallback: Int64? = nil
    ) -> Int64 {
        let value = require(
            key,
            read(key, "a whole number", fallback: fallback) {
                if case .integer(let value) = $0 { value } else { nil }
            })
        return bounded(key, value, range, fallback ?? range.lowerBound)
    }

    /// A number within `range` that may be absent.
    func optionalNumber(_ key: String, in range: ClosedRange<Double>) -> Double? {
        let value = read(key, "a number", fallback: Double?.none) {
            switch $0 {
            case .number(let value): value
            case .integer(let value): Double(value)
            default: nil
            }
        }
        guard let value else { return nil }
        return bounded(key, value, range, range.lowerBound)
    }

    /// A number within `range`.
    func number(
        _ key: String, in range: ClosedRange<Double>, default fallback: Double
    ) -> Double {
        optionalNumber(key, in: range) ?? fallback
    }

    /// A time given in seconds, in milliseconds.
    func seconds(
        _ key: String, inMilliseconds range: ClosedRange<Int64>, default fallback: Double?
    ) -> Int64 {
        let bounds = Double(range.lowerBound) / 1000...Double(range.upperBound) / 1000
        guard let value = require(key, optionalNumber(key, in: bounds) ?? fallback) else {
            return range.lowerBound
        }
        return Int64((value * 1000).rounded())
    }

    /// One word of `words`, as the value it stands for.
    func choice<Value>(
        _ key: String, _ words: KeyValuePairs<String, Value>, default fallback: Value? = nil
    ) -> Value? {
        guard let text = optionalText(key) else {
            return has(key) ? fallback : require(key, fallback)
        }
        if let pair = words.first(where: { $0.key == text }) { return pair.value }
        let list = words.map { "\"\($0.key)\"" }.joined(separator: ", ")
        problem(
            key,
            "\"\(text)\" is none of \(list)\(Spelling.hint(for: text, among: words.map(\.key)))")
        return fallback
    }

    /// The tables of the array of tables `key`; none if absent.
    func tables(_ key: String) -> [TableReader] {
        let nodes = read(key, "an array of tables", fallback: []) { content -> [TOMLNode]? in
            if case .array(let nodes) = content { nodes } else { nil }
        }
        return (nodes ?? []).enumerated().map { index, node in
            TableReader(
                node, path: "\(TOMLLocator.path(path, key))[\(index)]", report: report)
        }
    }

    /// The table `key`; an empty one if absent.
    func table(_ key: String) -> TableReader {
        asked.append(key)
        let node = nodes[key] ?? TOMLNode(value: .table([:]), line: line)
        return TableReader(node, path: TOMLLocator.path(path, key), report: report)
    }

    /// Notes every key that nothing asked for. Call it last.
    func finish() {
        for key in nodes.keys where !asked.contains(key) {
            problem(key, "unknown key\(Spelling.hint(for: key, among: asked))")
        }
    }

    private func require<Value>(_ key: String, _ value: Value?) -> Value? {
        if value == nil && !has(key) {
            report(
                ConfigurationProblem(line: line, path: path, message: "\"\(key)\" is missing"))
        }
        return value
    }

    private func bounded<Value: Comparable>(
        _ key: String, _ value: Value?, _ range: ClosedRange<Value>, _ fallback: Value
    ) -> Value {
        guard let value else { return fallback }
        // Written so that NaN, which compares with nothing, is refused too.
        guard range.contains(value) else {
            problem(key, "must be from \(range.lowerBound) to \(range.upperBound), not \(value)")
            return fallback
        }
        return value
    }
}
