// SPDX-License-Identifier: Apache-2.0

/// The drivers that a bus can have.
enum DriverKind {
    case modbusTCP
    case modbusRTU
    case linux
    case gpio
    case onewire
    case nmea
    case simulated
}
