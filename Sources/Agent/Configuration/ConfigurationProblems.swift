// SPDX-License-Identifier: Apache-2.0

/// Everything that is wrong with a configuration, in the order of files and lines.
public struct ConfigurationProblems: Error, Sendable, CustomStringConvertible {
    /// At least one problem.
    public let list: [ConfigurationProblem]

    /// One problem a line.
    public var description: String {
        list.map(\.description).joined(separator: "\n")
    }
}
