// SPDX-License-Identifier: Apache-2.0

public import Telemetry

extension SimulatedDriver {
    static func outputs(of definitions: [SimulatedDeviceDefinition]) -> Set<OutputIndex> {
        var outputs: Set<OutputIndex> = []
        for (device, definition) in definitions.enumerated() {
            for (point, definition) in definition.points.enumerated() {
                guard case .output = definition.waveform else { continue }
                outputs.insert(OutputIndex(device: device, point: point))
            }
        }
        return outputs
    }

    /// Holds a value, after the delay that the device has.
    public func write(
        _ value: Value, to output: OutputIndex, permit: WritePermit
    ) throws(WriteFailure) {
        guard outputs.contains(output) else {
            throw WriteFailure(.missing, "write", "\(output.device)/\(output.point)")
        }
        let definition = definitions[output.device].points[output.point]
        let name = definition.polled.point.id.name
        guard case .output(let initial) = definition.waveform,
            let value = Self.admissible(value, like: initial)
        else { throw WriteFailure(.malformedValue, "write", name) }
        // The bound of all simulated numbers.
        if let level = value.level, !(abs(level) <= 1e15) {
            throw WriteFailure(.outOfRange, "write", name)
        }
        if let fault = deviceFault(output.device) { throw WriteFailure(fault, "write", name) }
        try permit.use(at: name)
        writes[output, default: 0] &+= 1
        let noise = HashNoise(seed: seed, name: name)
        let fault = happening(definition.writeFaults, writes[output] ?? 0, noise, at: now())
        if fault == .outputDiffers { throw WriteFailure(.outputDiffers, "read back", name) }
        if let file = stateFile(output) {
            do throws(ReadFault) {
                try file.write(value)
            } catch {
                throw WriteFailure(error.fault, "write", file.path)
            }
        } else {
            held[output] = value
        }
        if let fault { throw WriteFailure(fault, "write", name) }
        guard shown(output, initial: initial) == .good(value) else {
            throw WriteFailure(.outputDiffers, "read back", name)
        }
    }

    /// The file that holds the state, if one does.
    public func fallback(_ value: Value, of output: OutputIndex) -> OutputFallback? {
        guard outputs.contains(output), let file = stateFile(output) else { return nil }
        return OutputFallback(path: file.path, text: SimulatedStateFile.record(value))
    }

    /// What an output shows.
    func shown(_ output: OutputIndex, initial: Value) -> Outcome {
        guard let file = stateFile(output) else { return .good(held[output] ?? initial) }
        do throws(ReadFault) {
            guard let value = Self.admissible(try file.read(), like: initial) else {
                return .bad(.malformedValue)
            }
            return .good(value)
        } catch {
            return error.fault == .missing && file.hasFolder ? .good(initial) : .bad(error.fault)
        }
    }

    private func stateFile(_ output: OutputIndex) -> SimulatedStateFile? {
        let name = definitions[output.device].points[output.point].polled.point.id.name
        return stateFolder.map { SimulatedStateFile(folder: $0, point: name) }
    }

    /// The value as the output takes it: a state for a state, a level for any number.
    private static func admissible(_ value: Value, like initial: Value) -> Value? {
        switch (value, initial) {
        case (.boolean, .boolean): value
        case (.integer, .integer), (.integer, .number), (.number, .integer), (.number, .number):
            value.level.map { .number($0) }
        default: nil
        }
    }
}
