// SPDX-License-Identifier: Apache-2.0

/// Something about a board's interface that keeps it from working as configured.
public struct BoardAdvice: Hashable, Sendable {
    /// What is the matter.
    public let message: String
    /// What to do about it, if that can be said.
    public let next: String?

    /// An advice.
    public init(_ message: String, next: String? = nil) {
        self.message = message
        self.next = next
    }
}
