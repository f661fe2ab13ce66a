// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// The profiles of a folder, each read when a device first asks for it.
final class ProfileLibrary {
    let directory: String
    let record: ConfigurationRecord
    private var known: [String: ProfileFile?] = [:]

    init(directory: String, record: ConfigurationRecord) {
        self.directory = directory
        self.record = record
    }

    /// A library of one profile, wherever its file is.
    init(_ file: ProfileFile, record: ConfigurationRecord) {
        directory = ""
        self.record = record
        known = [file.name: file]
    }

    /// The profile `name`; `nil` if there is none, which is noted at the key of `table`, or if it
    /// can't be read, which is noted in its own file.
    func profile(_ name: String, askedBy table: TableReader) -> ProfileFile? {
        if let result = known[name] {
            if result == nil, !ConfigurationReader.isFileName(name) { refuse(name, table) }
            return result
        }
        guard ConfigurationReader.isFileName(name),
            access("\(directory)/\(name).toml", F_OK) == 0
        else {
            refuse(name, table)
            return nil
        }
        // Only what is wrong with the profile is of interest here, not all the values in it.
        let own = ConfigurationRecord(file: "\(directory)/\(name).toml")
        let file = ProfileFile.read(own.file, own)?.file
        own.problems.forEach(record.add)
        known[name] = .some(file)
        return file
    }

    private func refuse(_ name: String, _ table: TableReader) {
        let hint = Spelling.hint(for: name, among: Self.names(in: directory))
        table.problem("profile", "there is no \"\(name)\" in \(directory)\(hint)")
    }

    /// The names of the profiles in a folder, sorted; none if it can't be read.
    static func names(in directory: String) -> [String] {
        guard let folder = opendir(directory) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while names.count < AgentLimits.profilesMax, let entry = readdir(folder) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.hasSuffix(".toml") { names.append(ProfileFile.name(ofFile: name)) }
        }
        return names.sorted()
    }
}
