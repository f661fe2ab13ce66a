// SPDX-License-Identifier: Apache-2.0

internal import Platform
public import Telemetry

/// Reads a satellite receiver that speaks NMEA 0183 on a serial line.
///
/// The line is opened by the first read, which waits for the first sentences; from then on it is
/// listened to without a pause, and a read gives what was said last.
public actor NMEADriver: Driver {
    /// What was seen on the line since it was opened.
    public struct Statistics: Hashable, Sendable {
        /// Sentences with a right checksum.
        public let sentences: UInt64
        /// Sentences with a wrong checksum or none, which are dropped.
        public let checksumErrors: UInt64
        /// Sentences that never ended.
        public let overlong: UInt64
        /// Bytes that belong to no sentence.
        public let strayBytes: UInt64
    }

    /// The devices with their points.
    public nonisolated let devices: [DeviceDescription]

    private let definition: NMEABusDefinition
    private let clock: any HALClock
    private let executor: BlockingExecutor
    private var line: NMEALine?

    /// The driver's own thread.
    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        executor.asUnownedSerialExecutor()
    }

    /// A driver for that receiver. Touches nothing yet.
    ///
    /// - Parameters:
    ///   - definition: the line and the devices with their points.
    ///   - clock: what the age of a figure is measured by.
    /// - Throws: `HALError` if the definition breaks a rule.
    public init(_ definition: NMEABusDefinition, clock: any HALClock) throws(HALError) {
        let devices = definition.descriptions
        try DeviceDescription.check(devices)
        try definition.check()
        self.devices = devices
        self.definition = definition
        self.clock = clock
        executor = BlockingExecutor(label: "halcyon.nmea.read")
    }

    /// Gives what the receiver said last, or waits for what it never said since the line was opened.
    public func read(device: Int, points: [Int]) -> [Outcome] {
        guard definition.devices.indices.contains(device) else {
            return points.map { _ in .bad(.missing) }
        }
        let device = definition.devices[device]
        let known = points.filter(device.points.indices.contains)
        var fault = Fault.missing
        do throws(ReadFault) {
            let isNew = line == nil
            let line = try open()
            if isNew { wait(for: known.map { device.points[$0].channel }, line, device) }
            try check(line)
            let heard = line.now()
            return points.map { point in
                guard device.points.indices.contains(point) else { return .bad(.missing) }
                return outcome(device.points[point], heard, device.staleMilliseconds)
            }
        } catch {
            fault = error.fault
        }
        return points.map { .bad(device.points.indices.contains($0) ? fault : .missing) }
    }

    /// Stops listening and releases the line.
    public func close() {
        line?.stop()
        line = nil
    }

    /// What was seen on the line since it was opened; `nil` while it is not.
    public var statistics: Statistics? {
        guard let seen = line?.now().framer.statistics else { return nil }
        return Statistics(
            sentences: seen.sentences, checksumErrors: seen.checksumErrors,
            overlong: seen.overlong, strayBytes: seen.strayBytes)
    }

    private func open() throws(ReadFault) -> NMEALine {
        if let line { return line }
        let opened = try NMEALine(definition.line, baud: definition.baud, clock: clock)
        line = opened
        return opened
    }

    /// Lets go of a line that has ended, so that the next read opens it again.
    private func check(_ line: NMEALine) throws(ReadFault) {
        guard let end = line.now().end else { return }
        line.stop()
        self.line = nil
        throw end
    }

    private func wait(
        for channels: [NMEAChannel], _ line: NMEALine, _ device: NMEABusDefinition.Device
    ) {
        let deadline = MonotonicClock.now() + 1000 * device.timeoutMilliseconds
        while true {
            let heard = line.now()
            let isDone = heard.end != nil || channels.allSatisfy(heard.state.knows)
            let left = deadline - MonotonicClock.now()
            guard !isDone, left > 0, line.waitForSentence(microseconds: left) else { return }
        }
    }

    private func outcome(
        _ point: NMEABusDefinition.Point, _ heard: NMEALine.Heard, _ staleMilliseconds: Int64
    ) -> Outcome {
        let figure = heard.state.figure(
            point.channel, at: clock.now().uptimeMilliseconds, staleMilliseconds: staleMilliseconds)
        return switch figure {
        case .success(let value): point.scale.outcome(of: value)
        case .failure(let failure): .bad(failure.fault)
        case nil: .bad(Self.silence(heard))
        }
    }

    /// Why a channel has never had a value.
    private static func silence(_ heard: NMEALine.Heard) -> Fault {
        // The receiver speaks, but of other things.
        if heard.state.newestUptimeMilliseconds != nil { return .missing }
        if heard.framer.statistics.checksumErrors > 0 { return .checksum }
        // Another speed, or another protocol.
        return heard.framer.statistics.strayBytes > 0 ? .malformedAnswer : .timeout
    }
}
