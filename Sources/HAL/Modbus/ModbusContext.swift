// SPDX-License-Identifier: Apache-2.0

internal import CModbus
internal import Glibc
internal import Telemetry

/// A libmodbus context of a serial line: owned by one link, used from one actor only.
final class ModbusContext {
    private let context: OpaquePointer
    private let place: String

    /// A context that is not connected.
    init(_ line: ModbusSerialLine) throws(ModbusFailure) {
        place = line.device
        let made = modbus_new_rtu(
            line.device, CInt(line.baud), line.parity.character, CInt(line.dataBits),
            CInt(line.stopBits))
        guard let made else { throw ModbusFailure(system: "create", place) }
        context = made
        // Without a time-out between bytes the whole answer must come within the response
        // time-out, so that a slave that trickles can't hold the bus.
        modbus_set_byte_timeout(context, 0, 0)
    }

    deinit {
        modbus_close(context)
        modbus_free(context)
    }

    /// The connected descriptor.
    var descriptor: CInt { modbus_get_socket(context) }

    /// Opens the serial line.
    func connect() throws(ModbusFailure) {
        guard modbus_connect(context) == 0 else { throw ModbusFailure(system: "open", place) }
        guard descriptor < ModbusLimits.descriptorsMax else {
            modbus_close(context)
            throw ModbusFailure(.inputOutput, "open", place, code: EMFILE)
        }
    }

    /// Has libmodbus switch the transmitter by RTS around every frame.
    ///
    /// - Parameter rs485: which level sends, and how long before and after.
    /// - Returns: whether this line can be switched so.
    func toggleRTS(_ rs485: ModbusRS485) -> Bool {
        let mode = rs485.isRTSActiveOnSend ? MODBUS_RTU_RTS_UP : MODBUS_RTU_RTS_DOWN
        // One delay serves before and after; its own, one character, is the least that is safe.
        let milliseconds = max(rs485.delayBeforeMilliseconds, rs485.delayAfterMilliseconds)
        if milliseconds > 0 {
            guard modbus_rtu_set_rts_delay(context, CInt(1000 * milliseconds)) == 0 else {
                return false
            }
        }
        return modbus_rtu_set_rts(context, mode) == 0
    }

    /// Closes what is connected.
    func close() { modbus_close(context) }

    /// Drops what has been received and not read.
    func flush() { modbus_flush(context) }

    /// Sends unit identifier and PDU with the checksum of the line.
    func send(_ bytes: [UInt8]) throws(ModbusFailure) {
        guard modbus_send_raw_request(context, bytes, CInt(bytes.count)) >= 0 else {
            throw ModbusFailure(system: "send", place)
        }
    }

    /// Waits for one frame.
    ///
    /// - Parameters:
    ///   - unit: the slave whose frame is awaited; libmodbus passes over others.
    ///   - deadline: when to give up.
    ///   - frame: receives the bytes; at least `ModbusLimits.frameBytesMax` long.
    /// - Returns: how many bytes came; 0 if another slave than `unit` sent them.
    /// - Throws: `ModbusFailure`.
    func receive(
        from unit: UInt8, until deadline: Int64, into frame: inout [UInt8]
    ) throws(ModbusFailure) -> Int {
        precondition(frame.count >= ModbusLimits.frameBytesMax)
        let patience = max(1000, deadline - MonotonicClock.now())
        modbus_set_slave(context, CInt(unit))
        modbus_set_response_timeout(
            context, UInt32(patience / 1_000_000), UInt32(patience % 1_000_000))
        let count = modbus_receive_confirmation(context, &frame)
        guard count >= 0 else { throw ModbusFailure(system: "receive", place) }
        return Int(count)
    }
}

extension ModbusSerialLine.Parity {
    /// The letter that libmodbus takes.
    var character: CChar {
        switch self {
        case .none: CChar(UInt8(ascii: "N"))
        case .even: CChar(UInt8(ascii: "E"))
        case .odd: CChar(UInt8(ascii: "O"))
        }
    }
}
