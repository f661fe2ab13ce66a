// SPDX-License-Identifier: Apache-2.0

/// What a scan of a bus tries.
public struct DiscoverySettings: Hashable, Sendable {
    /// The unit identifiers, in the order in which they are tried.
    public var unitIDs: [Int]
    /// How long each may take to begin its answer; 10 to 60,000 ms.
    public var timeoutMilliseconds: Int64
    /// Whether those that answer are asked who they are and for SunSpec models.
    public var identifies: Bool

    /// All identifiers that a slave can have.
    public init(
        unitIDs: [Int] = Array(1...247), timeoutMilliseconds: Int64 = 200, identifies: Bool = true
    ) {
        self.unitIDs = unitIDs
        self.timeoutMilliseconds = timeoutMilliseconds
        self.identifies = identifies
    }
}
