// SPDX-License-Identifier: Apache-2.0

/// Prints the steps of a replay as they are done, and counts them.
struct ReplayReport {
    private let isJSON: Bool
    private var caseName = ""
    /// Cases that were begun.
    private(set) var cases = 0
    /// Steps that were done, asserted refusals included.
    private(set) var steps = 0
    /// Steps whose object must be refused by one rule, and was.
    private(set) var refusals = 0
    /// Steps whose object nothing at hand could prove.
    private(set) var onlyRead = 0
    /// Steps that did not hold.
    private(set) var failures = 0

    init(isJSON: Bool) {
        self.isJSON = isJSON
    }

    /// Begins a case.
    mutating func begin(_ name: String) {
        caseName = name
        cases += 1
        if !isJSON { Output.line(Output.safe("\(name):")) }
    }

    /// Counts and prints a step.
    mutating func add(_ step: ReplayStep) throws {
        var step = step
        step.case = caseName
        steps += 1
        if !step.holds { failures += 1 } else if step.refusal != nil { refusals += 1 }
        if step.isOnlyRead { onlyRead += 1 }
        if isJSON { try Output.json(step) } else { Output.line(Output.safe(step.line)) }
    }

    /// The counts in words.
    var summary: String {
        let reading = onlyRead == 0 ? "" : ", \(onlyRead) objects only read"
        return "\(cases) cases, \(steps) steps, \(refusals) asserted refusals\(reading)"
    }
}
