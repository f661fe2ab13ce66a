// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import Platform

extension JournalError {
    /// The failure of a system call on one of the journal's files.
    init(_ error: SystemError, rule: Rule? = nil) {
        let kind: Rule =
            switch error.code {
            case ENOSPC, EDQUOT: .full
            case EROFS: .readOnly
            case ENOENT, EACCES, EPERM, ENOTDIR, ELOOP, EMFILE, ENFILE: .cannotOpen
            default: .inputOutput
            }
        self.init(rule ?? kind, error.place, code: error.code, error.description)
    }
}
