// SPDX-License-Identifier: Apache-2.0

/// Which SunSpec models a device has, and where.
public struct SunSpecMap: Hashable, Sendable {
    /// Why the chain of models was followed no further.
    public enum End: String, Sendable, CaseIterable {
        /// The device says that it ends there.
        case marked
        /// The device refused the next model's number and length.
        case refused
        /// A model has the number 0, which none has.
        case malformed
        /// A model would reach beyond the last address.
        case beyondAddresses = "beyond-addresses"
        /// There are more than `ModbusLimits.sunSpecModelsMax` models.
        case tooManyModels = "too-many-models"
    }

    /// The address of the marker "SunS".
    public let base: Int
    /// The models in the order of their addresses. A number may come several times.
    public let models: [SunSpecModel]
    /// How the chain ends; everything but `marked` is a fault of the device.
    public let end: End

    /// A map.
    public init(base: Int, models: [SunSpecModel], end: End) {
        self.base = base
        self.models = models
        self.end = end
    }
}
