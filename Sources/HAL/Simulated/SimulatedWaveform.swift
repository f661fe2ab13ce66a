// SPDX-License-Identifier: Apache-2.0

internal import Glibc
public import Telemetry

/// How a simulated quantity behaves: a pure function of seed, point and time.
public enum SimulatedWaveform: Hashable, Sendable {
    /// Always the same: `constant:42`, `constant:1.5`, `constant:true`.
    case constant(Value)
    /// A text: `text:ready`.
    case text(String)
    /// A swing with noise, as of mains: `sine:MEAN,AMPLITUDE,SECONDS[,NOISE]`.
    case sine(mean: Double, amplitude: Double, periodSeconds: Double, noise: Double)
    /// A temperature's day, coldest at 5:00 and warmest at 15:00 UTC, with weather of
    /// `noise`: `daily:MEAN,SWING[,NOISE]`.
    case daily(mean: Double, swing: Double, noise: Double)
    /// A wandering within mean ± spread that turns about every so often:
    /// `walk:MEAN,SPREAD,SECONDS`.
    case walk(mean: Double, spread: Double, stepSeconds: Double)
    /// A whole number that only grows, from 0 at the start of 2026, by a rate that swings by the
    /// part `swing` (0…1) over a day: `counter:PER_SECOND[,SWING]`.
    case counter(perSecond: Double, swing: Double)
    /// The same as energy in kWh, from a mean power in W: `energy:WATTS[,SWING]`.
    case energy(watts: Double, swing: Double)
    /// Two numbers in turn; `duty` is the high one's part: `square:LOW,HIGH,SECONDS[,DUTY]`.
    case square(low: Double, high: Double, periodSeconds: Double, duty: Double)
    /// A state that changes: `toggle:SECONDS[,DUTY]`.
    case toggle(periodSeconds: Double, duty: Double)
    /// An output, which holds what is written to it, and before that a state or a number:
    /// `output:false`, `output:20`.
    case output(Value)

    private static let daySeconds = 86_400.0

    /// The value of a point at a moment.
    ///
    /// - Parameters:
    ///   - time: when, by the wall clock, so that quantities go on where they were after a restart.
    ///   - seed: of the whole simulation.
    ///   - point: whose value.
    /// - Returns: a value whose numbers are finite where the waveform's own are in a sane range.
    public func value(at time: Timestamp, seed: UInt64, point: PointID) -> Value {
        let noise = HashNoise(seed: seed, name: point.name)
        let now = time.wallMilliseconds
        let seconds = Double(now) / 1000
        switch self {
        case .constant(let value), .output(let value): return value
        case .text(let text): return .text(text)
        case .sine(let mean, let amplitude, let period, let spread):
            let phase = noise.uniform(0, 0)
            let swing = amplitude * sin(2 * .pi * Self.part(seconds, of: period, from: phase))
            return .number(mean + swing + spread * noise.bell(1, now))
        case .daily(let mean, let swing, let spread):
            let hours = Self.part(seconds, of: Self.daySeconds, from: 0) * 24
            let weather = spread * noise.wander(2, seconds, step: 10_800)
            return .number(mean + swing * Self.dayCurve(hours) + weather)
        case .walk(let mean, let spread, let step):
            return .number(mean + spread * noise.wander(3, seconds, step: step))
        case .counter(let rate, let swing):
            let total = rate * Self.growth(seconds, swing, noise)
            return .integer(Int64(exactly: total.rounded(.down)) ?? .max)
        case .energy(let watts, let swing):
            return .number(watts * Self.growth(seconds, swing, noise) / 3_600_000)
        case .square(let low, let high, let period, let duty):
            let part = Self.part(seconds, of: period, from: noise.uniform(4, 0))
            return .number(part < duty ? high : low)
        case .toggle(let period, let duty):
            return .boolean(Self.part(seconds, of: period, from: noise.uniform(4, 0)) < duty)
        }
    }

    /// The passed part of a period, 0 ..< 1, that begins at the part `start` of it.
    private static func part(_ seconds: Double, of period: Double, from start: Double) -> Double {
        let periods = seconds / period + start
        return periods - periods.rounded(.down)
    }

    /// From -1 at 5:00 by half a cosine to 1 at 15:00, and back in the remaining 14 hours.
    private static func dayCurve(_ hours: Double) -> Double {
        let since = hours >= 5 ? hours - 5 : hours + 19
        return since <= 10 ? -cos(.pi * since / 10) : cos(.pi * (since - 10) / 14)
    }

    /// The integral of 1 + swing × sin over the days since 2026 began, in seconds; it never falls,
    /// because `swing` is at most 1, and is 0 before.
    private static func growth(_ seconds: Double, _ swing: Double, _ noise: HashNoise) -> Double {
        let since = seconds - Double(Timestamp.plausibleWallMilliseconds) / 1000
        guard since > 0 else { return 0 }
        let speed = 2 * .pi / daySeconds
        let phase = 2 * .pi * noise.uniform(5, 0)
        return since + swing * (cos(phase) - cos(speed * since + phase)) / speed
    }
}
