// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A folder that goes away with the value.
public final class TemporaryFolder: Sendable {
    /// Its path.
    public let path: String

    /// Makes a new, empty folder below `parent`.
    public init(below parent: String = "/tmp") {
        var template = Array("\(parent)/halcyon-test-XXXXXX".utf8CString)
        path = mkdtemp(&template).map { String(cString: $0) } ?? "/nonexistent"
    }

    deinit {
        _ = try? ChildProcess("/bin/rm", ["-rf", path]).finish()
    }
}
