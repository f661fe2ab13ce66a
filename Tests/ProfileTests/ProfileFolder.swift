// SPDX-License-Identifier: Apache-2.0

import HAL
import Platform
import TestSupport

@testable import Agent

/// The profiles of the project, and what a configuration makes of them.
enum ProfileFolder {
    static let root = File.folder(of: File.folder(of: File.folder(of: #filePath)))
    static let path = root + "/hal/profiles"
    /// Every profile of the project.
    static let names = Profile.names(in: path)

    static func file(_ name: String) -> String { "\(path)/\(name).toml" }

    /// The problems of a profile; none if it is good.
    static func problems(of path: String) async -> [ConfigurationProblem] {
        do {
            _ = try await ProfileCheck(path)
            return []
        } catch {
            return error.list
        }
    }

    /// The vectors of a profile.
    static func vectors(of name: String) throws -> (file: ProfileFile, vectors: [ProfileVector]) {
        let record = ConfigurationRecord(file: file(name))
        guard let (profile, root) = ProfileFile.read(file(name), record) else {
            throw ConfigurationProblems(list: record.problems)
        }
        return (profile, root.tables("vector").map(ProfileVector.init))
    }
}

/// What drivers, keys and channels this build has: profiles may be ahead of it.
enum DriverSupport {
    /// Whether the build has all that the profile needs.
    static func has(_ profile: Profile) throws -> Bool {
        let isKnown = try profile.drivers.allSatisfy { driver in
            try !problems(driver, "").contains { $0.path == "bus[0].driver" }
        }
        return try isKnown
            && profile.points.allSatisfy { point in
                switch profile.drivers.first {
                case "modbus-tcp", "modbus-rtu":
                    try !point.place.contains("model") || knows("model = 1", for: "modbus-tcp")
                case "linux": try !point.place.contains("iio:") || knowsChannel("iio:x/temp")
                default: true
                }
            }
    }

    private static func knows(_ key: String, for driver: String) throws -> Bool {
        try !problems(driver, key).contains { $0.message.hasPrefix("unknown key") }
    }

    private static func knowsChannel(_ channel: String) throws -> Bool {
        try !problems("linux", "channel = \"\(channel)\"")
            .contains { $0.message.contains("unknown-channel") }
    }

    private static func problems(_ driver: String, _ key: String) throws -> [ConfigurationProblem] {
        let folder = try TemporaryFolder()
        try folder.write(
            """
            [[bus]]
            name = "b"
            driver = "\(driver)"
            address = "localhost"
            [[device]]
            name = "d"
            bus = "b"
            [[device.point]]
            name = "p"
            unit = "Cel"
            \(key)
            """, to: "/probe.toml")
        do {
            _ = try ConfigurationReader.load(folder.path + "/probe.toml")
            return []
        } catch {
            return error.list.filter { $0.path == "bus[0].driver" || $0.path.contains("point") }
        }
    }
}
