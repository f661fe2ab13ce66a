// SPDX-License-Identifier: Apache-2.0

/// Recognises the board by the root property `compatible` of its device tree (Devicetree
/// Specification 2.3.1: strings from the most to the least specific, each ended by a zero byte).
public enum BoardDetector {
    /// Where the kernel shows the property.
    private static let paths = [
        "/proc/device-tree/compatible", "/sys/firmware/devicetree/base/compatible",
    ]

    /// The strings of the property.
    ///
    /// - Parameter root: the folder that stands for `/`; empty for the real one.
    /// - Returns: the strings, the most specific first; empty without a device tree.
    public static func compatible(root: String = "") -> [String] {
        var files = LinuxFiles(root: root)
        for path in paths {
            guard let bytes = try? files.read(path) else { continue }
            return bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
        }
        return []
    }

    /// Which of `boards` the machine is.
    ///
    /// - Parameters:
    ///   - boards: the boards to choose from.
    ///   - root: the folder that stands for `/`; empty for the real one.
    /// - Returns: the board, or why there is none.
    public static func detect(
        among boards: [BoardDefinition], root: String = ""
    ) -> BoardDetection {
        let strings = compatible(root: root)
        for string in strings {
            let claimants = boards.filter { $0.compatible.contains(string) }
            if claimants.count > 1 {
                return .ambiguous(names: claimants.map(\.name), by: string)
            }
            if let board = claimants.first { return .found(board, by: string) }
        }
        return strings.isEmpty ? .noDeviceTree : .unknown(compatible: strings)
    }
}
