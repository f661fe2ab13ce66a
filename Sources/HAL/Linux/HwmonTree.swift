// SPDX-License-Identifier: Apache-2.0

internal import Telemetry

/// The hwmon chips and thermal zones below `/sys/class`. Their numbers change from boot to boot
/// and when a driver is reloaded, so they are found by name.
enum HwmonTree {
    struct Chip: Hashable, Sendable {
        /// `/sys/class/hwmon/hwmon3`.
        let folder: String
        /// What the chip's driver calls it, `coretemp`.
        let name: String
        /// The device it belongs to, `coretemp.0`, the same at every boot.
        let device: String?
    }

    static func chips(_ files: inout LinuxFiles) -> [Chip] {
        var chips: [Chip] = []
        for entry in files.entries(of: "/sys/class/hwmon") where entry.hasPrefix("hwmon") {
            let folder = "/sys/class/hwmon/\(entry)"
            guard let name = files.line("\(folder)/name") else { continue }
            chips.append(
                Chip(folder: folder, name: name, device: files.linkTarget("\(folder)/device")))
        }
        return chips
    }

    /// The chip of that name; of several, the one of that device.
    static func chip(
        _ name: String, device: String?, _ files: inout LinuxFiles
    ) throws(ReadFault) -> Chip {
        let found = chips(&files).filter {
            $0.name == name && (device == nil || $0.device == device)
        }
        // Which of two would be a guess that may change at the next boot.
        guard found.count == 1 else { throw ReadFault(.missing) }
        return found[0]
    }

    /// The attribute that a sensor's name or label stands for on a chip.
    static func attribute(
        _ sensor: String, of chip: Chip, _ files: inout LinuxFiles
    ) throws(ReadFault) -> HwmonAttribute {
        if let attribute = HwmonAttribute(name: sensor) { return attribute }
        for (attribute, label) in sensors(of: chip, &files) where label == sensor {
            return attribute
        }
        throw ReadFault(.missing)
    }

    /// The measuring attributes of a chip with their labels.
    static func sensors(
        of chip: Chip, _ files: inout LinuxFiles
    ) -> [(attribute: HwmonAttribute, label: String?)] {
        var found: [(HwmonAttribute, String?)] = []
        var seen = Set<String>()
        for entry in files.entries(of: chip.folder) {
            guard let mark = entry.firstIndex(of: "_"),
                let attribute = HwmonAttribute(name: String(entry[..<mark])),
                attribute.files.contains(entry), seen.insert(attribute.sensor).inserted
            else { continue }
            found.append((attribute, files.line("\(chip.folder)/\(attribute.sensor)_label")))
        }
        return found
    }

    /// Folders of the thermal zones with their types.
    static func zones(_ files: inout LinuxFiles) -> [(folder: String, number: String, type: String)]
    {
        var zones: [(String, String, String)] = []
        for entry in files.entries(of: "/sys/class/thermal") where entry.hasPrefix("thermal_zone") {
            let folder = "/sys/class/thermal/\(entry)"
            guard let type = files.line("\(folder)/type") else { continue }
            zones.append((folder, String(entry.dropFirst("thermal_zone".count)), type))
        }
        return zones
    }

    /// The folder of a thermal zone by number, or by a type that only it has.
    static func zone(_ zone: String, _ files: inout LinuxFiles) throws(ReadFault) -> String {
        let isNumber = zone.utf8.allSatisfy { (0x30...0x39).contains($0) }
        let found = zones(&files).filter { isNumber ? $0.number == zone : $0.type == zone }
        guard found.count == 1 else { throw ReadFault(.missing) }
        return found[0].folder
    }
}
