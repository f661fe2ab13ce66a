// SPDX-License-Identifier: Apache-2.0

/// Whether a device is asked at its points' periods or left alone for a while.
public enum DeviceHealth: Hashable, Sendable {
    /// It answered the last time, or was never asked.
    case healthy
    /// Its last `failures` exchanges failed as a whole; it may be asked again at the uptime
    /// `untilMilliseconds`.
    case backingOff(failures: Int, untilMilliseconds: Int64)

    /// How an exchange with a device ended.
    public enum Event: Hashable, Sendable {
        /// The device answered, even if only with refusals.
        case answered
        /// `Fault.isDeviceFailure` holds of the exchange, which ended at `uptimeMilliseconds`.
        case failed(uptimeMilliseconds: Int64)
    }

    /// Whether the device is asked at its points' periods.
    public var isHealthy: Bool { self == .healthy }

    /// Takes in how an exchange ended.
    ///
    /// The n-th pause in a row is drawn evenly from `min × 2ⁿ⁻¹ … min × 2ⁿ`, both at most the
    /// device's `backoffMillisecondsMax`; the last pauses from the upper half up to it. Devices
    /// that failed together so don't come back together.
    ///
    /// - Parameters:
    ///   - event: how it ended.
    ///   - device: whose bounds of the pause hold.
    ///   - random: where the jitter comes from.
    public mutating func handle(
        _ event: Event, of device: DeviceDescription,
        using random: inout some RandomNumberGenerator
    ) {
        switch (self, event) {
        case (_, .answered):
            self = .healthy
        case (.healthy, .failed(let now)):
            backOff(failures: 1, from: now, device, &random)
        case (.backingOff(let failures, _), .failed(let now)):
            backOff(failures: failures == .max ? .max : failures + 1, from: now, device, &random)
        }
    }

    private mutating func backOff(
        failures: Int, from now: Int64, _ device: DeviceDescription,
        _ random: inout some RandomNumberGenerator
    ) {
        let longest = max(1, device.backoffMillisecondsMax)
        let shortest = min(max(1, device.backoffMillisecondsMin), longest)
        // 2⁶² ms is past every bound, so more doublings change nothing.
        let factor = Int64(1) << Int64(min(failures, 62))
        let upper = min(shortest.multipliedSaturating(by: factor), longest)
        let lower = max(shortest, upper / 2)
        let pause = Int64.random(in: lower...upper, using: &random)
        self = .backingOff(failures: failures, untilMilliseconds: now.addingSaturating(pause))
    }
}
