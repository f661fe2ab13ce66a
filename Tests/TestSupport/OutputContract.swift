// SPDX-License-Identifier: Apache-2.0

public import HAL
internal import Platform
public import Telemetry

/// What every `OutputDriver` must do, whatever the hardware: run by the tests of each conformer,
/// beside `DriverContract`.
public struct OutputContract {
    /// What the outputs under test take.
    public struct Sample: Sendable {
        /// Values that all of them take, at least two that differ.
        public var values: [Value]
        /// A value of a type that they don't take.
        public var wrongType: Value
        /// A value of the right type that they can't be set to; `nil` where there is none.
        public var outOfRange: Value?
        /// How far a level that is read may be from the one written.
        public var tolerance: Double

        /// The outputs' values.
        public init(
            values: [Value], wrongType: Value, outOfRange: Value? = nil, tolerance: Double = 0
        ) {
            self.values = values
            self.wrongType = wrongType
            self.outOfRange = outOfRange
            self.tolerance = tolerance
        }

        /// Outputs that are on or off.
        public static let state = Sample(
            values: [.boolean(true), .boolean(false)], wrongType: .number(1))
    }

    private let driver: any OutputDriver
    private let outputs: [OutputIndex]
    private let sample: Sample
    private let keepsState: Bool
    private let marginMilliseconds: Int64

    /// Checks a driver whose hardware is present.
    ///
    /// - Parameters:
    ///   - sample: what the outputs take.
    ///   - only: the outputs to check; `nil` for all of them.
    ///   - keepsState: whether an output still shows what was written after `close`.
    ///   - marginMilliseconds: what a loaded machine may add to a write's time.
    ///   - makeDriver: makes the driver; called once.
    /// - Throws: `ContractViolation`, or what `makeDriver` throws.
    public static func check(
        _ sample: Sample, only: [OutputIndex]? = nil, keepsState: Bool = true,
        marginMilliseconds: Int64 = 2000, makeDriver: () async throws -> any OutputDriver
    ) async throws {
        let driver = try await makeDriver()
        let contract = Self(
            driver: driver, outputs: try selected(only, of: driver), sample: sample,
            keepsState: keepsState, marginMilliseconds: marginMilliseconds)
        for output in contract.outputs {
            try await contract.checkValues(output)
            try await contract.checkRefusals(output)
            try await contract.checkLeave(output)
            try await contract.checkReopening(output)
            try await contract.checkTurns(output)
        }
        try await contract.checkUnknown()
        await driver.close()
    }

    /// Checks a driver whose hardware is absent: every write fails in time, nothing traps or hangs.
    ///
    /// - Parameters:
    ///   - sample: what the outputs would take.
    ///   - only: the outputs to check; `nil` for all of them.
    ///   - marginMilliseconds: what a loaded machine may add to a write's time.
    ///   - makeDriver: makes the driver; called once.
    /// - Throws: `ContractViolation`, or what `makeDriver` throws.
    public static func checkAbsent(
        _ sample: Sample, only: [OutputIndex]? = nil, marginMilliseconds: Int64 = 2000,
        makeDriver: () async throws -> any OutputDriver
    ) async throws {
        let driver = try await makeDriver()
        let contract = Self(
            driver: driver, outputs: try selected(only, of: driver), sample: sample,
            keepsState: false, marginMilliseconds: marginMilliseconds)
        for output in contract.outputs {
            for value in sample.values {
                guard let fault = try await contract.write(value, output) else {
                    throw ContractViolation(.absentFails, "\(output): took \(value)")
                }
                guard fault != .backingOff, fault != .clockNotSet else {
                    throw ContractViolation(.ownFaultsOnly, "\(fault)")
                }
                await driver.close()
            }
        }
    }

    private static func selected(
        _ only: [OutputIndex]?, of driver: any OutputDriver
    ) throws -> [OutputIndex] {
        let all = driver.outputs
        let outputs =
            only ?? all.sorted { ($0.device, $0.point) < ($1.device, $1.point) }
        guard !outputs.isEmpty, outputs.allSatisfy(all.contains),
            all.allSatisfy({ output in
                driver.devices.indices.contains(output.device)
                    && driver.devices[output.device].points.indices.contains(output.point)
            })
        else { throw ContractViolation(.validDescription, "outputs \(all)") }
        return outputs
    }

    private func checkValues(_ output: OutputIndex) async throws {
        for value in sample.values + sample.values {
            for _ in 0..<2 { try await set(value, output) }
        }
    }

    private func checkRefusals(_ output: OutputIndex) async throws {
        guard let value = sample.values.first else { return }
        try await set(value, output)
        var refused: [(Value, Set<Fault>)] = [
            (sample.wrongType, [.malformedValue]), (.text("on"), [.malformedValue]),
        ]
        if let outOfRange = sample.outOfRange { refused.append((outOfRange, [.outOfRange])) }
        if case .number = value {
            refused.append((.number(.nan), [.outOfRange, .malformedValue, .notANumber]))
            refused.append((.number(.infinity), [.outOfRange, .malformedValue, .notANumber]))
        }
        for (wrong, faults) in refused {
            let fault = try await write(wrong, output)
            guard let fault, faults.contains(fault) else {
                throw ContractViolation(
                    .refusesValue, "\(output): \(wrong): \(fault?.word ?? "taken")")
            }
            try await expect([value], output, .refusesValue)
        }
    }

