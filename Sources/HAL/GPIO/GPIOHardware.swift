// SPDX-License-Identifier: Apache-2.0

/// The seam at the C boundary: libgpiod, or a script of a test.
protocol GPIOHardware: Sendable {
    /// Whether requests take a debounce period. If not, the driver does it.
    var debounces: Bool { get }
    /// Whether the kernel keeps so many edges of a line that they may gather for a moment.
    var keepsManyEdges: Bool { get }

    /// The chips that are there now, open.
    ///
    /// - Throws: `accessDenied` if there are chips and none may be opened.
    func chips() throws(GPIOFailure) -> [any GPIOChip]

    /// Now, by the clock of the edges.
    func monotonicNanoseconds() -> UInt64
}

/// An open chip.
protocol GPIOChip: AnyObject, Sendable {
    /// The device's name, `gpiochip0`: for messages, because it changes from boot to boot.
    var name: String { get }
    /// Its device node.
    var path: String { get }
    /// What its driver calls it.
    var label: String { get }
    /// How many lines it has.
    var lineCount: Int { get }

    /// What the kernel says of a line; `nil` if it says nothing.
    func describe(_ offset: Int) -> GPIOLineDescription?

    /// Takes a line. `place` is what failures call it.
    func request(
        _ offset: Int, _ settings: GPIOLineSettings, place: String
    ) throws(GPIOFailure) -> any GPIOLine
}

/// A line that is ours until it is released, with the last reference.
protocol GPIOLine: AnyObject, Sendable {
    /// What `poll` waits on for edges; -1 for a line that reports none.
    var descriptor: CInt { get }

    /// Whether the line is active.
    func level() throws(GPIOFailure) -> Bool

    /// Drives the line.
    func set(_ level: Bool) throws(GPIOFailure)

    /// Reads the edges that wait, as many as fit. Does not block.
    ///
    /// - Returns: how many; 0 if none wait.
    func readEdges(
        into edges: UnsafeMutableBufferPointer<GPIOEdge>
    ) throws(GPIOFailure) -> Int
}

/// How a line is requested.
struct GPIOLineSettings: Hashable, Sendable {
    var isOutput = false
    var initial = false
    var isActiveLow = false
    var bias = GPIOPointDefinition.Bias.asIs
    var drive = GPIOPointDefinition.Drive.pushPull
    var edges = GPIOPointDefinition.Edges.none
    /// By the kernel; 0 where it can't, or none is wanted.
    var debounceMicroseconds = 0
}
