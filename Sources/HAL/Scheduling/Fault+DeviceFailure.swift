// SPDX-License-Identifier: Apache-2.0

public import Telemetry

extension Fault {
    /// Whether it says that the device as a whole did not answer properly, as opposed to an answer
    /// about one point. Asking such a device again soon would cost its bus time for nothing.
    public var isDeviceFailure: Bool {
        switch self {
        case .timeout, .notConnected, .connectionClosed, .checksum, .wrongDevice,
            .malformedAnswer, .modbusGatewayPath, .modbusGatewayTarget:
            true
        case .backingOff, .missing, .accessDenied, .inputOutput, .notANumber, .outOfRange,
            .malformedValue, .clockNotSet, .simulated, .busy, .powerOnValue, .eventsLost, .stale,
            .noFix, .counterReset, .outputDiffers, .modbusIllegalFunction,
            .modbusIllegalAddress, .modbusIllegalValue, .modbusDeviceFailure, .modbusAcknowledge,
            .modbusDeviceBusy, .modbusMemoryParity, .modbusOtherException:
            false
        }
    }

    /// Whether the outcomes of one exchange say that the device as a whole failed: all of them are
    /// bad with a fault of that kind, and there is at least one.
    public static func isDeviceFailure(_ outcomes: [Outcome]) -> Bool {
        !outcomes.isEmpty
            && outcomes.allSatisfy { outcome in
                guard case .bad(let fault) = outcome else { return false }
                return fault.isDeviceFailure
            }
    }
}
