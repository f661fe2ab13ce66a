// SPDX-License-Identifier: Apache-2.0

/// A failure of a command, for a person: what, why and what to do next.
struct Failure: Error {
    /// The exit status that it ends with.
    let status: ExitStatus
    /// What failed and why.
    let message: String
    /// What to do next, if there is something.
    var next: String?
    /// The rule that was broken, where one has a name.
    var rule: String?
    /// What the message announces, a line each.
    var details: [String] = []

    init(
        _ status: ExitStatus, _ message: String, rule: String? = nil, next: String? = nil,
        details: [String] = []
    ) {
        self.status = status
        self.message = message
        self.rule = rule
        self.next = next
        self.details = details
    }
}
