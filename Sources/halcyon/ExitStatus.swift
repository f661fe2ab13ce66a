// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// The exit statuses of the tool, those of sysexits(3) where one fits. 64, a usage error, is
/// ArgumentParser's own.
enum ExitStatus: Int32, CaseIterable {
    /// Done; every check held.
    case success = 0
    /// Something was checked and did not hold: an attestation is refused, doctor found a fault.
    case refused = 1
    /// An input file is not what it should be.
    case badData = 65
    /// An input is not there: no key, no journal, no such attestation.
    case noInput = 66
    /// Hardware or the daemon is needed and not there, or is in the way.
    case unavailable = 69
    /// An output can't be made: it exists, or its folder is not there.
    case cannotCreate = 73
    /// Reading or writing failed.
    case inputOutput = 74
    /// The configuration has problems.
    case configuration = 78

    /// The status for `throw`.
    var code: ExitCode { ExitCode(rawValue) }

    /// What the status means, for help.
    var meaning: String {
        switch self {
        case .success: "done; every check held"
        case .refused: "something was checked and did not hold"
        case .badData: "an input file is not what it should be"
        case .noInput: "an input is not there: no key, no journal, no such attestation"
        case .unavailable: "hardware or the daemon is needed and not there, or is in the way"
        case .cannotCreate: "an output exists already or its folder does not"
        case .inputOutput: "reading or writing failed"
        case .configuration: "the configuration has problems"
        }
    }

    /// All statuses, a line each, for help.
    static var table: String {
        let own = allCases.map { ($0.rawValue, $0.meaning) }
        return (own + [(64, "the command line is wrong")]).sorted { $0.0 < $1.0 }
            .reduce("EXIT STATUS:") { $0 + "\n  \($1.0 < 10 ? " " : "")\($1.0)  \($1.1)" }
    }
}
