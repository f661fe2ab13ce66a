// SPDX-License-Identifier: Apache-2.0

/// Why a reading is not good. Raw values are written to disk and signed: never renumber one.
public enum Fault: UInt8, Sendable, CaseIterable {
    /// No answer within the device's time limit.
    case timeout = 1
    /// The bus or host could not be opened or reached.
    case notConnected = 2
    /// The far side closed the connection during the exchange.
    case connectionClosed = 3
    /// The device failed lately and is not asked again until its back-off ends.
    case backingOff = 4
    /// The answer's checksum is wrong.
    case checksum = 5
    /// Another device answered than the one that was asked.
    case wrongDevice = 6
    /// The answer is shorter or longer than the request demands, or breaks the protocol.
    case malformedAnswer = 7
    /// The file, line or channel is not there (any more).
    case missing = 8
    /// The operating system refused access.
    case accessDenied = 9
    /// The operating system reported an input/output error.
    case inputOutput = 10
    /// The value is not a number or is infinite.
    case notANumber = 11
    /// The value lies outside the range that the point's definition or type allows.
    case outOfRange = 12
    /// The text is not the kind of value that the point's definition says.
    case malformedValue = 13
    /// The wall clock was not set when the reading was taken; only its uptime is known.
    case clockNotSet = 14
    /// A fault that was asked for, by the simulated driver.
    case simulated = 15
    /// Another program, bus or holder has the line or device.
    case busy = 16
    /// The value that a sensor gives before its first measurement: it lost power.
    case powerOnValue = 17
    /// Edges or messages were lost before they could be counted: the true value is higher.
    case eventsLost = 18
    /// The source has sent nothing new for too long.
    case stale = 19
    /// A satellite receiver has no position.
    case noFix = 20
    /// A counter began anew: what it counted before is not in the value.
    case counterReset = 21
    /// An output reads back another value than the one written.
    case outputDiffers = 22
    /// Modbus exception 1: the device does not know the function.
    case modbusIllegalFunction = 33
    /// Modbus exception 2: the device has no such register.
    case modbusIllegalAddress = 34
    /// Modbus exception 3: the device refuses the count or value.
    case modbusIllegalValue = 35
    /// Modbus exception 4: the device failed while it carried out the request.
    case modbusDeviceFailure = 36
    /// Modbus exception 5: the device is working on it.
    case modbusAcknowledge = 37
    /// Modbus exception 6: the device is busy.
    case modbusDeviceBusy = 38
    /// Modbus exception 8: the device found a parity error in its memory.
    case modbusMemoryParity = 40
    /// Modbus exception 10: the gateway has no path to the device.
    case modbusGatewayPath = 42
    /// Modbus exception 11: the gateway's device did not answer.
    case modbusGatewayTarget = 43
    /// Any other Modbus exception code.
    case modbusOtherException = 63
}
