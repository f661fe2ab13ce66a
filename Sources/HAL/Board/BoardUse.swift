// SPDX-License-Identifier: Apache-2.0

/// An interface of a board that is in use.
public struct BoardUse: Hashable, Sendable {
    /// The interface.
    public let interface: BoardInterface
    /// Who uses it: `bus meters`, `the kernel (/dev/i2c-1)`.
    public let user: String

    /// An interface in use.
    public init(interface: BoardInterface, user: String) {
        self.interface = interface
        self.user = user
    }
}
