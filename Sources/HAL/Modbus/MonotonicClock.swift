// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// `CLOCK_MONOTONIC` in microseconds: what time-outs and silences on a bus are measured by.
enum MonotonicClock {
    /// Now.
    static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
    }

    /// Blocks the thread until `moment`; returns at once if it has passed.
    static func sleep(until moment: Int64) {
        guard moment > now() else { return }
        var time = timespec()
        time.tv_sec = Int(moment / 1_000_000)
        time.tv_nsec = Int(moment % 1_000_000) * 1000
        while clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, nil) == EINTR {}
    }
}
