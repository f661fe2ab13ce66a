// SPDX-License-Identifier: Apache-2.0

/// The forks of the beacon chain that changed what a light client sees or checks, oldest first.
public enum ConsensusFork: String, CaseIterable, Comparable, Sendable {
    case phase0
    case altair
    case bellatrix
    case capella
    case deneb
    case electra
    case fulu
    case gloas

    /// Whether the left fork came before.
    public static func < (left: ConsensusFork, right: ConsensusFork) -> Bool {
        left.order < right.order
    }

    private var order: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
