// SPDX-License-Identifier: Apache-2.0

/// Looks for the chips that devices of the `linux` driver are defined on.
public enum SensorCheck {
    /// What is missing, and how it is brought to the kernel. Touches nothing.
    ///
    /// - Parameters:
    ///   - devices: the devices.
    ///   - root: the folder that stands for `/`; empty for the real one.
    /// - Returns: at most one problem for each place and chip; none if all are there.
    public static func problems(
        of devices: [LinuxDeviceDefinition], root: String = ""
    ) -> [HardwareProblem] {
        var files = LinuxFiles(root: root)
        return devices.flatMap { device in
            if let place = device.i2c, let problem = declared(device, at: place, &files) {
                return [problem]
            }
            return chips(of: device, &files)
        }
    }

    /// Whether the chip is declared at its place, as what it should be, and has a driver.
    private static func declared(
        _ device: LinuxDeviceDefinition, at place: I2CPlace, _ files: inout LinuxFiles
    ) -> HardwareProblem? {
        func problem(_ detail: String, _ advice: String?) -> HardwareProblem {
            HardwareProblem(device: device.name, detail: detail, advice: advice)
        }
        guard !files.entries(of: place.adapterFolder).isEmpty else {
            return problem(
                "there is no bus i2c-\(place.bus)",
                "dtparam=i2c_arm=on in a Raspberry Pi's config.txt; ls /sys/bus/i2c/devices")
        }
        guard let name = files.line("\(place.folder)/name") else {
            return problem(
                "the kernel knows of no chip at \(place)",
                device.chip.flatMap { SensorChip.advice($0, at: place) })
        }
        if let chip = device.chip, chip != name {
            return problem("\(place) is declared as \(name), not \(chip)", nil)
        }
        guard files.linkTarget("\(place.folder)/driver") != nil else {
            let load = SensorChip.named(name).map { "modprobe \($0.module); " } ?? ""
            return problem(
                "\(name) at \(place) has no driver",
                "\(load)dmesg says whether the chip answered")
        }
        return nil
    }

    private static func chips(
        of device: LinuxDeviceDefinition, _ files: inout LinuxFiles
    ) -> [HardwareProblem] {
        var seen = Set<String>()
        var found: [HardwareProblem] = []
        for point in device.points {
            let name: String
            let places: [String?]
            let kind: String
            let wanted: String?
            switch point.channel {
            case .hwmon(let chip, let parent, _):
                (name, wanted, kind) = (chip, parent, "hwmon")
                places = HwmonTree.chips(&files).filter { $0.name == chip }.map(\.device)
            case .iio(let chip, let parent, _):
                (name, wanted, kind) = (chip, parent, "iio")
                places = IIOTree.chips(&files).filter { $0.isCalled(chip) }.map(\.device)
            default: continue
            }
            guard seen.insert("\(kind):\(name)@\(wanted ?? "")").inserted else { continue }
            if let problem = problem(kind, name, wanted, places) {
                found.append(
                    HardwareProblem(
                        device: device.name, detail: problem.detail, advice: problem.advice))
            }
        }
        return found
    }

    private static func problem(
        _ kind: String, _ name: String, _ wanted: String?, _ places: [String?]
    ) -> (detail: String, advice: String?)? {
        let matching = places.count { wanted == nil || $0 == wanted }
        guard matching != 1 else { return nil }
        guard !places.isEmpty else {
            return (
                "there is no \(kind) chip \"\(name)\"",
                SensorChip.advice(name) ?? "halcyon point list --available lists what there is"
            )
        }
        let devices = places.compactMap { $0 }.map { "\(kind):\(name)@\($0)/…" }
        return (
            matching == 0
                ? "\"\(name)\" is not on \(wanted ?? "")"
                : "there are \(places.count) \(kind) chips \"\(name)\"",
            devices.isEmpty ? nil : "write \(devices.joined(separator: " or "))"
        )
    }
}
