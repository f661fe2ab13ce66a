// SPDX-License-Identifier: Apache-2.0

/// A line of the driver, ours or not.
struct LineSlot {
    /// Where a line is, for who has no driver.
    struct Place: Hashable, Sendable {
        /// The chip's device node.
        let path: String
        /// What its driver calls it: another chip may have the node by then.
        let label: String
        let offset: Int
    }

    let plan: LinePlan
    /// The line, while it is ours.
    var line: (any GPIOLine)?
    /// Where it was when it became ours.
    var place: Place?
    /// Why it was not to be had, and when that was.
    var failure: (cause: GPIOFailure, nanoseconds: UInt64)?
    /// Whether it went away while it was ours.
    var hasVanished = false

    init(_ plan: LinePlan) { self.plan = plan }
}
