// SPDX-License-Identifier: Apache-2.0

/// What replaying a folder costs at most.
enum ReplayLimits {
    /// Folders within the one that is named.
    static let depthMax = 12
    /// Names in one folder.
    static let namesMax = 1 << 14
    /// Cases in one run.
    static let casesMax = 1 << 12
    /// Bytes of a vector's text.
    static let textBytesMax = 8 << 20
    /// Bytes of a state, of which a replay reads the beginning.
    static let stateBytesMax = 64 << 20
    /// Bytes of a file of the Beacon API: 128 updates in JSON take 7 MB.
    static let answerBytesMax = 16 << 20
    /// Values within each other in YAML.
    static let yamlDepthMax = 16
    /// Values in one text in YAML.
    static let yamlValuesMax = 1 << 18
}
