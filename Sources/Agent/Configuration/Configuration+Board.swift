// SPDX-License-Identifier: Apache-2.0

public import HAL

extension Configuration {
    /// The word that stands for whatever board the machine is.
    public static let detectedBoard = "auto"

    /// The points that are GPIO lines, for drawing them at their pins.
    public var boardPoints: [BoardPoint] { [] }

    /// Which bus needs which serial device for itself.
    public var serialUsers: [(device: String, user: String)] {
        buses.compactMap { bus in bus.serialDevice.map { ($0, "bus \(bus.name)") } }
    }
}
