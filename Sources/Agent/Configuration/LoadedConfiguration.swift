// SPDX-License-Identifier: Apache-2.0

/// A configuration and the values that made it.
public struct LoadedConfiguration: Sendable {
    /// The configuration.
    public let configuration: Configuration
    /// Every key with the value in effect, file by file and table by table.
    public let values: [EffectiveValue]
}
