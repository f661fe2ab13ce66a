// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import Platform
internal import Telemetry

/// Why one figure could not be read, on its way to become an outcome of bad quality.
struct ReadFault: Error, Hashable, Sendable {
    let fault: Fault

    init(_ fault: Fault) { self.fault = fault }

    /// What a failed system call on a kernel's file means for the figure in it.
    init(_ error: SystemError) {
        switch error.code {
        case ENOENT, ENODEV, ENXIO, ENOTDIR, ELOOP, ENAMETOOLONG: fault = .missing
        case EACCES, EPERM, EROFS: fault = .accessDenied
        case EBUSY: fault = .busy
        case EFBIG, EISDIR: fault = .malformedValue
        // Also ETIMEDOUT, ENODATA and the like, that a chip's own driver reports: they say nothing
        // about the host, so they must not look like a failure of the whole device.
        default: fault = .inputOutput
        }
    }
}
