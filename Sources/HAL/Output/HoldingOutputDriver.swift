// SPDX-License-Identifier: Apache-2.0

public import Telemetry

/// An output driver some of whose outputs the kernel itself brings back to their safe state: also
/// when this process is killed or hangs.
public protocol HoldingOutputDriver: OutputDriver {
    /// Writes a value that the kernel replaces by `safe` after a while, unless it is written again.
    ///
    /// A repetition before the end prolongs it without a gap. A plain `write` ends it.
    ///
    /// - Parameters:
    ///   - value: as for `write`.
    ///   - output: one of `outputs`.
    ///   - milliseconds: for how long, 1 to 86,400,000.
    ///   - safe: what follows then, as for `write`.
    /// - Throws: `WriteFailure` as `write` does; `missing` if the kernel can't hold this output.
    func hold(
        _ value: Value, on output: OutputIndex, milliseconds: Int64, then safe: Value
    ) throws(WriteFailure)
}
