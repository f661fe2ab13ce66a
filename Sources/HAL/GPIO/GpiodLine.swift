// SPDX-License-Identifier: Apache-2.0

internal import CGpiod
internal import Glibc

/// A line that libgpiod gave us.
// `handle` never changes and is released with the last reference. What uses it beside the driver's
// thread, `readEdges`, goes by the descriptor alone.
final class GpiodLine: GPIOLine, @unchecked Sendable {
    let descriptor: CInt
    private let handle: OpaquePointer
    private let offset: UInt32
    private let place: String
    /// A line of libgpiod 1 is part of its chip.
    private let chip: GpiodChip

    init(
        _ handle: OpaquePointer, of chip: GpiodChip, _ offset: Int, _ settings: GPIOLineSettings,
        place: String
    ) throws(GPIOFailure) {
        self.handle = handle
        self.chip = chip
        self.offset = UInt32(offset)
        self.place = place
        descriptor = settings.edges.isEmpty ? -1 : cgpiod_line_descriptor(handle)
        guard !settings.edges.isEmpty else { return }
        let flags = fcntl(descriptor, F_GETFL)
        guard flags >= 0, fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) == 0 else {
            throw GPIOFailure(system: "request", place)
        }
    }

    deinit { cgpiod_line_release(handle) }

    func level() throws(GPIOFailure) -> Bool {
        let level = cgpiod_line_get(handle, offset)
        guard level >= 0 else { throw GPIOFailure(system: "read", place) }
        return level == 1
    }

    func set(_ level: Bool) throws(GPIOFailure) {
        guard cgpiod_line_set(handle, offset, level) == 0 else {
            throw GPIOFailure(system: "set", place)
        }
    }

    func readEdges(
        into edges: UnsafeMutableBufferPointer<GPIOEdge>
    ) throws(GPIOFailure) -> Int {
        var done = 0
        // On the stack: this is called for every batch of edges.
        let code = withUnsafeTemporaryAllocation(of: cgpiod_edge.self, capacity: 128) { raw in
            while done < edges.count {
                let wanted = min(raw.count, edges.count - done)
                let count = Int(cgpiod_edges_read(descriptor, raw.baseAddress, CInt(wanted)))
                guard count > 0 else { return count < 0 && done == 0 ? errno : 0 }
                for index in 0..<count {
                    edges[done + index] = GPIOEdge(
                        nanoseconds: raw[index].nanoseconds, sequence: raw[index].sequence,
                        isRising: raw[index].is_rising)
                }
                done += count
                // Most often a single edge waits: not to ask again is half of the system calls.
                guard count == wanted else { return 0 }
            }
            return 0
        }
        guard code == 0 || code == EAGAIN || code == EINTR else {
            throw GPIOFailure(system: "wait", place, code: code)
        }
        return done
    }
}
