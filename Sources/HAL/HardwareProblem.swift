// SPDX-License-Identifier: Apache-2.0

/// Something that a configuration expects and the kernel does not show.
public struct HardwareProblem: Hashable, Sendable {
    /// The device of the configuration.
    public let device: String
    /// What is wrong.
    public let detail: String
    /// What to do about it, if that is known.
    public let advice: String?

    /// A problem of that device.
    public init(device: String, detail: String, advice: String? = nil) {
        self.device = device
        self.detail = detail
        self.advice = advice
    }
}
