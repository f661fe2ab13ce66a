// SPDX-License-Identifier: Apache-2.0

/// Room for the edges of one read, for as long as its owner lives.
// The memory is the owner's alone, the driver's, which uses it on its own thread.
final class EdgeScratch: @unchecked Sendable {
    let edges = UnsafeMutableBufferPointer<GPIOEdge>.allocate(
        capacity: GPIOLimits.edgesPerReadMax)

    deinit { edges.deallocate() }
}
