// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Names of users.
enum UserName {
    /// The user's name as sudo takes it; `#NUMBER` for one without a name.
    static func of(_ user: uid_t) -> String {
        getpwuid(user).map { String(cString: $0.pointee.pw_name) } ?? "#\(user)"
    }

    /// Who runs the command: behind sudo, the person.
    static var current: String {
        getenv("SUDO_USER").map { String(cString: $0) } ?? of(geteuid())
    }
}
