// SPDX-License-Identifier: Apache-2.0

/// What a GPIO bus has seen since its driver was made.
public struct GPIOStatistics: Hashable, Sendable {
    /// Edges that were taken from the kernel.
    public let edges: UInt64
    /// Edges that the kernel dropped because they came faster than they could be taken; always 0
    /// with libgpiod 1, which does not say.
    public let lostEdges: UInt64
}
