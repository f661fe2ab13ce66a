// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import JSON
internal import Platform

/// A folder of a replay and the files in it.
struct ReplayFolder {
    /// Where it is.
    let path: String
    /// What is in it, sorted.
    let names: [String]

    /// The folder at a path, which may be a link to it.
    init(_ path: String) {
        self.init(path, flags: 0)
    }

    private init(_ path: String, flags: Int32) {
        self.path = path
        names = Self.names(in: path, flags: flags)
    }

    /// The folder's path without symbolic links, in its parts.
    var parts: [String] {
        guard let real = realpath(path, nil) else { return [] }
        defer { free(real) }
        return String(cString: real).split(separator: "/").map(String.init)
    }

    /// All folders from here downwards that hold a case, with their paths below this one.
    func cases() -> [(name: String, folder: ReplayFolder)] {
        var found: [(name: String, folder: ReplayFolder)] = []
        search("", depth: 0, &found)
        return found
    }

    /// The bytes of a file.
    func bytes(_ name: String, bytesMax: Int) throws(ReplayError) -> [UInt8] {
        do {
            return try File.read("\(path)/\(name)", bytesMax: bytesMax)
        } catch {
            throw ReplayError(.file, "\(name): \(error)")
        }
    }

    /// The value of a text in YAML.
    func yaml(_ name: String) throws(ReplayError) -> JSONValue {
        try VectorYAML.read(try bytes(name, bytesMax: ReplayLimits.textBytesMax))
    }

    /// The object of a vector: `NAME.ssz_snappy`.
    func object(_ name: String, bytesMax: Int) throws(ReplayError) -> [UInt8] {
        // A name comes from a text that may be anybody's: it must not lead out of the folder.
        guard !name.contains("/"), names.contains("\(name).ssz_snappy") else {
            throw ReplayError(.file, "\(name).ssz_snappy is not there")
        }
        let block = try bytes("\(name).ssz_snappy", bytesMax: bytesMax + bytesMax / 6 + 32)
        return try SnappyBlock.decode(block, bytesMax: bytesMax)
    }

    private var isCase: Bool {
        names.contains("steps.yaml") || names.contains("proof.yaml")
            || names.contains("updates_0.ssz_snappy")
            || names.contains { $0.hasPrefix("bootstrap") && BeaconFile($0) != nil }
    }

    private func search(
        _ name: String, depth: Int, _ found: inout [(name: String, folder: ReplayFolder)]
    ) {
        guard found.count < ReplayLimits.casesMax else { return }
        if isCase {
            return found.append((name.isEmpty ? parts.last ?? path : name, self))
        }
        guard depth < ReplayLimits.depthMax else { return }
        for entry in names {
            // Links could lead back here.
            let inner = ReplayFolder("\(path)/\(entry)", flags: O_NOFOLLOW)
            inner.search(name.isEmpty ? entry : "\(name)/\(entry)", depth: depth + 1, &found)
        }
    }

    /// The names in a folder; none in what is no folder.
    private static func names(in path: String, flags: Int32) -> [String] {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | flags)
        guard descriptor >= 0 else { return [] }
        guard let folder = fdopendir(descriptor) else {
            close(descriptor)
            return []
        }
        defer { closedir(folder) }
        var names: [String] = []
        while names.count < ReplayLimits.namesMax, let entry = readdir(folder) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }
}
