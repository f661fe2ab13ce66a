// SPDX-License-Identifier: Apache-2.0

/// Repeatable noise: every number is a function of a seed, a stream and a position, so any moment
/// can be computed without those before it.
struct HashNoise: Hashable, Sendable {
    private let base: UInt64

    /// The noise of one point.
    init(seed: UInt64, name: String) {
        // FNV-1a, 64 bits; `hashValue` differs from run to run.
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        base = Self.mix(seed &+ 0x9E37_79B9_7F4A_7C15) ^ hash
    }

    /// The finalizer of SplitMix64 (Steele, Lea, Flood 2014).
    private static func mix(_ number: UInt64) -> UInt64 {
        var mixed = number
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// An even number in 0 ..< 1.
    func uniform(_ stream: UInt64, _ position: Int64) -> Double {
        let place = UInt64(bitPattern: position) &* 0x9E37_79B9_7F4A_7C15
        let bits = Self.mix(Self.mix(base &+ stream &* 0xD6E8_FEB8_6659_FD93) &+ place)
        return Double(bits >> 11) * 0x1p-53
    }

    /// A bell-shaped number in -1 … 1 with a standard deviation of about 0.29: the mean of four
    /// even ones.
    func bell(_ stream: UInt64, _ position: Int64) -> Double {
        let sum = (0..<4).reduce(0.0) { $0 + uniform(stream &* 4 &+ UInt64($1), position) }
        return sum / 2 - 1
    }

    /// A smooth wandering in -1 … 1 that turns about every `step` of `time`: value noise of three
    /// octaves, interpolated so that its slope has no jumps.
    func wander(_ stream: UInt64, _ time: Double, step: Double) -> Double {
        var sum = 0.0
        var weight = 4.0 / 7
        var pace = step
        for octave in 0..<3 as Range<UInt64> {
            let place = time / pace
            let cell = place.rounded(.down)
            let part = place - cell
            let ease = part * part * (3 - 2 * part)
            // A time step of nothing or beyond all whole numbers stands still.
            let index = Int64(exactly: cell) ?? 0
            let left = uniform(stream &* 8 &+ octave, index) * 2 - 1
            let right = uniform(stream &* 8 &+ octave, index &+ 1) * 2 - 1
            sum += weight * (left + (right - left) * ease)
            weight /= 2
            pace /= 2
        }
        return sum
    }
}
