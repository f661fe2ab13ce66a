// SPDX-License-Identifier: Apache-2.0

/// Looks for the thermometers that devices of the `onewire` driver are defined on.
public enum OneWireCheck {
    /// What is missing, and how it is brought to the kernel. Touches nothing.
    ///
    /// - Parameters:
    ///   - devices: the thermometers.
    ///   - root: the folder that stands for `/`; empty for the real one.
    /// - Returns: at most one problem for each device; none if all are there.
    public static func problems(
        of devices: [OneWireDeviceDefinition], root: String = ""
    ) -> [HardwareProblem] {
        let files = LinuxFiles(root: root)
        let entries = files.entries(of: "/sys/bus/w1/devices")
        guard entries.contains(where: { $0.hasPrefix("w1_bus_master") }) else {
            return devices.map {
                HardwareProblem(
                    device: $0.name, detail: "the kernel has no 1-Wire bus",
                    advice: "dtoverlay=w1-gpio in a Raspberry Pi's config.txt (GPIO4, with a "
                        + "resistor of 4.7 kOhm to 3.3 V)")
            }
        }
        let others = OneWireInventory.thermometers(root: root).map(\.description)
        return devices.compactMap { device in
            guard entries.contains("\(device.id)") else {
                return HardwareProblem(
                    device: device.name, detail: "\(device.id) is not on any 1-Wire bus",
                    advice: others.isEmpty
                        ? "no thermometer is: check data line, ground and the pull-up resistor"
                        : "found are \(others.joined(separator: ", "))")
            }
            let parts = files.entries(of: "/sys/bus/w1/devices/\(device.id)")
            return parts.contains("w1_slave")
                ? nil
                : HardwareProblem(
                    device: device.name, detail: "\(device.id) has no driver",
                    advice: "modprobe w1_therm")
        }
    }
}
