// SPDX-License-Identifier: Apache-2.0

/// A place that breaks a house rule.
struct Finding: Equatable, CustomStringConvertible {
    /// The file or folder.
    let path: String
    /// The line, from 1; 0 for the whole file.
    let line: Int
    /// What is wrong there.
    let problem: String

    init(_ path: String, _ line: Int, _ problem: String) {
        self.path = path
        self.line = line
        self.problem = problem
    }

    var description: String { line == 0 ? "\(path): \(problem)" : "\(path):\(line): \(problem)" }
}
