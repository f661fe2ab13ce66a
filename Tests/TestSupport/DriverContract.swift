// SPDX-License-Identifier: Apache-2.0

public import HAL
internal import Platform
internal import Telemetry

/// What every `Driver` must do, whatever the hardware: run by the tests of each conformer.
public struct DriverContract {
    private let driver: any Driver
    private let stable: Bool
    private let marginMilliseconds: Int64

    /// Checks a driver whose hardware is present.
    ///
    /// - Parameters:
    ///   - stable: whether the hardware stands still, so that a point's outcome is the same
    ///     whenever it is read. If not, only the kind of value is compared.
    ///   - marginMilliseconds: what a loaded machine may add to a read's time.
    ///   - makeDriver: makes the driver; called once.
    /// - Throws: `ContractViolation`, or what `makeDriver` throws.
    public static func check(
        stable: Bool = false, marginMilliseconds: Int64 = 2000,
        makeDriver: () async throws -> any Driver
    ) async throws {
        let contract = Self(
            driver: try await makeDriver(), stable: stable, marginMilliseconds: marginMilliseconds)
        try contract.checkDescription()
        for device in contract.driver.devices.indices {
            try await contract.checkSelections(of: device)
            try await contract.checkUnknownIndices(of: device)
            try await contract.checkReopening(of: device)
        }
        try await contract.checkUnknownDevices()
        try await contract.checkConcurrentReads()
        await contract.driver.close()
        await contract.driver.close()
    }

    /// Checks a driver whose hardware is absent: everything is bad, nothing traps or hangs.
    ///
    /// - Parameters:
    ///   - marginMilliseconds: what a loaded machine may add to a read's time.
    ///   - makeDriver: makes the driver; called once.
    /// - Throws: `ContractViolation`, or what `makeDriver` throws.
    public static func checkAbsent(
        marginMilliseconds: Int64 = 2000, makeDriver: () async throws -> any Driver
    ) async throws {
        let contract = Self(
            driver: try await makeDriver(), stable: false, marginMilliseconds: marginMilliseconds)
        try contract.checkDescription()
        for (device, description) in contract.driver.devices.enumerated() {
            let points = Array(description.points.indices)
            for _ in 0..<2 {
                let outcomes = try await contract.read(device, points)
                guard outcomes.allSatisfy({ $0.quality == .bad }) else {
                    throw ContractViolation(.absentIsBad, "\(description.name): \(outcomes)")
                }
                await contract.driver.close()
            }
        }
    }

    private func checkDescription() throws {
        do throws(HALError) {
            try DeviceDescription.check(driver.devices)
        } catch {
            throw ContractViolation(.validDescription, "\(error)")
        }
        guard !driver.devices.isEmpty, driver.devices.allSatisfy({ !$0.points.isEmpty }) else {
            throw ContractViolation(.validDescription, "nothing to read")
        }
    }

    private func checkSelections(of device: Int) async throws {
        let all = Array(driver.devices[device].points.indices)
        let whole = try await read(device, all)
        var selections: [[Int]] = [[], all.reversed(), all + all, [0, 0, 0], [all.count - 1, 0]]
        selections += all.prefix(64).map { [$0] }
        selections.append(all.filter { $0.isMultiple(of: 2) })
        for selection in selections {
            let outcomes = try await read(device, selection)
            for (point, outcome) in zip(selection, outcomes) {
                guard agree(outcome, whole[point]) else {
                    throw ContractViolation(
                        .orderAsAsked,
                        "\(selection): point \(point) was \(whole[point]), now \(outcome)")
                }
            }
        }
    }

    private func checkUnknownIndices(of device: Int) async throws {
        let count = driver.devices[device].points.count
        let selection = [count, 0, -1, Int.max, 0, Int.min]
        let outcomes = try await read(device, selection)
        for (point, outcome) in zip(selection, outcomes) where point != 0 {
            guard outcome == .bad(.missing) else {
                throw ContractViolation(.unknownIndexIsMissing, "point \(point): \(outcome)")
            }
        }
        guard agree(outcomes[1], outcomes[4]) else {
            throw ContractViolation(.orderAsAsked, "\(selection): \(outcomes)")
        }
    }

    private func checkUnknownDevices() async throws {
        for device in [driver.devices.count, -1, Int.max, Int.min] {
            let outcomes = await driver.read(device: device, points: [0, 1])
            guard outcomes == [.bad(.missing), .bad(.missing)] else {
                throw ContractViolation(.unknownIndexIsMissing, "device \(device): \(outcomes)")
            }
        }
    }

    private func checkReopening(of device: Int) async throws {
        let points = Array(driver.devices[device].points.indices)
        let before = try await read(device, points)
        await driver.close()
        let after = try await read(device, points)
        guard zip(before, after).allSatisfy({ ($0.value == nil) || $1.value != nil || !stable })
        else { throw ContractViolation(.reopens, "before \(before), after \(after)") }
        guard before.allSatisfy({ $0.value == nil }) || after.contains(where: { $0.value != nil })
        else { throw ContractViolation(.reopens, "before \(before), after \(after)") }
    }

    private func checkConcurrentReads() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<8 {
                let device = task % driver.devices.count
                let points = Array(driver.devices[device].points.indices)
                group.addTask { [driver] in
                    let outcomes = await driver.read(device: device, points: points)
                    guard outcomes.count == points.count else {
                        throw ContractViolation(.oneOutcomePerPoint, "\(outcomes.count), at once")
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    /// Reads and checks what holds of every read.
    private func read(_ device: Int, _ points: [Int]) async throws -> [Outcome] {
        let start = SystemClock.now().uptimeMilliseconds
        let outcomes = await driver.read(device: device, points: points)
        let milliseconds = SystemClock.now().uptimeMilliseconds - start
        let description = driver.devices[device]
        let exchanges = Int64(max(1, Set(points).count))
        guard milliseconds <= description.timeoutMilliseconds * exchanges + marginMilliseconds
        else { throw ContractViolation(.boundedTime, "\(description.name): \(milliseconds) ms") }
        guard outcomes.count == points.count else {
            throw ContractViolation(
                .oneOutcomePerPoint, "\(outcomes.count) outcomes for \(points)")
        }
        for outcome in outcomes { try Self.checkValue(outcome) }
        return outcomes
    }

    private static func checkValue(_ outcome: Outcome) throws {
        switch outcome.value {
        case .number(let number) where !number.isFinite:
            throw ContractViolation(.admissibleValues, "\(number)")
        case .text(let text) where text.utf8.count > TelemetryLimits.textValueBytesMax:
            throw ContractViolation(.admissibleValues, "\(text.utf8.count) bytes of text")
        default: break
        }
        if outcome.fault == .backingOff || outcome.fault == .clockNotSet {
            throw ContractViolation(.ownFaultsOnly, "\(outcome)")
        }
    }

    private func agree(_ left: Outcome, _ right: Outcome) -> Bool {
        if stable { return left == right }
        return switch (left.value, right.value) {
        case (.integer, .integer), (.number, .number), (.boolean, .boolean), (.text, .text): true
        case (nil, _), (_, nil): true
        default: false
        }
    }
}
