// SPDX-License-Identifier: Apache-2.0

internal import Platform

/// A device profile as it stands in its file: what devices are made from.
struct ProfileFile {
    /// One `[[point]]`.
    struct Point {
        let name: String
        let node: TOMLNode
    }

    let name: String
    let path: String
    /// The words of the drivers that it is for.
    let drivers: [String]
    /// `[device]`, the defaults of device keys.
    let device: TOMLNode
    let points: [Point]

    /// Reads the part of a profile that a configuration needs.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - record: receives every problem of that part.
    /// - Returns: the profile and its whole document; `nil` if there is none.
    static func read(
        _ path: String, _ record: ConfigurationRecord
    ) -> (file: ProfileFile, root: TableReader)? {
        let root: TableReader
        do {
            let bytes = try File.read(path, bytesMax: AgentLimits.configurationBytesMax + 1)
            let document = try TOMLDocument.parse(bytes)
            root = TableReader(document, path: "", record: record, file: path)
        } catch {
            var problem =
                error as? ConfigurationProblem
                ?? ConfigurationProblem(line: 1, path: "", message: "\(error)")
            problem.file = path
            record.add(problem)
            return nil
        }
        let header = root.table("profile")
        let file = ProfileFile(
            name: name(header, path), path: path, drivers: drivers(header), device: device(root),
            points: points(root))
        return (file, root)
    }

    /// The name of the profile in the file at `path`, without a folder or an ending.
    static func name(ofFile path: String) -> String {
        let last = path.split(separator: "/").last.map(String.init) ?? path
        return last.hasSuffix(".toml") ? String(last.dropLast(".toml".count)) : last
    }

    private static func name(_ header: TableReader, _ path: String) -> String {
        let name = header.text("name")
        let expected = Self.name(ofFile: path)
        if !name.isEmpty, name != expected || !ConfigurationReader.isFileName(name) {
            header.problem(
                "name",
                "must be the file's, \"\(expected)\", of letters, digits, \"-\" and \"_\"")
        }
        return expected
    }

    private static func drivers(_ header: TableReader) -> [String] {
        if case .text(let word) = header.content("driver") { return [word] }
        let words = header.texts("driver")
        if words.isEmpty { header.problem("driver", "name one driver, or a list of them") }
        return words
    }

    private static func device(_ root: TableReader) -> TOMLNode {
        let device = root.table("device")
        for key in ["name", "bus", "profile", "points"] where device.has(key) {
            device.problem(key, "belongs to the configuration's [[device]]")
        }
        if device.has("point") { device.problem("point", "points of a profile are [[point]]") }
        return device.node
    }

    private static func points(_ root: TableReader) -> [Point] {
        var points: [Point] = []
        var lines: [String: Int] = [:]
        let tables = root.tables("point")
        let most = AgentLimits.pointsMax
        if tables.count > most {
            tables[most].problem("there are \(tables.count) [[point]], more than \(most)")
        }
        for table in tables.prefix(most) {
            guard case .text(let name) = table.content("name") else {
                table.problem("name", "a point has a name")
                continue
            }
            if let line = lines.updateValue(table.line, forKey: name) {
                table.problem("name", "\"\(name)\" is already defined at line \(line)")
            }
            points.append(Point(name: name, node: table.node))
        }
        if points.isEmpty { root.problem("a profile has at least one [[point]]") }
        return points
    }
}

extension ProfileFile {
    /// The defaults of device keys, for a device to inherit from.
    func deviceTable(_ record: ConfigurationRecord) -> TableReader {
        TableReader(device, path: "device", record: record, file: path)
    }

    /// The points of a device of this profile: those that `points` of the device names or all, each
    /// replaced by the device's own point of that name, then its further own points.
    func points(with own: [TableReader], for device: TableReader) -> [TableReader] {
        let names = points.map(\.name)
        let chosen = device.has("points") ? device.texts("points") : names
        for name in chosen where !names.contains(name) {
            let hint = Spelling.hint(for: name, among: names)
            device.problem("points", "profile \"\(self.name)\" has no point \"\(name)\"\(hint)")
        }
        var further = own
        var result: [TableReader] = []
        for (index, point) in points.enumerated() where chosen.contains(point.name) {
            if let place = further.firstIndex(where: { $0.names(point.name) }) {
                result.append(further.remove(at: place))
            } else {
                result.append(table(of: index, for: device))
            }
        }
        return result + further
    }

    private func table(of index: Int, for device: TableReader) -> TableReader {
        let point = points[index]
        let parameters = ProfileParameters(profile: name, device: device)
        return TableReader(
            parameters.filled(point.node), path: "point[\(index)]", record: device.record,
            file: path, shownPath: "\(device.path).profile.\(point.name)",
            shownFile: device.shownFile)
    }
}

extension TableReader {
    /// Whether the table's `name` is `name`.
    fileprivate func names(_ name: String) -> Bool {
        if case .text(let own) = content("name") { own == name } else { false }
    }
}
