// SPDX-License-Identifier: Apache-2.0

/// A driver whose hardware also speaks without being asked: edges of a line, for instance.
///
/// It keeps what happened in a bounded queue, with the kernel's time of each, until the scheduler
/// takes it after its next read of the device.
public protocol EventDriver: Driver {
    /// Takes what happened since the last call, the oldest first. Does not block.
    ///
    /// When more happened than the driver keeps, the newest are dropped, and the first outcome that
    /// was kept after them is uncertain with `Fault.eventsLost`.
    ///
    /// - Parameter device: index into `devices`.
    /// - Returns: at most `HALLimits.eventsPerDeviceMax` events.
    func takeEvents(device: Int) -> [PointEvent]
}
