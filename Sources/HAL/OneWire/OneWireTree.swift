// SPDX-License-Identifier: Apache-2.0

internal import Telemetry

/// 1-Wire devices below `/sys/bus/w1/devices`, and the masters that they hang on.
struct OneWireTree: Sendable {
    private static let folder = "/sys/bus/w1/devices"
    /// The folder that stands for `/`.
    let root: String

    /// The master that a device hangs on, `w1_bus_master1`; `nil` if the device is not there.
    func master(of id: OneWireID) -> String? {
        LinuxFiles(root: root).linkParent("\(Self.folder)/\(id)")
    }

    /// Whether that master converts for all its devices at once, or has and was not asked since.
    func bulk(_ master: String) -> Bulk {
        var files = LinuxFiles(root: root)
        return switch files.line(Self.bulkFile(master)) {
        case nil: .unknown
        case "1": .pending
        default: .idle
        }
    }

    /// What a master's `therm_bulk_read` says.
    enum Bulk {
        /// The kernel has none (before 5.10).
        case unknown
        /// Nothing was converted that was not read.
        case idle
        /// At least one device would give a temperature of some earlier time.
        case pending
    }

    /// Converts for all devices of a master at once: blocks for as long as the slowest takes.
    ///
    /// - Returns: false if that is not allowed or not there.
    func convert(_ master: String) -> Bool {
        var files = LinuxFiles(root: root)
        // The kernel compares with the line feed.
        return (try? files.write("trigger\n", to: Self.bulkFile(master))) != nil
    }

    /// The text of a device's memory; converts first unless `convert` has.
    func memory(_ id: OneWireID) -> Result<[UInt8], ReadFault> {
        var files = LinuxFiles(root: root)
        return Result { () throws(ReadFault) in
            try files.read("\(Self.folder)/\(id)/w1_slave")
        }
    }

    /// The devices of all masters.
    func devices() -> [String] {
        LinuxFiles(root: root).entries(of: Self.folder).filter { !$0.hasPrefix("w1_bus_master") }
    }

    private static func bulkFile(_ master: String) -> String {
        "\(folder)/\(master)/therm_bulk_read"
    }
}
