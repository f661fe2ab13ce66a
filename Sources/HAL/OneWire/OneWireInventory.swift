// SPDX-License-Identifier: Apache-2.0

/// The 1-Wire thermometers that the kernel has found, for a person who writes a configuration.
public enum OneWireInventory {
    /// Lists thermometers on all 1-Wire masters.
    ///
    /// - Parameter root: the folder that stands for `/`; empty for the real one.
    /// - Returns: their identifiers, in order. Devices of other families are left out.
    public static func thermometers(root: String = "") -> [OneWireID] {
        OneWireTree(root: root).devices().compactMap { try? OneWireID(parsing: $0) }
    }
}
