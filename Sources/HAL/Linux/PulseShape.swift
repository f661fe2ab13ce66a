// SPDX-License-Identifier: Apache-2.0

/// What the pulses of a PWM channel are like, whatever their duty.
public struct PulseShape: Hashable, Sendable {
    /// From one pulse to the next.
    public let periodNanoseconds: Int64
    /// Whether the pulse is the low part of a period.
    public let isInversed: Bool

    /// Periods that the kernel's interface takes (32 bits of nanoseconds in older kernels).
    public static let periods: ClosedRange<Int64> = 1...4_294_967_295

    /// Pulses of that period.
    public init(periodNanoseconds: Int64, isInversed: Bool = false) {
        self.periodNanoseconds = periodNanoseconds
        self.isInversed = isInversed
    }

    var polarity: String { isInversed ? "inversed" : "normal" }
}