    private func checkLeave(_ output: OutputIndex) async throws {
        for (before, value) in zip(sample.values, sample.values.dropFirst()) {
            try await set(before, output)
            let ended = WritePermit(untilUptimeMilliseconds: 0)
            let fault = try await write(value, output, permit: ended)
            guard fault == .busy, !ended.isUsed else {
                throw ContractViolation(.asksForLeave, "\(output): \(fault?.word ?? "taken")")
            }
            try await expect([before], output, .asksForLeave)
            let permit = WritePermit()
            let later = try await write(value, output, permit: permit)
            guard later == nil, permit.isUsed else {
                throw ContractViolation(.asksForLeave, "\(output): \(later?.word ?? "unasked")")
            }
        }
    }

    private func checkReopening(_ output: OutputIndex) async throws {
        for value in sample.values {
            try await set(value, output)
            await driver.close()
            if keepsState { try await expect([value], output, .reopens) }
            await driver.close()
            try await set(value, output)
        }
    }

    private func checkTurns(_ output: OutputIndex) async throws {
        let values = sample.values
        let faults = try await withThrowingTaskGroup(of: Fault?.self) { group in
            for task in 0..<8 {
                // The time of one write is not bounded here: it waits for its turn.
                group.addTask { [driver] in
                    do throws(WriteFailure) {
                        try await driver.write(values[task % values.count], to: output)
                        return nil
                    } catch {
                        return error.fault
                    }
                }
            }
            return try await group.reduce(into: [Fault?]()) { $0.append($1) }
        }
        guard faults.allSatisfy({ $0 == nil }) else {
            throw ContractViolation(.writesTakeTurns, "\(output): \(faults)")
        }
        try await expect(values, output, .writesTakeTurns)
    }

    private func checkUnknown() async throws {
        guard let value = sample.values.first else { return }
        let counts = driver.devices.map(\.points.count)
        var unknown = [
            OutputIndex(device: counts.count, point: 0), OutputIndex(device: -1, point: 0),
            OutputIndex(device: .max, point: .max), OutputIndex(device: .min, point: .min),
        ]
        for (device, count) in counts.enumerated() {
            for point in [-1, count, .max, .min] + Array(0..<count) {
                let index = OutputIndex(device: device, point: point)
                if !driver.outputs.contains(index) { unknown.append(index) }
            }
        }
        for index in unknown {
            let fault = try await write(value, index, timeoutMilliseconds: 1000)
            guard fault == .missing else {
                throw ContractViolation(
                    .unknownOutputIsMissing, "\(index): \(fault?.word ?? "taken")")
            }
        }
    }

    /// Writes a value that must be taken, and reads it back.
    private func set(_ value: Value, _ output: OutputIndex) async throws {
        if let fault = try await write(value, output) {
            throw ContractViolation(.readsBack, "\(output): \(value): \(fault.word)")
        }
        try await expect([value], output, .readsBack)
    }

    private func write(
        _ value: Value, _ output: OutputIndex, permit: WritePermit = WritePermit(),
        timeoutMilliseconds: Int64? = nil
    ) async throws -> Fault? {
        let start = SystemClock.now().uptimeMilliseconds
        var fault: Fault?
        do throws(WriteFailure) {
            try await driver.write(value, to: output, permit: permit)
        } catch {
            fault = error.fault
        }
        let milliseconds = SystemClock.now().uptimeMilliseconds - start
        let limit = timeoutMilliseconds ?? driver.devices[output.device].timeoutMilliseconds
        guard milliseconds <= 2 * limit + marginMilliseconds else {
            throw ContractViolation(.boundedTime, "\(output): \(milliseconds) ms")
        }
        return fault
    }

    private func expect(
        _ values: [Value], _ output: OutputIndex, _ promise: ContractViolation.Promise
    ) async throws {
        let outcome = await driver.read(device: output.device, points: [output.point]).first
        guard case .good(let shown)? = outcome, values.contains(where: { agree($0, shown) }) else {
            throw ContractViolation(
                promise, "\(output): \(values) written, \(outcome.map { "\($0)" } ?? "none") read")
        }
    }

    private func agree(_ left: Value, _ right: Value) -> Bool {
        switch (left, right) {
        case (.number(let left), .number(let right)): abs(left - right) <= sample.tolerance
        case (.number(let left), .integer(let right)):
            abs(left - Double(right)) <= sample.tolerance
        case (.integer(let left), .number(let right)):
            abs(Double(left) - right) <= sample.tolerance
        default: left == right
        }
    }
}
