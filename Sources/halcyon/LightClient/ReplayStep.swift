// SPDX-License-Identifier: Apache-2.0

internal import Ethereum
internal import LightClient

/// What one step of a replay came to.
struct ReplayStep: Encodable {
    /// The case's folder within the one that is replayed.
    var `case` = ""
    /// Its number within the case; the bootstrap is 0.
    let step: Int
    /// What was done: a word of the vectors' format, or which object of the Beacon API was read.
    let kind: String
    /// The file of the object, without its ending.
    var object: String?
    /// Whether the light client took it.
    var accepted = false
    /// The rule that was broken, by the object or by the check of the step.
    var rule: String?
    /// Where.
    var place: String?
    /// The rule by which it must be refused; `nil` if it must be accepted.
    var refusal: String?
    /// Whether it was accepted by its form only, because nothing at hand can prove it.
    var isOnlyRead = false
    /// The slot of the finalized header afterwards.
    var finalizedSlot: UInt64?
    /// The slot of the optimistic header afterwards.
    var optimisticSlot: UInt64?

    init(_ step: Int, _ kind: String, _ object: String? = nil, refusal: String? = nil) {
        self.step = step
        self.kind = kind
        self.object = object
        self.refusal = refusal
    }

    private enum CodingKeys: CodingKey {
        case `case`, step, kind, object, accepted, rule, place, refusal, isOnlyRead,
            finalizedSlot, optimisticSlot
    }

    /// The rule is always there, if only as null.
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(`case`, forKey: .case)
        try container.encode(step, forKey: .step)
        try container.encode(kind, forKey: .kind)
        try container.encodeIfPresent(object, forKey: .object)
        try container.encode(accepted, forKey: .accepted)
        try container.encode(rule, forKey: .rule)
        try container.encodeIfPresent(place, forKey: .place)
        try container.encodeIfPresent(refusal, forKey: .refusal)
        if isOnlyRead { try container.encode(isOnlyRead, forKey: .isOnlyRead) }
        try container.encodeIfPresent(finalizedSlot, forKey: .finalizedSlot)
        try container.encodeIfPresent(optimisticSlot, forKey: .optimisticSlot)
    }

    /// Whether all is as it must be.
    var holds: Bool {
        if let refusal { return !accepted && rule == refusal }
        return accepted && rule == nil
    }

    /// Tries `body` and notes the rule that it breaks, or what it gives.
    mutating func attempt<Result>(_ body: () throws -> Result) -> Result? {
        do {
            let result = try body()
            accepted = true
            return result
        } catch let error as LightClientError {
            rule = error.code
            place = error.encoding?.place ?? error.place
        } catch let error as ReplayError {
            rule = error.rule.rawValue
            place = error.place
        } catch {
            rule = ReplayError.Rule.file.rawValue
            place = "\(error)"
        }
        return nil
    }

    /// Notes a check that does not hold.
    mutating func fail(_ place: String) {
        rule = ReplayError.Rule.check.rawValue
        self.place = place
    }

    /// Notes what the store came to.
    mutating func note(_ store: LightClientStore?) {
        finalizedSlot = store?.finalizedHeader.beacon.slot
        optimisticSlot = store?.optimisticHeader.beacon.slot
    }

    /// The step on a line.
    var line: String {
        let verdict =
            if let refusal {
                holds ? "refused " : "NOT REFUSED BY \(refusal)"
            } else {
                accepted ? (isOnlyRead ? "only read" : "accepted") : "REFUSED "
            }
        var line = "  \(padded("\(step)", 4))  \(padded(kind, 20)) \(verdict)"
        if let finalizedSlot, let optimisticSlot {
            line += "  finalized \(finalizedSlot), optimistic \(optimisticSlot)"
        }
        if let object { line += "  \(object)" }
        if let rule { line += "  rule \(rule):" }
        if let place { line += "  \(place)" }
        return line
    }

    private func padded(_ text: String, _ count: Int) -> String {
        text + String(repeating: " ", count: max(count - text.count, 0))
    }
}
