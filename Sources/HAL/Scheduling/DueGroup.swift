// SPDX-License-Identifier: Apache-2.0

/// The points of one device that are due together, so that its driver can coalesce them.
public struct DueGroup: Hashable, Sendable {
    /// Index of the device on its bus.
    public let device: Int
    /// Indices of its due points, ascending.
    public let points: [Int]
    /// Uptime of the oldest grid tick that is answered now.
    public let scheduledMilliseconds: Int64
    /// Uptime of the next tick of any of these points: later than that, a tick is lost.
    public let deadlineMilliseconds: Int64

    /// A group of due points.
    public init(
        device: Int, points: [Int], scheduledMilliseconds: Int64, deadlineMilliseconds: Int64
    ) {
        self.device = device
        self.points = points
        self.scheduledMilliseconds = scheduledMilliseconds
        self.deadlineMilliseconds = deadlineMilliseconds
    }
}
