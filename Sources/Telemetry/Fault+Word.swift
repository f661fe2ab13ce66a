// SPDX-License-Identifier: Apache-2.0

extension Fault {
    /// The word for it in every surface and in signed records, in kebab case: `timeout`.
    public var word: String {
        switch self {
        case .timeout: "timeout"
        case .notConnected: "not-connected"
        case .connectionClosed: "connection-closed"
        case .backingOff: "backing-off"
        case .checksum: "checksum"
        case .wrongDevice: "wrong-device"
        case .malformedAnswer: "malformed-answer"
        case .missing: "missing"
        case .accessDenied: "access-denied"
        case .inputOutput: "input-output"
        case .notANumber: "not-a-number"
        case .outOfRange: "out-of-range"
        case .malformedValue: "malformed-value"
        case .clockNotSet: "clock-not-set"
        case .simulated: "simulated"
        case .busy: "busy"
        case .powerOnValue: "power-on-value"
        case .eventsLost: "events-lost"
        case .stale: "stale"
        case .noFix: "no-fix"
        case .counterReset: "counter-reset"
        case .outputDiffers: "output-differs"
        case .modbusIllegalFunction: "modbus-illegal-function"
        case .modbusIllegalAddress: "modbus-illegal-address"
        case .modbusIllegalValue: "modbus-illegal-value"
        case .modbusDeviceFailure: "modbus-device-failure"
        case .modbusAcknowledge: "modbus-acknowledge"
        case .modbusDeviceBusy: "modbus-device-busy"
        case .modbusMemoryParity: "modbus-memory-parity"
        case .modbusGatewayPath: "modbus-gateway-path"
        case .modbusGatewayTarget: "modbus-gateway-target"
        case .modbusOtherException: "modbus-other-exception"
        }
    }

    /// The fault of that word, if there is one.
    public init?(word: String) {
        guard let fault = Self.allCases.first(where: { $0.word == word }) else { return nil }
        self = fault
    }
}
