// SPDX-License-Identifier: Apache-2.0

internal import Telemetry

/// Reads Industrial I/O channels, and remembers where it found them.
struct IIOSensors {
    /// A channel by the names that configuration gives.
    struct Name: Hashable {
        let chip: String
        let device: String?
        let channel: String
    }

    private struct Place {
        let chip: IIOTree.Chip
        let channel: IIOTree.Channel
    }

    /// Checked at every use, because numbers move.
    private var places: [Name: Place] = [:]

    /// The channel's value in the unit of its quantity: (raw + offset) × scale.
    ///
    /// A channel without a scale is in the kernel's unit already, as the kernel's own consumers
    /// take it.
    mutating func value(of name: Name, _ files: inout LinuxFiles) throws(ReadFault) -> Value {
        let place = try place(of: name, &files)
        let folder = place.chip.folder
        let channel = place.channel
        let quantity = channel.attribute.quantity
        guard !channel.isProcessed else {
            let number = try Self.number("\(folder)/\(channel.attribute.name)_input", &files)
            return .number(quantity.value(of: number))
        }
        let raw = try Self.number("\(folder)/\(channel.attribute.name)_raw", &files)
        var offset = 0.0
        var scale = 1.0
        if let file = channel.offset { offset = try Self.number("\(folder)/\(file)", &files) }
        if let file = channel.scale { scale = try Self.number("\(folder)/\(file)", &files) }
        return .number(quantity.value(of: (raw + offset) * scale))
    }

    private mutating func place(
        of name: Name, _ files: inout LinuxFiles
    ) throws(ReadFault) -> Place {
        if let known = places[name],
            IIOTree.chip(at: known.chip.folder, &files) == known.chip
        {
            return known
        }
        places[name] = nil
        let chip = try IIOTree.chip(name.chip, device: name.device, &files)
        let place = Place(
            chip: chip, channel: try IIOTree.channel(name.channel, of: chip, &files))
        places[name] = place
        return place
    }

    private static func number(
        _ path: String, _ files: inout LinuxFiles
    ) throws(ReadFault) -> Double {
        try LinuxText.decimal(try files.read(path))
    }
}
