// SPDX-License-Identifier: Apache-2.0

internal import Telemetry

extension SimulatedWaveform {
    /// Reads the form that configuration uses: `sine:230,2,60,0.5`, `energy:500`, `constant:true`.
    ///
    /// - Parameter text: the waveform as written.
    /// - Throws: `HALError`, `.unknownWaveform` or `.malformedWaveform`, with the form that was
    ///   expected as detail.
    public init(parsing text: String) throws(HALError) {
        guard text.utf8.count <= HALLimits.definitionBytesMax else {
            throw HALError(
                .malformedWaveform, at: String(text.prefix(32)),
                detail: "at most \(HALLimits.definitionBytesMax) bytes")
        }
        let colon = text.firstIndex(of: ":") ?? text.endIndex
        let rest = String(text[colon...].dropFirst())
        let form: String
        let wave: SimulatedWaveform?
        switch text[..<colon] {
        case "constant": (form, wave) = ("constant:VALUE", Self.constant(rest))
        case "text":
            form = "text:WORDS, at most \(TelemetryLimits.textValueBytesMax) bytes"
            wave = rest.utf8.count <= TelemetryLimits.textValueBytesMax ? .text(rest) : nil
        case "sine": (form, wave) = ("sine:MEAN,AMPLITUDE,SECONDS[,NOISE]", Self.sine(rest))
        case "daily": (form, wave) = ("daily:MEAN,SWING[,NOISE]", Self.daily(rest))
        case "walk": (form, wave) = ("walk:MEAN,SPREAD,SECONDS", Self.walk(rest))
        case "counter":
            form = "counter:PER_SECOND[,SWING], not negative, the swing 0…1"
            wave = Self.growth(rest).map { .counter(perSecond: $0, swing: $1) }
        case "energy":
            form = "energy:WATTS[,SWING], not negative, the swing 0…1"
            wave = Self.growth(rest).map { .energy(watts: $0, swing: $1) }
        case "square": (form, wave) = ("square:LOW,HIGH,SECONDS[,DUTY]", Self.square(rest))
        case "toggle": (form, wave) = ("toggle:SECONDS[,DUTY]", Self.toggle(rest))
        case "output":
            form = "output:VALUE, true, false or a number"
            wave = Self.constant(rest).flatMap(\.constantValue).map { .output($0) }
        default:
            throw HALError(
                .unknownWaveform, at: text,
                detail:
                    "constant, text, sine, daily, walk, counter, energy, square, toggle or output")
        }
        guard let wave else { throw HALError(.malformedWaveform, at: text, detail: form) }
        self = wave
    }

    /// The numbers between commas; `nil` for too few, too many, or one that is not sane.
    private static func numbers(_ text: String, _ count: ClosedRange<Int>) -> [Double]? {
        let fields = text.split(separator: ",", omittingEmptySubsequences: false)
        guard count.contains(fields.count) else { return nil }
        var numbers: [Double] = []
        for field in fields {
            // Within this bound no waveform's arithmetic leaves the finite numbers.
            guard let number = Double(field), abs(number) <= 1e15 else { return nil }
            numbers.append(number)
        }
        return numbers
    }

    private static func constant(_ text: String) -> SimulatedWaveform? {
        if text == "true" || text == "false" { return .constant(.boolean(text == "true")) }
        if let integer = Int64(text) { return .constant(.integer(integer)) }
        return numbers(text, 1...1).map { .constant(.number($0[0])) }
    }

    private var constantValue: Value? {
        if case .constant(let value) = self { value } else { nil }
    }

    private static func sine(_ text: String) -> SimulatedWaveform? {
        guard let fields = numbers(text, 3...4), isPeriod(fields[2]) else { return nil }
        let noise = fields.count > 3 ? fields[3] : 0
        return .sine(
            mean: fields[0], amplitude: fields[1], periodSeconds: fields[2], noise: noise)
    }

    private static func daily(_ text: String) -> SimulatedWaveform? {
        guard let fields = numbers(text, 2...3) else { return nil }
        return .daily(mean: fields[0], swing: fields[1], noise: fields.count > 2 ? fields[2] : 0)
    }

    private static func walk(_ text: String) -> SimulatedWaveform? {
        guard let fields = numbers(text, 3...3), isPeriod(fields[2]) else { return nil }
        return .walk(mean: fields[0], spread: fields[1], stepSeconds: fields[2])
    }

    private static func growth(_ text: String) -> (rate: Double, swing: Double)? {
        guard let fields = numbers(text, 1...2), fields[0] >= 0 else { return nil }
        let swing = fields.count > 1 ? fields[1] : 0.4
        return (0...1).contains(swing) ? (fields[0], swing) : nil
    }

    private static func square(_ text: String) -> SimulatedWaveform? {
        guard let fields = numbers(text, 3...4), isPeriod(fields[2]) else { return nil }
        let duty = fields.count > 3 ? fields[3] : 0.5
        guard (0...1).contains(duty) else { return nil }
        return .square(low: fields[0], high: fields[1], periodSeconds: fields[2], duty: duty)
    }

    private static func toggle(_ text: String) -> SimulatedWaveform? {
        guard let fields = numbers(text, 1...2), isPeriod(fields[0]) else { return nil }
        let duty = fields.count > 1 ? fields[1] : 0.5
        guard (0...1).contains(duty) else { return nil }
        return .toggle(periodSeconds: fields[0], duty: duty)
    }

    private static func isPeriod(_ seconds: Double) -> Bool { (0.001...1e9).contains(seconds) }
}
