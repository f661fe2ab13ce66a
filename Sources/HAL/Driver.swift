// SPDX-License-Identifier: Apache-2.0

public import Telemetry

/// The seam between the scheduler and hardware: one conformer per kind of bus, one value per bus.
///
/// A conformer is an actor on its own `BlockingExecutor`, because its calls block. It is made with the
/// complete, validated definition of its devices and points and never learns of schedules.
public protocol Driver: Actor {
    /// The devices on this bus with their points, in a fixed order that `read` counts in.
    nonisolated var devices: [DeviceDescription] { get }

    /// Reads points of one device, now.
    ///
    /// Exactly one outcome per requested point, in the order asked. A failure is an outcome of
    /// bad quality for the points that it concerns. Blocks this bus for no longer than the
    /// device's `timeoutMilliseconds` per underlying exchange, retries included.
    ///
    /// - Parameters:
    ///   - device: index into `devices`.
    ///   - points: indices into that device's `points`.
    /// - Returns: one outcome per entry of `points`.
    func read(device: Int, points: [Int]) -> [Outcome]

    /// Releases the hardware. Reading again afterwards opens it again.
    func close()
}
