// SPDX-License-Identifier: Apache-2.0

internal import Telemetry

/// Reads one table of a configuration: every wrong value is noted with its line and a default is
/// returned in its place, so that one pass finds every problem of a file.
final class TableReader {
    let path: String
    let line: Int
    let record: ConfigurationRecord
    private let file: String
    private let shownPath: String
    /// The file among whose values this table's are shown.
    let shownFile: String
    /// The table as it stands in the file.
    let node: TOMLNode
    /// Its keys with their values.
    let nodes: [String: TOMLNode]
    private var asked: [String] = []
    /// Where keys come from that this table does not give.
    private var base: TableReader?

    /// A reader of `node`; notes a problem if it is not a table.
    ///
    /// - Parameters:
    ///   - node: the table.
    ///   - path: its place in its file.
    ///   - record: receives problems and values.
    ///   - file: the file, if it is not the one that is being read.
    ///   - shownPath: its place among the values in effect, if that is another.
    ///   - shownFile: the file that has that place, if that is another.
    init(
        _ node: TOMLNode, path: String, record: ConfigurationRecord, file: String? = nil,
        shownPath: String? = nil, shownFile: String? = nil
    ) {
        self.node = node
        self.path = path
        self.line = node.line
        self.record = record
        self.file = file ?? record.file
        self.shownPath = shownPath ?? path
        self.shownFile = shownFile ?? self.file
        if case .table(let nodes) = node.value {
            self.nodes = nodes
        } else {
            self.nodes = [:]
            problem("must be a table, not \(node.value.kind)")
        }
    }

    /// Takes the values of keys that the file does not give from `base`.
    func inherit(from base: TableReader) { self.base = base }

    /// Whether the file gives `key`.
    func has(_ key: String) -> Bool { found(key) != nil }

    /// The value of `key` as it stands in the file.
    func content(_ key: String) -> TOMLContent? {
        asked.append(key)
        return found(key)?.value
    }

    private func found(_ key: String) -> TOMLNode? { nodes[key] ?? base?.found(key) }

    /// Notes a problem of `key`, at its line.
    func problem(_ key: String, _ message: String) {
        if let base, nodes[key] == nil, base.has(key) {
            base.problem(key, message)
        } else {
            add(line: nodes[key]?.line ?? line, path: Self.join(path, key), message)
        }
    }

    /// Notes a problem of the table as a whole.
    func problem(_ message: String) {
        add(line: line, path: path, message)
    }

    private func add(line: Int, path: String, _ message: String) {
        var problem = ConfigurationProblem(line: line, path: path, message: message)
        problem.file = file
        record.add(problem)
    }

    /// A text that may be absent.
    func optionalText(_ key: String) -> String? {
        value(key, "a text", fallback: nil) {
            if case .text(let text) = $0 { text } else { nil }
        }
    }

    /// A text; noted as missing if there is neither a value nor a default.
    func text(_ key: String, default fallback: String? = nil) -> String {
        let text = value(key, "a text", fallback: fallback) {
            if case .text(let text) = $0 { text } else { nil }
        }
        return require(key, text) ?? ""
    }

    /// An array of texts; empty if absent.
    func texts(_ key: String) -> [String] {
        value(key, "an array of texts", fallback: nil) { content -> [String]? in
            guard case .array(let nodes) = content else { return nil }
            let texts = nodes.compactMap { node -> String? in
                if case .text(let text) = node.value { text } else { nil }
            }
            return texts.count == nodes.count ? texts : nil
        } ?? []
    }

    /// A state or a number; noted as missing if there is none.
    func stateOrNumber(_ key: String) -> Value? {
        let value = value(key, "true, false or a number", fallback: Value?.none) {
            switch $0 {
            case .boolean(let state): Value.boolean(state)
            case .integer(let number): .integer(number)
            case .number(let number): .number(number)
            default: nil
            }
        }
        return require(key, value)
    }

    /// True or false.
    func boolean(_ key: String, default fallback: Bool) -> Bool {
        value(key, "true or false", fallback: fallback) {
            if case .boolean(let value) = $0 { value } else { nil }
        } ?? fallback
    }

    /// A whole number within `range` that may be absent.
    func optionalInteger(_ key: String, in range: ClosedRange<Int64>) -> Int64? {
        integer(key, range, fallback: nil)
    }

    /// A whole number within `range`; noted as missing if there is neither a value nor a default.
    func integer(
        _ key: String, in range: ClosedRange<Int64>, default fallback: Int64? = nil
    ) -> Int64 {
        require(key, integer(key, range, fallback: fallback)) ?? range.lowerBound
    }

    private func integer(
        _ key: String, _ range: ClosedRange<Int64>, fallback: Int64?
    ) -> Int64? {
        let value = value(key, "a whole number", fallback: fallback) {
            if case .integer(let value) = $0 { value } else { nil }
        }
        return bounded(key, value, range)
    }

