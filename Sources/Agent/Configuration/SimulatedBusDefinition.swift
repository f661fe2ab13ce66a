// SPDX-License-Identifier: Apache-2.0

internal import HAL

/// A simulated bus: everything that `SimulatedDriver` needs to know.
struct SimulatedBusDefinition: Sendable, Hashable {
    /// The seed of all its chances.
    let seed: UInt64
    /// Its devices.
    let devices: [SimulatedDeviceDefinition]
    /// Where its outputs keep their state; `nil` for nowhere.
    let stateFolder: String?
}
