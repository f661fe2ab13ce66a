// SPDX-License-Identifier: Apache-2.0

/// How many edges there ever were.
struct PulseCounter: Hashable, Sendable {
    /// The count, below `GPIOLimits.totalMax`.
    private(set) var total: Int64
    /// Whether it began anew since it was last said so.
    private(set) var hasBegunAnew: Bool

    /// Goes on from a count; `nil`, or one that can't have been, for a counter that begins anew.
    init(total: Int64?) {
        let isUsable = total.map { (0..<GPIOLimits.totalMax).contains($0) } ?? false
        self.total = isUsable ? total ?? 0 : 0
        hasBegunAnew = !isUsable
    }

    /// Counts edges; begins anew at the end of its range.
    mutating func add(_ edges: UInt32) {
        total += Int64(edges)
        guard total >= GPIOLimits.totalMax else { return }
        total -= GPIOLimits.totalMax
        hasBegunAnew = true
    }

    /// Whether it began anew, to be said once.
    mutating func takeBeginning() -> Bool {
        defer { hasBegunAnew = false }
        return hasBegunAnew
    }
}
