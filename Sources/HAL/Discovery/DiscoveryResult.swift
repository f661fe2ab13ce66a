// SPDX-License-Identifier: Apache-2.0

public import Telemetry

/// What a scan of a bus found.
public struct DiscoveryResult: Hashable, Sendable {
    /// The slaves that answered, by unit identifier.
    public internal(set) var devices: [DiscoveredDevice] = []
    /// Unit identifiers where something answered that could not be understood: two devices with
    /// one identifier, or other line settings.
    public internal(set) var garbled: [Int: Fault] = [:]
    /// Whether a TCP server answered to all identifiers that were tried, and so takes no notice of
    /// them: then only the first is in `devices`.
    public internal(set) var ignoresUnitIDs = false

    /// A scan that found nothing.
    public init() {}
}
