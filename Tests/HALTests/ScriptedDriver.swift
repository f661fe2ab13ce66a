// SPDX-License-Identifier: Apache-2.0

import HAL
import Platform
import Telemetry

/// A driver that answers by a closure: for what no real bus can be made to do.
actor ScriptedDriver: Driver {
    typealias Script = @Sendable (_ device: Int, _ points: [Int]) -> [Outcome]

    nonisolated let devices: [DeviceDescription]
    private let script: Script
    private let executor = BlockingExecutor(label: "scripted")
    private(set) var closed = 0

    nonisolated var unownedExecutor: UnownedSerialExecutor {
        executor.asUnownedSerialExecutor()
    }

    init(_ devices: [DeviceDescription], _ script: @escaping Script) {
        self.devices = devices
        self.script = script
    }

    func read(device: Int, points: [Int]) -> [Outcome] { script(device, points) }

    func close() { closed += 1 }
}
