// SPDX-License-Identifier: Apache-2.0

/// A serial line and how characters look on it.
public struct ModbusSerialLine: Hashable, Sendable {
    /// The parity bit of every character.
    public enum Parity: String, Sendable, CaseIterable {
        /// No parity bit.
        case none
        /// Even parity, the standard's default.
        case even
        /// Odd parity.
        case odd
    }

    /// The device file: `/dev/ttyUSB0`.
    public let device: String
    /// Line speed in bits per second, one of `baudRates`.
    public let baud: Int
    /// The parity.
    public let parity: Parity
    /// Bits of a character; RTU frames need 8.
    public let dataBits: Int
    /// Stop bits, 1 or 2.
    public let stopBits: Int
    /// How the transmitter of a two-wire line is switched; `nil` where hardware does it, as USB
    /// adapters do, or where there are four wires.
    public let rs485: ModbusRS485?

    /// The speeds that can be set. libmodbus 3.1.6 would silently take 9600 for any other.
    public static let baudRates: [Int] = [
        110, 300, 600, 1200, 2400, 4800, 9600, 19_200, 38_400, 57_600, 115_200, 230_400, 460_800,
        500_000, 576_000, 921_600, 1_000_000,
    ]

    /// A line; what is left out is how most meters leave their factory: 9600 8N1.
    public init(
        device: String, baud: Int = 9600, parity: Parity = .none, dataBits: Int = 8,
        stopBits: Int = 1, rs485: ModbusRS485? = nil
    ) {
        self.device = device
        self.baud = baud
        self.parity = parity
        self.dataBits = dataBits
        self.stopBits = stopBits
        self.rs485 = rs485
    }
}
