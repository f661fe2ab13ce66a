// SPDX-License-Identifier: Apache-2.0

internal import Platform
public import Telemetry

/// Reads 1-Wire thermometers through the kernel's `w1_therm`, on a thread of its own, because a
/// conversion takes up to 750 ms.
///
/// Where the kernel can convert on all devices of a master at once (5.10), the first read does,
/// and those of the other devices that follow soon only fetch: N thermometers cost one conversion.
public actor OneWireDriver: Driver {
    /// The thermometers with their points.
    public nonisolated let devices: [DeviceDescription]

    private let definitions: [OneWireDeviceDefinition]
    private let tree: OneWireTree
    private let clock: any HALClock
    private let executor: BlockingExecutor
    private var masters: [String: Master] = [:]

    private struct Master {
        let call: BoundedCall
        /// Devices that have a temperature which was not fetched, and since when.
        var converted: Set<Int> = []
        var convertedUptimeMilliseconds: Int64 = 0
        /// Whether converting at once was refused: then each device is asked alone.
        var isBulkRefused = false
    }

    /// The driver's own thread.
    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        executor.asUnownedSerialExecutor()
    }

    /// A driver for those thermometers. Touches nothing yet.
    ///
    /// - Parameters:
    ///   - definitions: the thermometers with their points.
    ///   - root: the folder that stands for `/`; empty for the real one.
    ///   - clock: what the age of a conversion is measured by.
    /// - Throws: `HALError` if a definition breaks a rule.
    public init(
        _ definitions: [OneWireDeviceDefinition], root: String = "",
        clock: any HALClock = SystemHALClock()
    ) throws(HALError) {
        let devices = definitions.map(\.description)
        try DeviceDescription.check(devices)
        var names: [OneWireID: String] = [:]
        for definition in definitions {
            for point in definition.points { try point.scale.check(point.polled) }
            if let other = names.updateValue(definition.name, forKey: definition.id) {
                throw HALError(
                    .duplicateIdentifier, at: definition.name,
                    detail: "\(definition.id) is \"\(other)\" already")
            }
        }
        self.devices = devices
        self.definitions = definitions
        tree = OneWireTree(root: root)
        self.clock = clock
        executor = BlockingExecutor(label: "halcyon.onewire")
    }

    /// Reads points of one thermometer, at the cost of one conversion at most.
    public func read(device: Int, points: [Int]) -> [Outcome] {
        guard definitions.indices.contains(device), !points.isEmpty else {
            return points.map { _ in .bad(.missing) }
        }
        let definition = definitions[device]
        let figure = Result { () throws(ReadFault) in try temperature(device) }
        return points.map { point in
            guard definition.points.indices.contains(point) else { return .bad(.missing) }
            return switch figure {
            case .success(let celsius):
                definition.points[point].scale.outcome(of: .number(celsius))
            case .failure(let failure): .bad(failure.fault)
            }
        }
    }

    /// Forgets what was converted.
    public func close() {
        // A master whose call hangs keeps it: a second one would hang as well.
        for name in masters.keys {
            masters[name]?.converted = []
            masters[name]?.isBulkRefused = false
        }
    }

    private func temperature(_ device: Int) throws(ReadFault) -> Double {
        let definition = definitions[device]
        guard let name = tree.master(of: definition.id) else { throw ReadFault(.missing) }
        var master =
            masters[name] ?? Master(call: BoundedCall(label: "halcyon.onewire.\(name)"))
        defer { masters[name] = master }
        let age = clock.now().uptimeMilliseconds - master.convertedUptimeMilliseconds
        let isConverted =
            master.converted.remove(device) != nil
            && age <= OneWireLimits.conversionAgeMillisecondsMax
        let others = isConverted || master.isBulkRefused ? [] : neighbours(of: device, on: name)
        let answer = master.call.run(milliseconds: definition.timeoutMilliseconds) {
            [tree, id = definition.id, isRefused = master.isBulkRefused] in
            let isBulk =
                !isConverted && !isRefused && Self.isBulkWorth(tree.bulk(name), others.count)
            let isDone = isBulk && tree.convert(name)
            return Answer(memory: tree.memory(id), isBulk: isBulk, isConverted: isDone)
        }
        guard let answer else { throw ReadFault(.timeout) }
        if answer.isConverted {
            master.converted = others
            master.convertedUptimeMilliseconds = clock.now().uptimeMilliseconds
        } else if answer.isBulk {
            master.isBulkRefused = true
        }
        return try Scratchpad.temperature(try answer.memory.get(), definition.id.family)
    }

    private struct Answer: Sendable {
        let memory: Result<[UInt8], ReadFault>
        let isBulk: Bool
        let isConverted: Bool
    }

    /// For one device alone it is not worth it, unless what it would give is old.
    private static func isBulkWorth(_ bulk: OneWireTree.Bulk, _ others: Int) -> Bool {
        switch bulk {
        case .unknown: false
        case .idle: others > 0
        case .pending: true
        }
    }

    private func neighbours(of device: Int, on master: String) -> Set<Int> {
        Set(
            definitions.indices.filter {
                $0 != device && tree.master(of: definitions[$0].id) == master
            })
    }
}
