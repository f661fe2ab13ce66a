// SPDX-License-Identifier: Apache-2.0

public import Glibc

/// A system call that failed.
public struct SystemError: Error, Equatable, Sendable {
    /// The `errno` value.
    public let code: CInt
    /// What was attempted: `open`, `fsync`.
    public let operation: String
    /// The path or address it was attempted on.
    public let place: String

    /// The failure of `operation` on `place` with the current `errno`, or with `code`.
    public init(_ operation: String, _ place: String, code: CInt = errno) {
        self.code = code
        self.operation = operation
        self.place = place
    }
}

extension SystemError: CustomStringConvertible {
    /// Operation, place and the system's own words.
    public var description: String {
        "\(operation) \(place): \(String(cString: strerror(code)))"
    }
}
