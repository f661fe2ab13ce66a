// SPDX-License-Identifier: Apache-2.0

/// One bus with everything on it.
public struct BusConfiguration: Sendable, Equatable {
    /// The name.
    public let name: String
}
