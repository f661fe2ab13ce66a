// SPDX-License-Identifier: Apache-2.0

/// What a device profile says of a device, for a reader.
public struct Profile: Sendable, Equatable {
    /// The maker's document that the points were taken from.
    public struct Source: Sendable, Equatable {
        /// Its title.
        public let title: String
        /// Its revision or date.
        public let revision: String?
        /// Where in it the points are.
        public let section: String?
        /// Where it can be read, if it is public.
        public let url: String?
    }

    /// One point of the device.
    public struct Point: Sendable, Equatable {
        /// Its name, without that of a device.
        public let name: String
        /// The symbol of its unit.
        public let unit: String
        /// Where it lies, in the driver's own keys: `input 52 float32`.
        public let place: String
    }

    /// The line settings that the maker delivers the device with.
    public struct Line: Sendable, Equatable {
        /// Bits per second.
        public let baud: Int?
        /// `none`, `even` or `odd`.
        public let parity: String?
        /// Stop bits.
        public let stopBits: Int?
    }

    /// Its name, that of its file without the ending.
    public let name: String
    /// Who makes the device.
    public let maker: String
    /// The maker's name of it, or of all that it fits.
    public let model: String
    /// The words of the drivers that it is for.
    public let drivers: [String]
    /// Where the points were taken from.
    public let source: Source
    /// What an installer should know.
    public let notes: String?
    /// The maker's line settings, for hints; nothing is set by them.
    public let line: Line
    /// Keys that a device must or may give, with their defaults if they have one.
    public let parameters: [Parameter]
    /// Its points, in the order of the file.
    public let points: [Point]
    /// How many golden vectors it has.
    public let vectorCount: Int

    /// A key of a device that the points of the profile depend on.
    public struct Parameter: Sendable, Equatable {
        /// The key.
        public let key: String
        /// The value unless the device gives another.
        public let value: String?
        /// Whether the points can do without it; if not, and there is no value, it must be given.
        public let isOptional: Bool
    }
}

extension Profile {
    /// The names of the profiles in a folder, sorted; none if it can't be read.
    public static func names(in directory: String) -> [String] {
        ProfileLibrary.names(in: directory)
    }

    /// The name of a folder's profile that a misspelt `name` may have meant.
    public static func suggestion(for name: String, in directory: String) -> String? {
        Spelling.suggestion(for: name, among: names(in: directory))
    }

    /// Reads the profile at `path`; its points are not judged.
    ///
    /// - Throws: `ConfigurationProblems`, all of them.
    public static func load(_ path: String) throws(ConfigurationProblems) -> Profile {
        let record = ConfigurationRecord(file: path)
        let profile = ProfileFile.read(path, record).map { file, root in
            Profile(file, root)
        }
        guard let profile, record.problems.isEmpty else {
            throw ConfigurationProblems(list: record.problems.sorted { $0.line < $1.line })
        }
        return profile
    }
}
