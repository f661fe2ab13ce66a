// SPDX-License-Identifier: Apache-2.0

extension Profile {
    /// Reads what `ProfileFile` leaves: who made the device, where the points come from, and `[bus]`.
    init(_ file: ProfileFile, _ root: TableReader) {
        let header = root.table("profile")
        for key in ["name", "driver"] { _ = header.content(key) }
        name = file.name
        drivers = file.drivers
        maker = header.text("maker")
        model = header.text("model")
        notes = header.optionalText("notes")
        if !header.has("source") {
            header.problem("[profile.source] is missing: the maker's document")
        }
        let table = header.table("source")
        source = Source(
            title: header.has("source") ? table.text("title") : "",
            revision: table.optionalText("revision"), section: table.optionalText("section"),
            url: table.optionalText("url"))
        table.finish()
        header.finish()
        line = Line(root.table("bus"))
        parameters = Self.parameters(file)
        points = file.points.map(Point.init)
        vectorCount = root.tables("vector").count
        for key in ["device", "point"] { _ = root.content(key) }
        root.finish()
    }

    private static func parameters(_ file: ProfileFile) -> [Parameter] {
        let keys = file.points.reduce(into: [:]) { keys, point in
            keys.merge(ProfileParameters.keys(of: point.node)) { $0 && $1 }
        }
        return keys.sorted { $0.key < $1.key }.map { key, isOptional in
            Parameter(
                key: key, value: file.device[key]?.value.shown, isOptional: isOptional)
        }
    }
}

extension Profile.Line {
    init(_ table: TableReader) {
        baud = table.optionalInteger("baud", in: 1...10_000_000).map(Int.init)
        parity =
            table.has("parity")
            ? table.choice("parity", ["none": "none", "even": "even", "odd": "odd"]) : nil
        stopBits = table.optionalInteger("stop_bits", in: 1...2).map(Int.init)
        table.finish()
    }
}

extension Profile.Point {
    /// Keys that don't say where a point lies.
    private static let others: Set<String> = [
        "name", "unit", "min", "max", "period_seconds", "overlaps",
    ]
    /// Keys whose values are understood without the key.
    private static let plain = ["table", "address", "channel", "mode", "line", "type"]

    init(_ point: ProfileFile.Point) {
        name = point.name
        unit = point.node["unit"]?.value.shown ?? ""
        guard case .table(let nodes) = point.node.value else {
            place = ""
            return
        }
        let plain = Self.plain.compactMap { nodes[$0]?.value.shown }
        let rest = nodes.filter { !Self.others.contains($0.key) && !Self.plain.contains($0.key) }
            .sorted { ($0.value.line, $0.key) < ($1.value.line, $1.key) }
            .map { "\($0.key) \($0.value.value.shown)" }
        place = (plain + rest).joined(separator: " ")
    }
}

extension TOMLNode {
    /// The value of a key, if the node is a table that has it.
    subscript(key: String) -> TOMLNode? {
        if case .table(let nodes) = value { nodes[key] } else { nil }
    }
}

extension TOMLContent {
    /// A scalar as a reader wants it.
    var shown: String {
        switch self {
        case .text(let text): text
        case .integer(let number): "\(number)"
        case .number(let number): "\(number)"
        case .boolean(let value): "\(value)"
        case .table, .array, .other: kind
        }
    }
}
