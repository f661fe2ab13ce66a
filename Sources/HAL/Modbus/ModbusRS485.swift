// SPDX-License-Identifier: Apache-2.0

/// How the transmitter of a two-wire RS-485 line is switched on to send and off to listen.
///
/// The kernel does it where the serial driver can (`TIOCSRS485`,
/// Documentation/driver-api/serial/serial-rs485.rst): exactly, in the interrupt. Where it can't,
/// libmodbus sets the line RTS around each frame, by the clock.
public struct ModbusRS485: Hashable, Sendable {
    /// Whether RTS is active while sending; otherwise it is while listening.
    public let isRTSActiveOnSend: Bool
    /// How long the transmitter is on before the first character.
    public let delayBeforeMilliseconds: Int
    /// How long it stays on after the last one.
    public let delayAfterMilliseconds: Int

    /// RTS switches the transmitter on, without any delays, unless said otherwise.
    public init(
        isRTSActiveOnSend: Bool = true, delayBeforeMilliseconds: Int = 0,
        delayAfterMilliseconds: Int = 0
    ) {
        self.isRTSActiveOnSend = isRTSActiveOnSend
        self.delayBeforeMilliseconds = delayBeforeMilliseconds
        self.delayAfterMilliseconds = delayAfterMilliseconds
    }
}
