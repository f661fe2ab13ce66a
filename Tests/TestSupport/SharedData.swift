// SPDX-License-Identifier: Apache-2.0

public import Foundation

/// Public chain data and official vectors beside the project, for tests that skip where there are none.
public enum SharedData {
    /// The folder.
    public static let folder = URL(filePath: #filePath)
        .appending(path: "../../../../shared/data").standardizedFileURL

    /// Whether it is beside the project.
    public static var isThere: Bool { FileManager.default.fileExists(atPath: folder.path) }

    /// The bytes of a file in it.
    public static func bytes(_ path: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: folder.appending(path: path)))
    }

    /// The JSON of a file in it.
    public static func json(_ path: String) throws -> Any {
        try JSONSerialization.jsonObject(with: Data(bytes(path)))
    }
}
