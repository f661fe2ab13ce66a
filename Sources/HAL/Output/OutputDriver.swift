// SPDX-License-Identifier: Apache-2.0

public import Telemetry

/// A driver some of whose points can be written. The point reads as what the hardware shows.
///
/// A driver knows nothing of leases, rates and safe states: those are `OutputGuard`'s, through
/// which everything that writes goes. Reads and writes of one bus take turns, as its actor does.
public protocol OutputDriver: Driver {
    /// The points that can be written.
    nonisolated var outputs: Set<OutputIndex> { get }

    /// Writes a value, reads it back, and returns only when the hardware shows it.
    ///
    /// Writing the same value twice is harmless. Blocks this bus for no longer than twice the
    /// device's `timeoutMilliseconds`.
    ///
    /// - Parameters:
    ///   - value: in the point's unit: a boolean for a line, a number for a level.
    ///   - output: one of `outputs`.
    ///   - permit: asked for right before the hardware is touched, and again before it is repeated.
    /// - Throws: `WriteFailure`: `outOfRange` or `malformedValue` if the point can't be set to it,
    ///   `missing` if it is no output, `busy` if the permit has ended, `outputDiffers` if it reads
    ///   back otherwise, or what failed.
    func write(
        _ value: Value, to output: OutputIndex, permit: WritePermit
    ) throws(WriteFailure)

    /// How to set an output without this driver, once its process is gone; `nil` where the kernel
    /// lets go of it by itself, or where there is no way.
    ///
    /// - Parameters:
    ///   - value: as in `write`.
    ///   - output: one of `outputs`.
    /// - Returns: a file to write, which must keep its meaning as long as the driver is open.
    func fallback(_ value: Value, of output: OutputIndex) -> OutputFallback?
}

extension OutputDriver {
    /// Writes a value whatever happens meanwhile.
    ///
    /// - Parameters:
    ///   - value: in the point's unit.
    ///   - output: one of `outputs`.
    /// - Throws: `WriteFailure`.
    public func write(_ value: Value, to output: OutputIndex) throws(WriteFailure) {
        try write(value, to: output, permit: WritePermit())
    }

    /// There is no way.
    public func fallback(_ value: Value, of output: OutputIndex) -> OutputFallback? { nil }
}
