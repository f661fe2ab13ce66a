// SPDX-License-Identifier: Apache-2.0

/// A slave that answered a scan, and what it says of itself.
public struct DiscoveredDevice: Hashable, Sendable {
    /// Its unit identifier.
    public let unitID: Int
    /// What the protocol's own functions say.
    public internal(set) var identity = ModbusIdentity()
    /// Its SunSpec models, if it has a map of them.
    public internal(set) var sunSpec: SunSpecMap?
    /// What its SunSpec model 1 says.
    public internal(set) var nameplate: SunSpecNameplate?

    /// A slave of which nothing more is known.
    public init(unitID: Int) { self.unitID = unitID }

    /// The name to show: manufacturer and model, as far as they are known.
    public var title: String? {
        let words =
            if let nameplate {
                [nameplate.manufacturer, nameplate.model]
            } else {
                [identity.vendor, identity.model ?? identity.productName ?? identity.product]
                    .compactMap { $0 }
            }
        let title = words.filter { !$0.isEmpty }.joined(separator: " ")
        return title.isEmpty ? identity.serverID : title
    }

    /// The device profile that its SunSpec models fit; `nil` if they fit none, or there are none.
    public var profile: String? {
        let kinds = Set(sunSpec?.models.compactMap(\.kind) ?? [])
        if kinds.contains(.inverter) { return "sunspec-inverter" }
        return kinds.contains(.meter) ? "sunspec-meter" : nil
    }
}
