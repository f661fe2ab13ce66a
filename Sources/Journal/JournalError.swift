// SPDX-License-Identifier: Apache-2.0

/// What the journal refused or could not do.
public struct JournalError: Error, Equatable, Sendable {
    /// The rule that was broken or the kind of failure.
    public let rule: Rule
    /// The file it concerns.
    public let path: String
    /// SQLite's extended result code or the system's `errno`; 0 where neither was involved.
    public let code: CInt
    /// The words of SQLite or the system, or the detail of the rule.
    public let message: String
    /// The statement that failed, where there was one.
    public let sql: String?

    /// Kinds of failure.
    public enum Rule: Equatable, Sendable {
        /// The disk or quota of the file system is full; nothing was written, a later try may work.
        case full
        /// The file or its file system is read-only.
        case readOnly
        /// The content breaks the file format: the file must be set aside.
        case damaged
        /// A segment of readings breaks its format: the file must be set aside.
        case segment(SegmentError)
        /// A row contradicts another one. This module never writes such rows, so in its own tables
        /// it is damage.
        case constraint
        /// Another connection held a lock too long; a later try may work.
        case busy
        /// Memory ran out or the work was cut short; the file is not at fault, a later try may work.
        case interrupted
        /// The system reported an input/output error.
        case inputOutput
        /// The file could not be opened or created.
        case cannotOpen
        /// Any other failure of SQLite.
        case database
        /// There is no journal at the path.
        case missing
        /// What is at the path is no regular file.
        case notAFile
        /// Another process writes this journal; its process id, if known.
        case locked(by: Int32?)
        /// A newer release wrote this file, which is left as it is.
        case newerVersion(found: Int64, known: Int64)
        /// An option lies outside its limits.
        case option
        /// A boot identifier is empty or too long.
        case bootID
        /// A position does not follow the newest one of the log.
        case position(expected: UInt64, given: UInt64)
        /// An attestation is empty or too long, in bytes.
        case attestationLength(Int)
        /// A gap to be marked as signed is not an unsigned one of this journal.
        case unknownGap(id: Int64)
        /// What is to be attested is not what is there now: readings were lost since it was asked
        /// for. It must be asked for again.
        case changedMeanwhile
        /// The counters file could not be read or written.
        case counters
        /// The journal was closed.
        case closed
    }

    init(_ rule: Rule, _ path: String, code: CInt = 0, _ message: String = "", sql: String? = nil) {
        self.rule = rule
        self.path = path
        self.code = code
        self.message = message
        self.sql = sql
    }

    /// Whether the file must be set aside before work can go on (`Journal.recover`).
    public var isDamage: Bool {
        switch rule {
        case .damaged, .segment, .constraint: true
        default: false
        }
    }
}

extension JournalError: CustomStringConvertible {
    /// Rule, path, words, code and statement.
    public var description: String {
        var text = "\(path): \(rule)"
        if case .locked(let process) = rule {
            text = "\(path): locked" + (process.map { " by process \($0)" } ?? "")
        }
        if !message.isEmpty { text += ": \(message)" }
        if code != 0 { text += " (code \(code))" }
        if let sql { text += " in “\(sql)”" }
        return text
    }
}
