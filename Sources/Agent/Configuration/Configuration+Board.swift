// SPDX-License-Identifier: Apache-2.0

public import HAL
internal import Telemetry

extension Configuration {
    /// The word that stands for whatever board the machine is.
    public static let detectedBoard = "auto"

    /// The points that are GPIO lines, for drawing them at their pins.
    public var boardPoints: [BoardPoint] {
        buses.flatMap { bus -> [BoardPoint] in
            guard case .gpio(let definition) = bus.definition else { return [] }
            return definition.devices.flatMap(\.points).map {
                BoardPoint(
                    point: $0.polled.point.id.name, line: $0.line, isOutput: $0.mode == .output)
            }
        }
    }

    /// Which bus needs which serial device for itself.
    public var serialUsers: [(device: String, user: String)] {
        buses.compactMap { bus in bus.serialDevice.map { ($0, "bus \(bus.name)") } }
    }
}
