// SPDX-License-Identifier: Apache-2.0

internal import CModbus
internal import Glibc
public import Telemetry

/// Why an exchange on a bus brought no data.
public struct ModbusFailure: Error, Equatable, Sendable {
    /// What the readings say.
    public let fault: Fault
    /// What was attempted: `connect`, `lock`, `receive`.
    public let operation: String
    /// The endpoint it was attempted on.
    public let place: String
    /// The `errno` value behind it; 0 if the system reported none.
    public let code: CInt

    init(_ fault: Fault, _ operation: String, _ place: String, code: CInt = 0) {
        self.fault = fault
        self.operation = operation
        self.place = place
        self.code = code
    }

    /// The failure of the system or libmodbus call that has just returned.
    ///
    /// The one place that turns an error number into a fault: call it before anything else can
    /// change `errno`.
    init(system operation: String, _ place: String, code: CInt = errno) {
        self.init(Self.fault(code), operation, place, code: code)
    }

    private static func fault(_ code: CInt) -> Fault {
        switch code {
        case ETIMEDOUT: .timeout
        case cmodbus_bad_crc(): .checksum
        case cmodbus_bad_slave(): .wrongDevice
        case cmodbus_bad_data(), cmodbus_too_many_data(): .malformedAnswer
        case ECONNRESET, EPIPE, EBADF, ENOTCONN: .connectionClosed
        case ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, EHOSTDOWN, EADDRNOTAVAIL: .notConnected
        case ENOENT, ENODEV, ENXIO, ENOTTY: .missing
        case EACCES, EPERM, EBUSY, EWOULDBLOCK: .accessDenied
        default: .inputOutput
        }
    }

    /// Whether another program has the serial line.
    public var isLineInUse: Bool { code == EBUSY || code == EWOULDBLOCK }

    /// Whether the slave itself answered, with a refusal.
    var isRefusal: Bool { fault.rawValue >= Fault.modbusIllegalFunction.rawValue }

    /// Whether the same request may fare better at once.
    var isWorthRetrying: Bool {
        switch fault {
        case .timeout, .checksum, .wrongDevice, .malformedAnswer, .connectionClosed, .inputOutput:
            true
        default: false
        }
    }

    /// Whether a serial line must be opened again: an adapter was unplugged, for instance.
    var needsReopening: Bool {
        fault == .connectionClosed || fault == .inputOutput || fault == .missing
    }

    /// Whether a write that ended so may have been obeyed all the same.
    var leavesDoubt: Bool {
        isWorthRetrying || fault == .modbusAcknowledge || fault == .modbusGatewayTarget
    }

    /// Whether the slave says that it has no such registers, now or at any other time.
    var meansNoRegisters: Bool {
        switch fault {
        case .modbusIllegalFunction, .modbusIllegalAddress, .modbusIllegalValue: true
        default: false
        }
    }

    /// Whether further requests to the same slave would only cost more time.
    var endsReading: Bool {
        switch fault {
        case .timeout, .notConnected, .accessDenied, .missing, .inputOutput,
            .modbusGatewayPath, .modbusGatewayTarget:
            true
        default: false
        }
    }
}

extension ModbusFailure: CustomStringConvertible {
    /// Operation, place, fault and the system's own words.
    public var description: String {
        let words = code == 0 ? "" : ": \(String(cString: modbus_strerror(code)))"
        return "\(operation) \(place): \(fault.word)\(words)"
    }
}
