// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Compares a board's definition with the running machine. Nothing is opened but kernel files.
public struct BoardInspector {
    private let board: BoardDefinition
    private var files: LinuxFiles

    /// An inspector of a machine that is such a board.
    ///
    /// - Parameters:
    ///   - board: what the machine is.
    ///   - root: the folder that stands for `/`; empty for the real one.
    public init(board: BoardDefinition, root: String = "") {
        self.board = board
        files = LinuxFiles(root: root)
    }

    /// The interfaces in use: serial ports by buses, others by the kernel once their file is there.
    ///
    /// - Parameter serialUsers: who uses which serial device.
    /// - Returns: the interfaces with their users.
    public func uses(serialUsers: [(device: String, user: String)] = []) -> [BoardUse] {
        let serial = serialUsers.compactMap { device, user in
            serialPort(device).map { BoardUse(interface: $0, user: user) }
        }
        let others = board.interfaces.compactMap { interface -> BoardUse? in
            switch interface.kind {
            case .i2c, .spi:
                return interface.devices.first(where: exists)
                    .map { BoardUse(interface: interface, user: "the kernel (\($0))") }
            case .oneWire where isOneWireLoaded:
                return BoardUse(interface: interface, user: "the kernel (w1-gpio)")
            default: return nil
            }
        }
        return serial + others
    }

    /// What keeps a serial device of the board from being a good bus.
    ///
    /// - Parameter device: the device file that a bus is configured with.
    /// - Returns: what is the matter; empty if nothing is, or if the device is none of the board's.
    public mutating func advice(onSerial device: String) -> [BoardAdvice] {
        guard let port = serialPort(device) else { return [] }
        let name = resolved(device)
        var advice: [BoardAdvice] = []
        if !exists(device) {
            advice.append(
                BoardAdvice("\(device) (\(port.name)) is not there", next: port.enabling))
        }
        if port.signals.isEmpty {
            advice.append(
                BoardAdvice("\(device) is \(port.name), which is on no header", next: port.note))
        } else if port.isMini {
            advice.append(
                BoardAdvice("\(device) is \(port.name), a mini UART", next: port.note))
        }
        if let occupant = port.occupant, !isAliased(name) {
            advice.append(
                BoardAdvice("\(device) is \(port.name), which \(occupant) uses", next: port.note))
        }
        if let console = console(on: name) {
            advice.append(
                BoardAdvice(
                    "\(device) is the kernel's console, which talks on it too",
                    next: "take \(console) off the kernel's command line and disable "
                        + "serial-getty@\(name.dropFirst("/dev/".count)); on Raspberry Pi OS: "
                        + "raspi-config, Interface Options, Serial Port"))
        }
        return advice
    }

    /// The port that a device file is, by what it links to first.
    private func serialPort(_ device: String) -> BoardInterface? {
        let ports = board.interfaces.filter { $0.kind == .serial }
        let name = resolved(device)
        return ports.first { $0.devices.contains(name) }
            ?? ports.first { $0.devices.contains(device) }
    }

    private func resolved(_ device: String) -> String {
        files.linkTarget(device).map { "/dev/\($0)" } ?? device
    }

    /// Whether the system calls that device by the name of one of the board's ports, as it does
    /// for the port that it put on the header.
    private func isAliased(_ device: String) -> Bool {
        board.interfaces.flatMap(\.devices).contains { $0 != device && resolved($0) == device }
    }

    private mutating func console(on device: String) -> String? {
        let words = (files.line("/proc/cmdline") ?? "").split(separator: " ")
        return words.first { word in
            guard word.hasPrefix("console=") else { return false }
            let name = word.dropFirst("console=".count).prefix { $0 != "," }
            return resolved("/dev/\(name)") == device
        }.map(String.init)
    }

    /// Whether the overlay that gives a pin to the 1-Wire bus is loaded.
    private var isOneWireLoaded: Bool {
        files.entries(of: "/sys/bus/platform/drivers/w1-gpio").contains { $0.hasPrefix("onewire") }
    }

    private func exists(_ path: String) -> Bool { access(files.root + path, F_OK) == 0 }
}
