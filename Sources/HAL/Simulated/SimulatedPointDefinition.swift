// SPDX-License-Identifier: Apache-2.0

/// A point that shows a simulated quantity.
public struct SimulatedPointDefinition: Hashable, Sendable {
    /// The point and its period.
    public let polled: PolledPoint
    /// How its value behaves.
    public let waveform: SimulatedWaveform
    /// What goes wrong with it alone; the first that happens counts.
    public let faults: [SimulatedFault]
    /// What goes wrong when it is written, if it is an output; the first that happens counts. With
    /// `outputDiffers` the write has no effect, with any other fault it has.
    public let writeFaults: [SimulatedFault]

    /// A point of that waveform.
    public init(
        polled: PolledPoint, waveform: SimulatedWaveform, faults: [SimulatedFault] = [],
        writeFaults: [SimulatedFault] = []
    ) {
        self.polled = polled
        self.waveform = waveform
        self.faults = faults
        self.writeFaults = writeFaults
    }
}
