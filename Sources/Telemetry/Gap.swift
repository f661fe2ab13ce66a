// SPDX-License-Identifier: Apache-2.0

/// A range of the log that is gone, and why: what turns silent loss into a signed statement.
public struct Gap: Hashable, Sendable {
    /// What is gone.
    public let kind: Kind
    /// Why.
    public let reason: Reason
    /// The first position that is gone.
    public let first: UInt64
    /// The last position that is gone, at least `first`.
    public let last: UInt64

    /// The log that lost a range. Raw values are written to disk and signed.
    public enum Kind: UInt8, Sendable, CaseIterable {
        /// Readings, by their id.
        case readings = 1
        /// Attestations, by their sequence number.
        case attestations = 2
    }

    /// Why a range is gone. Raw values are written to disk and signed.
    public enum Reason: UInt8, Sendable, CaseIterable {
        /// The oldest were evicted to stay within the byte quota.
        case quota = 1
        /// They were older than the retention period.
        case retention = 2
        /// They could not be written (disk full or failing) and the queue ran over.
        case storageFull = 3
        /// The journal that held them was damaged and set aside. The range is an upper bound:
        /// it ends at the highest position that may have been given out.
        case journalLost = 4
    }

    /// A loss of `first...last`; `nil` if the bounds are reversed.
    public init?(kind: Kind, reason: Reason, first: UInt64, last: UInt64) {
        guard first <= last else { return nil }
        self.kind = kind
        self.reason = reason
        self.first = first
        self.last = last
    }

    /// How many positions are gone.
    public var count: UInt64 { last - first + 1 }
}
