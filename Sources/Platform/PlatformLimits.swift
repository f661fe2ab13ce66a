// SPDX-License-Identifier: Apache-2.0

/// The limits of this module.
enum PlatformLimits {
    /// How often a write tries to rename its file while other writers of the same name interfere.
    static let renameAttemptsMax = 1000
}
