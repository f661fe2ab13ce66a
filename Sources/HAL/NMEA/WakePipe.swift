// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import Platform

/// Ends a wait for input from another thread: `readEnd` can be read once `wake` was called.
final class WakePipe: Sendable {
    let readEnd: CInt
    private let writeEnd: CInt

    init() throws(ReadFault) {
        var ends: [CInt] = [-1, -1]
        // Swift does not import `pipe2`; a program started in between would inherit the ends.
        guard pipe(&ends) == 0 else { throw ReadFault(SystemError("pipe", "")) }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        readEnd = ends[0]
        writeEnd = ends[1]
    }

    func wake() {
        var byte: UInt8 = 0
        _ = write(writeEnd, &byte, 1)
    }

    deinit {
        close(readEnd)
        close(writeEnd)
    }
}
