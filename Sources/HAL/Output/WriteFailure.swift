// SPDX-License-Identifier: Apache-2.0

public import Telemetry

/// A write to an output that did not succeed. What the hardware shows now is not known.
public struct WriteFailure: Error, Hashable, Sendable {
    /// What went wrong.
    public let fault: Fault
    /// What was being done: `open`, `write`, `read back`.
    public let operation: String
    /// The line, file or register.
    public let place: String

    /// A failure of `operation` at `place`.
    public init(_ fault: Fault, _ operation: String, _ place: String) {
        self.fault = fault
        self.operation = operation
        self.place = place
    }
}

extension WriteFailure: CustomStringConvertible {
    /// Place, operation and fault.
    public var description: String { "\(place): \(operation): \(fault.word)" }
}
