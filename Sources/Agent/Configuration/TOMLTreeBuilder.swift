// SPDX-License-Identifier: Apache-2.0

/// Makes a tree of nodes from the steps of a walk over a document.
final class TOMLTreeBuilder {
    /// A table or array that is not complete yet.
    private struct Open {
        let line: Int
        let isTable: Bool
        var key = ""
        var table: [String: TOMLNode] = [:]
        var array: [TOMLNode] = []
    }

    private var open: [Open] = []
    /// The whole document, once the walk has ended.
    private(set) var root: TOMLNode?

    /// The next value stands at this key of the innermost table.
    func key(_ text: String) {
        guard !open.isEmpty else { return }
        open[open.count - 1].key = text
    }

    /// A table or array begins.
    func begin(line: UInt32, isTable: Bool) {
        open.append(Open(line: Int(line), isTable: isTable))
    }

    /// The innermost table or array is complete.
    func end() {
        guard let done = open.popLast() else { return }
        add(done.isTable ? .table(done.table) : .array(done.array), line: UInt32(done.line))
    }

    /// A value.
    func add(_ content: TOMLContent, line: UInt32) {
        let node = TOMLNode(value: content, line: Int(line))
        guard let index = open.indices.last else {
            root = node
            return
        }
        if open[index].isTable {
            open[index].table[open[index].key] = node
        } else {
            open[index].array.append(node)
        }
    }
}
