// SPDX-License-Identifier: Apache-2.0

/// Something that pins of a header can be used for instead of plain input and output.
public struct BoardInterface: Hashable, Sendable {
    /// The kinds, the first of which says what a pin is drawn as when it could be several.
    public enum Kind: String, Sendable, CaseIterable {
        /// An I²C bus.
        case i2c
        /// An SPI bus.
        case spi
        /// The pin of the 1-Wire bus that the usual overlay takes.
        case oneWire = "onewire"
        /// Wired to a part of the board itself: flash, a display, an identification memory.
        case onboard
        /// Output of a hardware pulse width modulator.
        case pwm
        /// A serial port.
        case serial
    }

    /// A line with its duty.
    public struct Signal: Hashable, Sendable {
        /// `SDA`, `TX`; empty if there is only one duty.
        public let role: String
        /// The line's label.
        public let line: String

        /// A line with its duty.
        public init(role: String, line: String) {
            self.role = role
            self.line = line
        }
    }

    /// The kind.
    public let kind: Kind
    /// The name: `I2C1`, `UART0`.
    public let name: String
    /// The device files, the one to use first; none for what has no file.
    public let devices: [String]
    /// Its pins.
    public let signals: [Signal]
    /// What must be done before it is there; `nil` if it always is.
    public let enabling: String?
    /// What one has to know.
    public let note: String?
    /// For a serial port: whether its clock or its frame format is restricted.
    public let isMini: Bool
    /// What uses it unless it is told otherwise: `the console`, `Bluetooth`.
    public let occupant: String?

    /// An interface.
    ///
    /// - Parameters:
    ///   - kind: the kind.
    ///   - name: the name.
    ///   - devices: the device files.
    ///   - signals: its pins.
    ///   - enabling: what must be done before it is there.
    ///   - note: what one has to know.
    ///   - isMini: whether it is a restricted serial port.
    ///   - occupant: what uses it unless it is told otherwise.
    public init(
        kind: Kind, name: String, devices: [String] = [], signals: [Signal],
        enabling: String? = nil, note: String? = nil, isMini: Bool = false,
        occupant: String? = nil
    ) {
        self.kind = kind
        self.name = name
        self.devices = devices
        self.signals = signals
        self.enabling = enabling
        self.note = note
        self.isMini = isMini
        self.occupant = occupant
    }

    /// What the pin of a line is when the interface is used: `I2C1 SDA`; `nil` if it is none of its.
    ///
    /// - Parameter line: the line's label.
    /// - Returns: the function's name.
    public func function(of line: String) -> String? {
        signals.first { $0.line == line }.map { $0.role.isEmpty ? name : "\(name) \($0.role)" }
    }
}
