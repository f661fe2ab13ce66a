// SPDX-License-Identifier: Apache-2.0

/// A line of the driver, ours or not.
struct LineSlot {
    let plan: LinePlan
    /// The line, while it is ours.
    var line: (any GPIOLine)?
    /// Why it was not to be had, and when that was.
    var failure: (cause: GPIOFailure, nanoseconds: UInt64)?
    /// Whether it went away while it was ours.
    var hasVanished = false

    init(_ plan: LinePlan) { self.plan = plan }
}
