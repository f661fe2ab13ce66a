// SPDX-License-Identifier: Apache-2.0

/// One key of a configuration with the value that the agent goes by.
public struct EffectiveValue: Hashable, Sendable {
    /// The key, `device[0].point[2].unit`.
    public let path: String
    /// Its value as TOML. A secret never stands here.
    public let value: String
    /// Whether it is the default because the file does not give the key.
    public let isDefault: Bool
}
