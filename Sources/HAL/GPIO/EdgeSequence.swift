// SPDX-License-Identifier: Apache-2.0

/// Finds edges that the kernel dropped, by gaps in the numbers of those that it kept.
struct EdgeSequence: Hashable, Sendable {
    /// The number of the last edge: the first has number 1.
    private var last: UInt32 = 0

    /// Takes the next edge's number, 0 for none.
    ///
    /// - Returns: how many were dropped before it.
    mutating func take(_ sequence: UInt32) -> UInt32 {
        guard sequence != 0 else { return 0 }
        // The numbers wrap, in 12 hours at 100,000 edges a second.
        let dropped = sequence &- last &- 1
        last = sequence
        // A number that did not go on: the kernel began anew, which is no loss that can be counted.
        return dropped < 1 << 31 ? dropped : 0
    }
}
