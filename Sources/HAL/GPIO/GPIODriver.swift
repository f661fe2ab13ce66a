// SPDX-License-Identifier: Apache-2.0

internal import Platform
public import Telemetry

/// Lines of the board: switches, relays, pulse outputs of meters.
///
/// Lines are found by name when they are first read, and again after their chip went away. An output
/// takes its initial level in the same step in which it becomes an output.
public actor GPIODriver: EventDriver, OutputDriver {
    /// The devices with their points.
    public nonisolated let devices: [DeviceDescription]
    /// The points that can be written.
    public nonisolated let outputs: Set<OutputIndex>

    private let executor: BlockingExecutor
    private let hardware: any GPIOHardware
    private var lines: [[LineSlot]]
    /// Of each point, the index of its line and its index on that line.
    private let places: [[(line: Int, point: Int)]]
    private let ledgers: [EdgeLedger]
    private var capture: EdgeCapture?
    private let scratch: EdgeScratch
    /// Why a line was last not to be had, read or set.
    public private(set) var lastFailure: GPIOFailure?

    /// The driver's own thread.
    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        executor.asUnownedSerialExecutor()
    }

    /// A driver of those lines. Touches nothing yet.
    ///
    /// - Parameters:
    ///   - definition: the devices with their points.
    ///   - totals: counts that counters go on from. One without begins at 0, and its first reading is
    ///     uncertain with `Fault.counterReset`.
    /// - Throws: the first of the definition's `problems`.
    public init(
        _ definition: GPIOBusDefinition, totals: [PointID: Int64] = [:]
    ) throws(GPIODefinitionError) {
        try self.init(definition, totals: totals, hardware: GpiodHardware())
    }

    init(
        _ definition: GPIOBusDefinition, totals: [PointID: Int64], hardware: any GPIOHardware
    ) throws(GPIODefinitionError) {
        if let problem = definition.problems.first { throw problem }
        let plans = definition.devices.map {
            LinePlan.plans(of: $0, debounces: hardware.debounces)
        }
        devices = definition.devices.map(\.description)
        self.hardware = hardware
        executor = BlockingExecutor(label: "halcyon.gpio")
        scratch = EdgeScratch()
        lines = plans.map { $0.map(LineSlot.init) }
        ledgers = plans.map { plans in EdgeLedger(plans.map { $0.tracker(totals) }) }
        places = zip(definition.devices, plans).map { device, plans in
            device.points.indices.map { point in
                for (line, plan) in plans.enumerated() {
                    if let place = plan.points.firstIndex(of: point) { return (line, place) }
                }
                return (0, 0)
            }
        }
        var outputs: Set<OutputIndex> = []
        for (device, definition) in definition.devices.enumerated() {
            for (point, definition) in definition.points.enumerated()
            where definition.mode == .output {
                outputs.insert(OutputIndex(device: device, point: point))
            }
        }
        self.outputs = outputs
    }

    deinit { capture?.end() }

    /// Edges taken and lost since the driver was made.
    public var statistics: GPIOStatistics {
        let figures = ledgers.map(\.figures)
        return GPIOStatistics(
            edges: figures.reduce(0) { $0 &+ $1.edges },
            lostEdges: figures.reduce(0) { $0 &+ $1.lost })
    }

    /// Lets counters that have counted nothing yet go on from their counts, for a driver that had to
    /// write its outputs before anybody knew those.
    ///
    /// - Parameter totals: counts, as `init` takes them.
    public func resume(_ totals: [PointID: Int64]) {
        for ledger in ledgers { ledger.resume(totals) }
    }

    /// Reads points of one device, now; see `Driver.read`.
    public func read(device: Int, points: [Int]) -> [Outcome] {
        guard lines.indices.contains(device) else { return points.map { _ in .bad(.missing) } }
        var lookup: Result<GPIOLookup, GPIOFailure>?
        var known: [Int: Outcome] = [:]
        return points.map { point in
            guard places[device].indices.contains(point) else { return .bad(.missing) }
            // A point that is asked for twice has one value, not two windows.
            if let outcome = known[point] { return outcome }
            let outcome = outcome(device, point, &lookup)
            known[point] = outcome
            return outcome
        }
    }

    /// Takes edges that inputs report, and the last counts of counters after `close`.
    public func takeEvents(device: Int) -> [PointEvent] {
        ledgers.indices.contains(device) ? ledgers[device].takeEvents() : []
    }

    /// Drives a line, and reads it back.
    public func write(
        _ value: Value, to output: OutputIndex, permit: WritePermit
    ) throws(WriteFailure) {
        guard outputs.contains(output) else {
            throw WriteFailure(.missing, "write", "\(output.device)/\(output.point)")
        }
        let index = places[output.device][output.point].line
        let place = lines[output.device][index].plan.line
        guard case .boolean(let level) = value else {
            throw WriteFailure(.malformedValue, "write", place)
        }
        var operation = "open"
        func failure(_ cause: GPIOFailure) -> WriteFailure {
            note(cause, output.device, index)
            return WriteFailure(cause.fault, operation, place)
        }
        let line: any GPIOLine
        do throws(GPIOFailure) {
            var lookup: Result<GPIOLookup, GPIOFailure>?
            line = try open(output.device, index, &lookup, isUrgent: true)
        } catch {
            throw failure(error)
        }
        try permit.use(at: place)
        let shown: Bool
        do throws(GPIOFailure) {
            operation = "write"
            try line.set(level)
            operation = "read back"
            shown = try line.level()
        } catch {
            throw failure(error)
        }
        if shown != level {
            note(
                GPIOFailure(.inputOutput, operation, place, detail: "differs"), output.device,
                index)
            throw WriteFailure(.outputDiffers, operation, place)
        }
    }

    /// The request of the line at that level by another process, which the kernel grants once this one
    /// is gone.
    ///
    /// - Parameters:
    ///   - value: as in `write`.
    ///   - output: one of `outputs`.
    /// - Returns: `nil` for as long as the line was not ours.
    public func fallback(_ value: Value, of output: OutputIndex) -> OutputFallback? {
        guard outputs.contains(output), case .boolean(let level) = value else { return nil }
        let slot = lines[output.device][places[output.device][output.point].line]
        return slot.place.map { slot.plan.settings.fallback(level, at: $0) }
    }

    /// Lets go of all lines. What counters have counted since they were read last waits as events.
    public func close() {
        capture?.end()
        capture?.waitForEnd()
        capture = nil
        for device in lines.indices {
            for index in lines[device].indices {
                guard let line = lines[device][index].line else { continue }
                if line.descriptor >= 0 { drain(device, index, line) }
                lines[device][index].line = nil
                lines[device][index].failure = nil
            }
            ledgers[device].end(at: hardware.monotonicNanoseconds())
        }
    }
}

