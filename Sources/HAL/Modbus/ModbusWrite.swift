// SPDX-License-Identifier: Apache-2.0

/// By which functions a point is written.
public enum ModbusWrite: String, Sendable, CaseIterable {
    /// One coil (05) or one register (06).
    case single
    /// Coils (15) or registers (16), also where there is only one.
    case multiple
}
