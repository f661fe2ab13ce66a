// SPDX-License-Identifier: Apache-2.0

/// Which point of a bus: the indices that `Driver.read` counts in.
public struct OutputIndex: Hashable, Sendable {
    /// Index into the driver's `devices`.
    public let device: Int
    /// Index into that device's `points`.
    public let point: Int

    /// The point of that device.
    public init(device: Int, point: Int) {
        self.device = device
        self.point = point
    }
}
