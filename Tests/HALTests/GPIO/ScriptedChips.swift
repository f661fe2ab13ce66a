// SPDX-License-Identifier: Apache-2.0

import Glibc
import Synchronization
import TestSupport

@testable import HAL

/// Chips of a test: lines that it moves, takes away and gives back.
final class ScriptedChips: GPIOHardware {
    /// A line as the test holds it.
    struct Wire: Sendable {
        var level = false
        var busyWith: String?
        var cannot: GPIOFailure.Rule?
        /// The level that it keeps whatever is driven.
        var stuckAt: Bool?
        var driven: [Bool] = []
        var requests: [GPIOLineSettings] = []
    }

    struct State: Sendable {
        var now: UInt64 = 1_000_000_000
        var chips: [Chip] = []
        var wires: [String: Wire] = [:]
        var live: [ScriptedLine] = []
        var isRefused = false
        var isMute = false
        var lookups = 0
    }

    struct Chip: Sendable {
        let name: String
        let label: String
        var lines: [String]
    }

    let state: Mutex<State>
    let debounces: Bool
    let keepsManyEdges: Bool

    init(_ chips: [Chip], api: Int = 2) {
        state = Mutex(State(chips: chips))
        debounces = api == 2
        keepsManyEdges = api == 2
    }

    func chips() throws(GPIOFailure) -> [any GPIOChip] {
        let (chips, isRefused) = state.withLock { state in
            state.lookups += 1
            return (state.chips, state.isRefused)
        }
        if isRefused { throw GPIOFailure(.accessDenied, "open", "gpiochip0") }
        return chips.map { ScriptedChip($0, self) }
    }

    func monotonicNanoseconds() -> UInt64 { state.withLock { $0.now } }

    /// Lets time pass.
    func advance(milliseconds: UInt64) { state.withLock { $0.now += milliseconds * 1_000_000 } }

    /// Moves a line, by its name, as the world does.
    func set(_ name: String, _ change: (inout Wire) -> Void) {
        state.withLock { change(&$0.wires[name, default: Wire()]) }
    }

    func wire(_ name: String) -> Wire { state.withLock { $0.wires[name] ?? Wire() } }

    /// Takes all chips away; what was requested of them is dead.
    func unplug() {
        let lines = state.withLock { state in
            state.chips = []
            defer { state.live = [] }
            return state.live
        }
        for line in lines { line.kill() }
    }

    func plug(_ chips: [Chip]) { state.withLock { $0.chips = chips } }

    /// Gives a requested line an edge at the present, or at a time, with the next number.
    func edge(_ name: String, _ isRising: Bool, at nanoseconds: UInt64? = nil, skip: UInt32 = 0) {
        let (line, now) = state.withLock { state in
            state.wires[name, default: Wire()].level = isRising
            return (state.live.last { $0.name == name }, state.now)
        }
        line?.push(isRising, at: nanoseconds ?? now, skip: skip, numbered: debounces)
    }
}

/// A chip of a test.
final class ScriptedChip: GPIOChip {
    private let chip: ScriptedChips.Chip
    private let owner: ScriptedChips
    var name: String { chip.name }
    var path: String { "/dev/\(chip.name)" }
    var label: String { chip.label }
    var lineCount: Int { chip.lines.count }

    init(_ chip: ScriptedChips.Chip, _ owner: ScriptedChips) {
        self.chip = chip
        self.owner = owner
    }

    func describe(_ offset: Int) -> GPIOLineDescription? {
        if owner.state.withLock({ $0.isMute }) { return nil }
        let wire = owner.wire(chip.lines[offset])
        return GPIOLineDescription(
            name: chip.lines[offset], consumer: wire.busyWith ?? "", isUsed: wire.busyWith != nil)
    }

    func request(
        _ offset: Int, _ settings: GPIOLineSettings, place: String
    ) throws(GPIOFailure) -> any GPIOLine {
        let name = chip.lines[offset]
        let wire = owner.wire(name)
        if wire.busyWith != nil { throw GPIOFailure(.busy, "request", place, code: EBUSY) }
        if let rule = wire.cannot { throw GPIOFailure(rule, "request", place, code: EINVAL) }
        owner.set(name) {
            $0.requests.append(settings)
            if settings.isOutput { $0.level = settings.initial }
        }
        let line = ScriptedLine(name, owner, hasEdges: !settings.edges.isEmpty)
        owner.state.withLock { $0.live.append(line) }
        return line
    }
}

/// A requested line of a test; edges that wait make its descriptor readable, as the kernel's does.
final class ScriptedLine: GPIOLine {
    private struct State: Sendable {
        var edges: [GPIOEdge] = []
        var sequence: UInt32 = 0
        var isDead = false
    }

    let name: String
    let descriptor: CInt
    private let writer: CInt
    private let owner: ScriptedChips
    private let state = Mutex(State())

    init(_ name: String, _ owner: ScriptedChips, hasEdges: Bool) {
        self.name = name
        self.owner = owner
        var pair: [CInt] = [-1, -1]
        if hasEdges, pipe(&pair) == 0 { _ = fcntl(pair[0], F_SETFL, O_NONBLOCK) }
        (descriptor, writer) = (pair[0], pair[1])
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
        if writer >= 0 { close(writer) }
    }

    private func check(_ operation: String) throws(GPIOFailure) {
        if state.withLock({ $0.isDead }) {
            throw GPIOFailure(.missing, operation, name, code: ENODEV)
        }
    }

    func level() throws(GPIOFailure) -> Bool {
        try check("read")
        let wire = owner.wire(name)
        return wire.stuckAt ?? wire.level
    }

    func set(_ level: Bool) throws(GPIOFailure) {
        try check("set")
        owner.set(name) {
            $0.level = level
            $0.driven.append(level)
        }
    }

    func readEdges(
        into edges: UnsafeMutableBufferPointer<GPIOEdge>
    ) throws(GPIOFailure) -> Int {
        try check("wait")
        return state.withLock { state in
            let count = min(edges.count, state.edges.count)
            for index in 0..<count { edges[index] = state.edges[index] }
            state.edges.removeFirst(count)
            if state.edges.isEmpty {
                var byte: UInt8 = 0
                _ = read(descriptor, &byte, 1)
            }
            return count
        }
    }

    func push(_ isRising: Bool, at nanoseconds: UInt64, skip: UInt32, numbered: Bool) {
        state.withLock { state in
            state.sequence &+= 1 + skip
            state.edges.append(
                GPIOEdge(
                    nanoseconds: nanoseconds, sequence: numbered ? state.sequence : 0,
                    isRising: isRising))
            guard state.edges.count == 1 else { return }
            var byte: UInt8 = 1
            _ = write(writer, &byte, 1)
        }
    }

    func kill() { state.withLock { $0.isDead = true } }
}