    /// A number within `range` that may be absent.
    func optionalNumber(
        _ key: String, in range: ClosedRange<Double> = -1e300...1e300,
        default fallback: Double? = nil
    ) -> Double? {
        let value = value(key, "a number", fallback: fallback) {
            switch $0 {
            case .number(let value): value
            case .integer(let value): Double(value)
            default: nil
            }
        }
        return bounded(key, value, range)
    }

    /// A number within `range`.
    func number(
        _ key: String, in range: ClosedRange<Double> = -1e300...1e300, default fallback: Double
    ) -> Double {
        optionalNumber(key, in: range, default: fallback) ?? fallback
    }

    /// A time given in seconds, in whole milliseconds.
    func seconds(
        _ key: String, inMilliseconds range: ClosedRange<Int64>, default fallback: Double? = nil
    ) -> Int64 {
        let bounds = Double(range.lowerBound) / 1000...Double(range.upperBound) / 1000
        guard let value = require(key, optionalNumber(key, in: bounds, default: fallback)) else {
            return range.lowerBound
        }
        return Int64((value * 1000).rounded())
    }

    /// One word of `words`, as the value it stands for.
    func choice<Value>(
        _ key: String, _ words: KeyValuePairs<String, Value>, default fallback: String? = nil
    ) -> Value? {
        let word = value(key, "a text", fallback: fallback) {
            if case .text(let text) = $0 { text } else { nil }
        }
        guard let word = require(key, word) else { return nil }
        if let pair = words.first(where: { $0.key == word }) { return pair.value }
        let list = words.map { "\"\($0.key)\"" }.joined(separator: ", ")
        let hint = Spelling.hint(for: word, among: words.map(\.key))
        problem(key, "\"\(word)\" is none of \(list)\(hint)")
        return words.first { $0.key == fallback }?.value
    }

    /// One word of `words`, as the value it stands for, that may be absent.
    func optionalChoice<Value>(_ key: String, _ words: KeyValuePairs<String, Value>) -> Value? {
        guard has(key) else {
            asked.append(key)
            return nil
        }
        return choice(key, words)
    }

    /// Takes keys that something else has judged already for known.
    func ignore(_ keys: [String]) { asked += keys }

    /// The tables of the array of tables `key`; none if absent.
    func tables(_ key: String) -> [TableReader] {
        asked.append(key)
        guard let node = nodes[key] else { return [] }
        guard case .array(let elements) = node.value else {
            problem(key, "must be an array of tables ([[\(key)]]), not \(node.value.kind)")
            return []
        }
        return elements.enumerated().map { index, node in
            TableReader(
                node, path: "\(Self.join(path, key))[\(index)]", record: record, file: file,
                shownPath: "\(Self.join(shownPath, key))[\(index)]", shownFile: shownFile)
        }
    }

    /// The table `key`; an empty one if absent.
    func table(_ key: String) -> TableReader {
        asked.append(key)
        let node = nodes[key] ?? TOMLNode(value: .table([:]), line: line)
        return TableReader(
            node, path: Self.join(path, key), record: record, file: file,
            shownPath: Self.join(shownPath, key), shownFile: shownFile)
    }

    /// Notes every key that nothing asked for. Call it last.
    func finish() {
        for (key, _) in nodes.sorted(by: { $0.value.line < $1.value.line })
        where !asked.contains(key) {
            problem(key, "unknown key\(Spelling.hint(for: key, among: asked))")
        }
        base?.asked += asked
        base?.finish()
    }

    /// The value of `key` as `convert` takes it; `fallback` if absent or wrong.
    private func value<Result>(
        _ key: String, _ expected: String, fallback: Result?,
        _ convert: (TOMLContent) -> Result?
    ) -> Result? {
        asked.append(key)
        guard let node = found(key) else {
            if let fallback { note(key, fallback, isDefault: true) }
            return fallback
        }
        guard let value = convert(node.value) else {
            problem(key, "must be \(expected), not \(node.value.kind)")
            return fallback
        }
        note(key, value, isDefault: false)
        return value
    }

    private func note(_ key: String, _ value: some Any, isDefault: Bool) {
        let text = (value as? String).map(Self.quoted) ?? "\(value)"
        record.note(Self.join(shownPath, key), text, isDefault: isDefault, in: shownFile)
    }

    private static func join(_ parent: String, _ key: String) -> String {
        parent.isEmpty ? key : "\(parent).\(key)"
    }

    private static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }

    private func require<Value>(_ key: String, _ value: Value?) -> Value? {
        if value == nil && !has(key) { problem("\"\(key)\" is missing") }
        return value
    }

    private func bounded<Value: Comparable>(
        _ key: String, _ value: Value?, _ range: ClosedRange<Value>
    ) -> Value? {
        // Written so that NaN, which compares with nothing, is refused too.
        guard let value, !range.contains(value) else { return value }
        problem(key, "must be from \(range.lowerBound) to \(range.upperBound), not \(value)")
        return range.lowerBound
    }
}
