// SPDX-License-Identifier: Apache-2.0

import HAL
import Platform
import Telemetry

/// A driver whose reads and events come from closures.
actor ScriptedEventDriver: EventDriver {
    typealias Events = @Sendable (_ device: Int, _ isClosed: Bool) -> [PointEvent]

    nonisolated let devices: [DeviceDescription]
    private let script: ScriptedDriver.Script
    private let events: Events
    private let executor = BlockingExecutor(label: "scripted")
    private var isClosed = false

    nonisolated var unownedExecutor: UnownedSerialExecutor {
        executor.asUnownedSerialExecutor()
    }

    init(
        _ devices: [DeviceDescription], events: @escaping Events,
        _ script: @escaping ScriptedDriver.Script
    ) {
        self.devices = devices
        self.events = events
        self.script = script
    }

    func read(device: Int, points: [Int]) -> [Outcome] { script(device, points) }

    func takeEvents(device: Int) -> [PointEvent] { events(device, isClosed) }

    func close() { isClosed = true }
}
