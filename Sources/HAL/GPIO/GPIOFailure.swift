// SPDX-License-Identifier: Apache-2.0

internal import Glibc
public import Telemetry

/// Why a line could not be had, read or set.
public struct GPIOFailure: Error, Hashable, Sendable {
    /// What went wrong.
    public let rule: Rule
    /// What was attempted: `find`, `request`, `read`, `set`, `wait`.
    public let operation: String
    /// The line, as configured.
    public let place: String
    /// What was found: the chips of that name, or who has the line. Empty for nothing.
    public let detail: String
    /// The `errno` value behind it; 0 if the system reported none.
    public let code: CInt

    /// What can go wrong with a line.
    public enum Rule: String, Sendable, CaseIterable {
        /// No chip has a line of that name, or the chip with it went away.
        case missing
        /// More than one line has that name.
        case ambiguous
        /// Another program or a driver of the kernel has the line.
        case busy
        /// The operating system refused access to the chips.
        case accessDenied = "access-denied"
        /// The hardware can't do with this line what was asked: the direction, bias, drive or edges.
        case unsupported
        /// The kernel reported another error.
        case inputOutput = "input-output"
    }

    init(
        _ rule: Rule, _ operation: String, _ place: String, detail: String = "", code: CInt = 0
    ) {
        self.rule = rule
        self.operation = operation
        self.place = place
        self.detail = detail
        self.code = code
    }

    /// The failure of the system or libgpiod call that has just returned.
    ///
    /// The one place that turns an error number into a rule: call it before anything else can
    /// change `errno`.
    init(system operation: String, _ place: String, code: CInt = errno) {
        self.init(Self.rule(code), operation, place, code: code)
    }

    private static func rule(_ code: CInt) -> Rule {
        switch code {
        case ENOENT, ENODEV, EBADF: .missing
        case EBUSY: .busy
        case EACCES, EPERM: .accessDenied
        // ENXIO is a line without interrupts; 524 the kernel's own ENOTSUPP, which chips return.
        case EINVAL, EOPNOTSUPP, ENXIO, ENOTTY, 524: .unsupported
        default: .inputOutput
        }
    }

    /// What readings of the line say.
    public var fault: Fault {
        switch rule {
        case .missing, .ambiguous: .missing
        case .busy: .busy
        case .accessDenied: .accessDenied
        case .unsupported, .inputOutput: .inputOutput
        }
    }
}

extension GPIOFailure: CustomStringConvertible {
    /// Operation, place, rule and what was found.
    public var description: String {
        let found = detail.isEmpty ? "" : " (\(detail))"
        let words = code == 0 ? "" : ": \(String(cString: strerror(code)))"
        return "\(operation) \(place): \(rule.rawValue)\(found)\(words)"
    }
}
