// SPDX-License-Identifier: Apache-2.0

internal import HAL

/// Judges a device profile: its form, its points by the drivers that it names, and its golden
/// vectors by what those drivers make of them.
public struct ProfileCheck: Sendable {
    /// The profile.
    public let profile: Profile
    /// How many of its vectors a driver read.
    public let vectorsRun: Int

    /// Judges the profile at `path`. Nothing but the file is read, no bus is opened.
    ///
    /// - Parameter path: the profile's file.
    /// - Throws: `ConfigurationProblems`, all that is wrong with it.
    public init(_ path: String) async throws(ConfigurationProblems) {
        let record = ConfigurationRecord(file: path)
        guard let (file, root) = ProfileFile.read(path, record) else {
            throw ConfigurationProblems(list: record.problems)
        }
        profile = Profile(file, root)
        let tables = root.tables("vector")
        if tables.count > AgentLimits.vectorsPerProfileMax {
            root.problem(
                "vector",
                "there are \(tables.count), more than \(AgentLimits.vectorsPerProfileMax)")
        }
        let vectors = tables.prefix(AgentLimits.vectorsPerProfileMax).map(ProfileVector.init)
        Self.checkCoverage(of: file, by: vectors, root)
        var run = 0
        // Of a profile that is no profile, the points would only be judged wrongly.
        if record.problems.isEmpty {
            for driver in file.drivers {
                let bench = ProfileBench(file: file, driver: driver, header: root.table("profile"))
                let isFirst = driver == file.drivers.first
                run += await bench.check(vectors, isRunning: isFirst)
            }
        }
        guard record.problems.isEmpty else {
            throw ConfigurationProblems(list: record.problems.sorted { $0.line < $1.line })
        }
        vectorsRun = run
    }

    /// Every point stands in a vector, every vector says something of the points.
    private static func checkCoverage(
        of file: ProfileFile, by vectors: [ProfileVector], _ root: TableReader
    ) {
        let least = file.drivers.contains { $0.hasPrefix("modbus") } ? 2 : 1
        if vectors.count < least {
            root.problem(
                "vector", "there are \(vectors.count) golden vectors; give at least \(least)")
        }
        let names = file.points.map(\.name)
        for vector in vectors {
            for name in vector.expectations.keys.sorted() where !names.contains(name) {
                let hint = Spelling.hint(for: name, among: names)
                vector.table.problem("there is no point \"\(name)\"\(hint)")
            }
        }
        guard !vectors.isEmpty else { return }
        for (index, point) in root.tables("point").enumerated() where index < names.count {
            let name = names[index]
            if !vectors.contains(where: { $0.expectations[name] != nil }) {
                point.problem("no golden vector says what \"\(name)\" reads as")
            }
        }
    }
}