// MARK: Lines

extension GPIODriver {
    private func outcome(
        _ device: Int, _ point: Int, _ lookup: inout Result<GPIOLookup, GPIOFailure>?
    ) -> Outcome {
        let place = places[device][point]
        do throws(GPIOFailure) {
            let line = try open(device, place.line, &lookup)
            return try ledgers[device].read(
                place.line, place.point, line, scratch.edges, clock: hardware)
        } catch {
            note(error, device, place.line)
            return .bad(error.fault)
        }
    }

    /// The line, requested now if it is not ours; looked for again only after a pause, or when it
    /// is urgent.
    private func open(
        _ device: Int, _ index: Int, _ lookup: inout Result<GPIOLookup, GPIOFailure>?,
        isUrgent: Bool = false
    ) throws(GPIOFailure) -> any GPIOLine {
        let slot = lines[device][index]
        if let line = slot.line { return line }
        let now = hardware.monotonicNanoseconds()
        if let failure = slot.failure, !isUrgent,
            now &- failure.nanoseconds < GPIOLimits.lookupPauseNanoseconds
        {
            throw failure.cause
        }
        do throws(GPIOFailure) {
            let (line, place) = try request(slot.plan, &lookup)
            ledgers[device].begin(
                index, level: try line.level(), at: hardware.monotonicNanoseconds(),
                hasMissed: slot.hasVanished)
            if line.descriptor >= 0 { try follow(line, device, index) }
            lines[device][index].line = line
            lines[device][index].place = place
            lines[device][index].failure = nil
            lines[device][index].hasVanished = false
            return line
        } catch {
            lines[device][index].failure = (error, now)
            throw error
        }
    }

    private func request(
        _ plan: LinePlan, _ lookup: inout Result<GPIOLookup, GPIOFailure>?
    ) throws(GPIOFailure) -> (any GPIOLine, LineSlot.Place) {
        let chips: Result<GPIOLookup, GPIOFailure>
        if let known = lookup {
            chips = known
        } else {
            do throws(GPIOFailure) {
                chips = .success(GPIOLookup(try hardware.chips()))
            } catch {
                chips = .failure(error)
            }
            lookup = chips
        }
        let place = try chips.get().find(plan.line)
        do throws(GPIOFailure) {
            let line = try place.chip.request(place.offset, plan.settings, place: plan.line)
            return (
                line,
                LineSlot.Place(
                    path: place.chip.path, label: place.chip.label, offset: place.offset)
            )
        } catch {
            let consumer = place.description?.consumer ?? ""
            guard error.rule == .busy, !consumer.isEmpty else { throw error }
            throw GPIOFailure(
                .busy, error.operation, plan.line, detail: "used by \(consumer)", code: error.code)
        }
    }

    private func follow(
        _ line: any GPIOLine, _ device: Int, _ index: Int
    ) throws(GPIOFailure) {
        if capture == nil {
            capture = try EdgeCapture(keepsManyEdges: hardware.keepsManyEdges)
        }
        capture?.add(EdgeCapture.Source(line: line, ledger: ledgers[device], index: index))
    }

    /// Takes note of a failure. A line that can't be read any more is let go and found anew.
    private func note(_ failure: GPIOFailure, _ device: Int, _ index: Int) {
        lastFailure = failure
        guard let line = lines[device][index].line, failure.rule == .missing else { return }
        capture?.remove(line)
        lines[device][index].line = nil
        lines[device][index].hasVanished = true
    }

    /// Takes what waits; a line that can't be read any more has nothing more to say.
    private func drain(_ device: Int, _ index: Int, _ line: any GPIOLine) {
        do throws(GPIOFailure) {
            try ledgers[device].drain(index, line, scratch.edges)
        } catch {
            lastFailure = error
        }
    }
}
