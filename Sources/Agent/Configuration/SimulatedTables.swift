// SPDX-License-Identifier: Apache-2.0

internal import HAL

/// Reads a simulated bus with its devices.
enum SimulatedTables {
    /// The bus; `nil` if something is wrong, which is then noted.
    static func read(_ bus: TableReader, _ devices: [DeviceTable]) -> SimulatedBusDefinition? {
        let seed = bus.integer("seed", in: 0...Int64.max, default: 1)
        let folder = bus.optionalText("state_folder")
        if let folder, !folder.hasPrefix("/") {
            bus.problem("state_folder", "must be an absolute path, beginning with \"/\"")
        }
        let definitions = devices.map(device)
        guard definitions.allSatisfy({ $0 != nil }) else { return nil }
        return SimulatedBusDefinition(
            seed: UInt64(seed), devices: definitions.compactMap { $0 }, stateFolder: folder)
    }

    private static func device(_ device: DeviceTable) -> SimulatedDeviceDefinition? {
        let faults = faults(device.table)
        let delay = device.table.seconds(
            "delay_seconds", inMilliseconds: 0...HALLimits.timeoutMillisecondsMax, default: 0)
        let points = device.points.map(point)
        guard points.allSatisfy({ $0 != nil }), let faults else { return nil }
        return SimulatedDeviceDefinition(
            name: device.name, points: points.compactMap { $0 }, faults: faults,
            delayMilliseconds: delay, timeoutMilliseconds: device.timeoutMilliseconds(),
            backoffMillisecondsMin: device.backoffMillisecondsMin,
            backoffMillisecondsMax: device.backoffMillisecondsMax)
    }

    private static func point(_ point: PointTable) -> SimulatedPointDefinition? {
        let text = point.table.text("waveform")
        let faults = faults(point.table)
        let writeFaults = point.isOutput ? self.faults(point.table, "write_faults") : []
        var waveform: SimulatedWaveform?
        do throws(HALError) {
            waveform = text.isEmpty ? nil : try SimulatedWaveform(parsing: text)
        } catch {
            point.table.problem("waveform", error)
        }
        guard let polled = point.polled, let waveform, let faults, let writeFaults else {
            return nil
        }
        return SimulatedPointDefinition(
            polled: polled, waveform: waveform, faults: faults, writeFaults: writeFaults)
    }

    /// The faults to show; `nil` if one is not understood, which is then noted.
    private static func faults(
        _ table: TableReader, _ key: String = "faults"
    ) -> [SimulatedFault]? {
        var faults: [SimulatedFault] = []
        for text in table.texts(key) {
            do throws(HALError) {
                faults.append(try SimulatedFault(parsing: text))
            } catch {
                table.problem(key, error)
                return nil
            }
        }
        return faults
    }
}

extension TableReader {
    /// Notes a problem that the HAL found in the value of `key`.
    func problem(_ key: String, _ error: HALError) {
        let detail = error.detail.map { "; \($0)" } ?? ""
        problem(key, "\"\(error.place)\": \(error.rule.rawValue)\(detail)")
    }
}
