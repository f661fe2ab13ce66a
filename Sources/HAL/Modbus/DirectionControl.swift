// SPDX-License-Identifier: Apache-2.0

internal import CModbus
internal import Glibc
internal import Telemetry

/// The direction control of an open RS-485 line, and how the line was before.
struct DirectionControl {
    private let descriptor: CInt
    private let before: serial_rs485?

    /// Switches it on: in the kernel if the driver can, by libmodbus if not.
    ///
    /// - Parameters:
    ///   - rs485: how the transmitter is switched.
    ///   - context: the open line.
    ///   - place: its name for errors.
    /// - Throws: `ModbusFailure`, `missing` with the operation `rs485`, where neither works.
    init(_ rs485: ModbusRS485, _ context: ModbusContext, _ place: String) throws(ModbusFailure) {
        descriptor = context.descriptor
        before = Self.inKernel(rs485, descriptor)
        guard before == nil else { return }
        var lines: CInt = 0
        // libmodbus does not look whether its own calls of these succeed.
        guard ioctl(descriptor, UInt(TIOCMGET), &lines) == 0,
            ioctl(descriptor, UInt(TIOCMSET), &lines) == 0
        else { throw ModbusFailure(.missing, "rs485", place, code: errno) }
        guard context.toggleRTS(rs485) else {
            throw ModbusFailure(.missing, "rs485", place, code: errno)
        }
    }

    /// Leaves the line as it was found.
    func restore() {
        guard var before else { return }
        _ = ioctl(descriptor, UInt(TIOCSRS485), &before)
    }

    /// The kernel's earlier setting; `nil` if it has no such mode for this line.
    private static func inKernel(_ rs485: ModbusRS485, _ descriptor: CInt) -> serial_rs485? {
        var before = serial_rs485()
        guard ioctl(descriptor, UInt(TIOCGRS485), &before) == 0 else { return nil }
        var wanted = before
        let rts = (cmodbus_rs485_rts_on_send(), cmodbus_rs485_rts_after_send())
        // A resistor at the end of the line, which the board may have switched on, stays.
        wanted.flags =
            cmodbus_rs485_enabled() | (rs485.isRTSActiveOnSend ? rts.0 : rts.1)
            | before.flags & cmodbus_rs485_terminated()
        wanted.delay_rts_before_send = UInt32(rs485.delayBeforeMilliseconds)
        wanted.delay_rts_after_send = UInt32(rs485.delayAfterMilliseconds)
        guard ioctl(descriptor, UInt(TIOCSRS485), &wanted) == 0 else { return nil }
        // A driver that can't is allowed to clear the flag instead of failing.
        var now = serial_rs485()
        guard ioctl(descriptor, UInt(TIOCGRS485), &now) == 0,
            now.flags & cmodbus_rs485_enabled() != 0
        else { return nil }
        return before
    }
}
