// SPDX-License-Identifier: Apache-2.0

/// A model in a device's SunSpec map: a block of holding registers of known meaning.
public struct SunSpecModel: Hashable, Sendable {
    /// Its number: 103 is a three-phase inverter.
    public let id: Int
    /// The address of its first register, which holds the number; the length follows, then data.
    public let address: Int
    /// Registers after number and length.
    public let length: Int

    /// A model at an address.
    public init(id: Int, address: Int, length: Int) {
        self.id = id
        self.address = address
        self.length = length
    }

    /// All its registers.
    public var count: Int { length + 2 }

    /// What a model describes, of those that matter for finding a device profile.
    public enum Kind: String, Sendable, CaseIterable {
        /// Who made the device.
        case common
        /// An inverter, values as scaled integers or as floating-point numbers.
        case inverter
        /// An electricity meter, likewise.
        case meter
        /// A battery's basic settings.
        case storage
        /// The inputs of an inverter with several maximum power point trackers.
        case mppt
    }

    /// What it describes (SunSpec Information Model Reference); `nil` for any other model.
    public var kind: Kind? {
        switch id {
        case 1: .common
        case 101...103, 111...113: .inverter
        case 201...204, 211...214: .meter
        case 124: .storage
        case 160: .mppt
        default: nil
        }
    }
}
