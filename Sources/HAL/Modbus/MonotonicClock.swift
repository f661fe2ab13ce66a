// SPDX-License-Identifier: Apache-2.0

internal import Platform

/// `CLOCK_MONOTONIC` in microseconds: what time-outs and silences on a bus are measured by.
enum MonotonicClock {
    /// Now.
    static func now() -> Int64 { SystemClock.monotonicMicroseconds() }

    /// Blocks the thread until `moment`; returns at once if it has passed.
    static func sleep(until moment: Int64) {
        SystemClock.block(untilMonotonicMicroseconds: moment)
    }
}
