// SPDX-License-Identifier: Apache-2.0

internal import CGpiod
internal import Dispatch
internal import Glibc
internal import Platform
internal import Synchronization

/// The thread of one bus that takes edges from the kernel as they come.
///
/// It works in memory that it has from the start: an edge costs time and nothing else.
final class EdgeCapture: Sendable {
    /// A line whose edges are taken.
    struct Source: Sendable {
        let line: any GPIOLine
        let ledger: EdgeLedger
        /// Index of the line in the ledger.
        let index: Int
    }

    private struct State: Sendable {
        var sources: [Source] = []
        var generation = 0
        var isEnding = false
    }

    private let state = Mutex(State())
    /// An event counter (eventfd(2)) that wakes the thread when `state` has changed.
    private let bell: CInt
    private let keepsManyEdges: Bool
    private let ended = DispatchSemaphore(value: 0)

    /// A thread without lines.
    ///
    /// - Throws: `inputOutput` if the process has no descriptor left.
    init(keepsManyEdges: Bool) throws(GPIOFailure) {
        self.keepsManyEdges = keepsManyEdges
        bell = cgpiod_bell()
        guard bell >= 0 else { throw GPIOFailure(system: "wait", "edges") }
        // A queue of its own is a thread of its own as long as the work lasts.
        DispatchQueue(label: "halcyon.gpio.edges", qos: .userInteractive).async {
            self.run()
            self.ended.signal()
        }
    }

    deinit { close(bell) }

    /// Takes the edges of another line as well.
    func add(_ source: Source) {
        state.withLock {
            $0.sources.append(source)
            $0.generation += 1
        }
        ring()
    }

    /// Lets go of a line.
    func remove(_ line: any GPIOLine) {
        state.withLock {
            $0.sources.removeAll { $0.line === line }
            $0.generation += 1
        }
        ring()
    }

    /// Ends the thread, which lets go of all lines.
    func end() {
        state.withLock {
            $0.isEnding = true
            $0.sources = []
            $0.generation += 1
        }
        ring()
    }

    /// Returns when the thread has ended.
    func waitForEnd() { ended.wait() }

    private func ring() {
        var one: UInt64 = 1
        _ = write(bell, &one, MemoryLayout<UInt64>.size)
    }

    private func run() {
        let scratch = UnsafeMutableBufferPointer<GPIOEdge>.allocate(
            capacity: GPIOLimits.edgesPerReadMax)
        defer { scratch.deallocate() }
        var round = Round(bell: bell)
        while true {
            let isEnding = state.withLock { state in
                round.follow(state.sources, generation: state.generation)
                return state.isEnding
            }
            if isEnding { return }
            guard round.wait() else { continue }
            if round.drain(scratch), keepsManyEdges { Self.gather() }
        }
    }

    /// Lets edges that come fast gather in the kernel, instead of waking up for each.
    private static func gather() {
        SystemClock.block(
            untilMonotonicMicroseconds: SystemClock.monotonicMicroseconds()
                + Int64(GPIOLimits.gatherNanoseconds / 1000))
    }
}
