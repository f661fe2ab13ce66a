// SPDX-License-Identifier: Apache-2.0

/// One thing that is wrong with a configuration file.
public struct ConfigurationProblem: Error, Hashable, Sendable {
    /// The file, once it is known.
    public var file: String
    /// The line, the first being 1.
    public let line: Int
    /// The key that it concerns, `device[0].point[2].unit`; empty for the file as a whole.
    public let path: String
    /// What is wrong and what would be right.
    public let message: String

    init(line: Int, path: String, message: String, file: String = "") {
        self.file = file
        self.line = line
        self.path = path
        self.message = message
    }
}

extension ConfigurationProblem: CustomStringConvertible {
    /// `FILE:LINE: KEY: MESSAGE`, as compilers write it.
    public var description: String {
        let place = path.isEmpty ? "" : " \(path):"
        return "\(file.isEmpty ? "line " : "\(file):")\(line):\(place) \(message)"
    }
}
