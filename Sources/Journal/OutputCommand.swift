// SPDX-License-Identifier: Apache-2.0

public import Telemetry

/// A command to an output: who wants what, when.
public struct OutputCommand: Hashable, Sendable {
    /// The output.
    public let output: PointID
    /// The value to write: a state or a number.
    public let value: Value
    /// Who gave it.
    public let holder: String
    /// When.
    public let time: Timestamp

    /// A command.
    public init(output: PointID, value: Value, holder: String, time: Timestamp) {
        self.output = output
        self.value = value
        self.holder = holder
        self.time = time
    }
}
