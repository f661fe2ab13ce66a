// SPDX-License-Identifier: Apache-2.0

internal import Telemetry

/// The Industrial I/O devices below `/sys/bus/iio/devices`. Their numbers change from boot to
/// boot, so they are found by name.
enum IIOTree {
    struct Chip: Hashable, Sendable {
        /// `/sys/bus/iio/devices/iio:device0`.
        let folder: String
        /// What the driver calls it: `bme280`.
        let name: String
        /// What the device tree calls it.
        let label: String?
        /// The device it belongs to, `1-0076`, the same at every boot.
        let device: String?

        func isCalled(_ name: String) -> Bool { self.name == name || label == name }
    }

    /// A channel and how its value is had.
    struct Channel: Hashable, Sendable {
        let attribute: IIOAttribute
        /// Whether the kernel converts; if not, `offset` and `scale` do.
        let isProcessed: Bool
        let offset: String?
        let scale: String?
    }

    private static let folder = "/sys/bus/iio/devices"

    static func chips(_ files: inout LinuxFiles) -> [Chip] {
        var chips: [Chip] = []
        for entry in files.entries(of: folder) where entry.hasPrefix("iio:device") {
            let path = "\(folder)/\(entry)"
            guard let chip = chip(at: path, &files) else { continue }
            chips.append(chip)
        }
        return chips
    }

    /// The chip in a folder, as it is now.
    static func chip(at path: String, _ files: inout LinuxFiles) -> Chip? {
        guard let name = files.line("\(path)/name") else { return nil }
        return Chip(
            folder: path, name: name, label: files.line("\(path)/label"),
            device: files.linkParent(path))
    }

    /// The chip of that name or label; of several, the one of that device.
    static func chip(
        _ name: String, device: String?, _ files: inout LinuxFiles
    ) throws(ReadFault) -> Chip {
        let found = chips(&files).filter {
            $0.isCalled(name) && (device == nil || $0.device == device)
        }
        // Which of two would be a guess that may change at the next boot.
        guard found.count == 1 else { throw ReadFault(.missing) }
        return found[0]
    }

    /// The channel that a name or label stands for on a chip.
    static func channel(
        _ name: String, of chip: Chip, _ files: inout LinuxFiles
    ) throws(ReadFault) -> Channel {
        let entries = Set(files.entries(of: chip.folder))
        if let attribute = IIOAttribute(name: name),
            let channel = channel(attribute, entries)
        {
            return channel
        }
        for (channel, label) in channels(of: chip, &files) where label == name { return channel }
        throw ReadFault(.missing)
    }

    /// The channels of a chip with their labels.
    static func channels(
        of chip: Chip, _ files: inout LinuxFiles
    ) -> [(channel: Channel, label: String?)] {
        let entries = files.entries(of: chip.folder)
        let names = Set(entries)
        var found: [(Channel, String?)] = []
        var seen = Set<String>()
        for entry in entries where entry.hasSuffix("_input") || entry.hasSuffix("_raw") {
            guard entry.hasPrefix("in_") || entry.hasPrefix("out_"),
                let attribute = IIOAttribute(name: entry), seen.insert(attribute.name).inserted,
                let channel = channel(attribute, names)
            else { continue }
            found.append((channel, files.line("\(chip.folder)/\(attribute.name)_label")))
        }
        return found
    }

    private static func channel(_ attribute: IIOAttribute, _ entries: Set<String>) -> Channel? {
        func first(_ property: String) -> String? {
            attribute.files(property).first(where: entries.contains)
        }
        if entries.contains("\(attribute.name)_input") {
            return Channel(attribute: attribute, isProcessed: true, offset: nil, scale: nil)
        }
        guard entries.contains("\(attribute.name)_raw") else { return nil }
        return Channel(
            attribute: attribute, isProcessed: false, offset: first("offset"),
            scale: first("scale"))
    }
}
