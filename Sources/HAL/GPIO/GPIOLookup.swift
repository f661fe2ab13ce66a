// SPDX-License-Identifier: Apache-2.0

/// The lines of all chips at one moment, to find some by their names.
struct GPIOLookup {
    /// A line that was found.
    struct Place {
        let chip: any GPIOChip
        let offset: Int
        let description: GPIOLineDescription?
    }

    private let chips: [any GPIOChip]
    private let lines: [String: [Place]]
    /// Whether there are lines, and the kernel says nothing of any: it was built without the
    /// interface that this libgpiod speaks.
    private let isMute: Bool

    /// Asks every line of the chips for its name.
    init(_ chips: [any GPIOChip]) {
        self.chips = chips
        var lines: [String: [Place]] = [:]
        var described = 0
        for chip in chips {
            for offset in 0..<min(chip.lineCount, GPIOLimits.linesPerChipMax) {
                guard let description = chip.describe(offset) else { continue }
                described += 1
                if description.name.isEmpty { continue }
                lines[description.name, default: []].append(
                    Place(chip: chip, offset: offset, description: description))
            }
        }
        self.lines = lines
        isMute = described == 0 && chips.contains { $0.lineCount > 0 }
    }

    /// The one line that a text names: by its own name, or by `LABEL:NAME` or `LABEL:OFFSET`.
    ///
    /// Labels and names may hold colons, so every way to part them is tried.
    ///
    /// - Throws: `missing`; `ambiguous`, naming the chips; `unsupported` if the kernel does not speak
    ///   to this libgpiod.
    func find(_ text: String) throws(GPIOFailure) -> Place {
        var places = lines[text] ?? []
        if places.isEmpty { places = chips.flatMap { Self.places(text, on: $0, lines) } }
        guard let first = places.first else {
            throw GPIOFailure(isMute ? .unsupported : .missing, "find", text)
        }
        guard places.count == 1 else {
            let chips = places.map { "\($0.chip.name) \($0.chip.label) line \($0.offset)" }
            throw GPIOFailure(
                .ambiguous, "find", text, detail: chips.prefix(8).joined(separator: ", "))
        }
        return first
    }

    private static func places(
        _ text: String, on chip: any GPIOChip, _ lines: [String: [Place]]
    ) -> [Place] {
        guard !chip.label.isEmpty, text.hasPrefix(chip.label + ":") else { return [] }
        let rest = String(text.dropFirst(chip.label.count + 1))
        let named = (lines[rest] ?? []).filter { $0.chip === chip }
        if !named.isEmpty { return named }
        guard let offset = Int(rest), "\(offset)" == rest, (0..<chip.lineCount).contains(offset)
        else { return [] }
        return [Place(chip: chip, offset: offset, description: chip.describe(offset))]
    }
}
