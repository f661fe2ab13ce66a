// SPDX-License-Identifier: Apache-2.0

public import HAL
public import Telemetry

/// A point of a bus that may be written, and how.
public struct OutputConfiguration: Sendable, Equatable {
    /// The point.
    public let point: Point
    /// Where its driver has it.
    public let index: OutputIndex
    /// What may be written.
    public let rules: OutputRules
}
