// SPDX-License-Identifier: Apache-2.0

internal import Glibc
public import Telemetry

/// The machine's clocks.
public enum SystemClock {
    /// Now, by wall clock and by uptime.
    public static func now() -> Timestamp {
        Timestamp(
            wallMilliseconds: milliseconds(CLOCK_REALTIME),
            uptimeMilliseconds: milliseconds(CLOCK_BOOTTIME))
    }

    private static func milliseconds(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }

    /// Now by `CLOCK_MONOTONIC` in microseconds, the clock that systemd compares by.
    public static func monotonicMicroseconds() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
    }

    /// The kernel's random identifier of this boot, 36 characters of UUID text.
    ///
    /// - Throws: `SystemError` where `/proc` does not show it.
    public static func bootID() throws(SystemError) -> String {
        let bytes = try File.read("/proc/sys/kernel/random/boot_id", bytesMax: 64)
        return String(decoding: bytes.prefix(36), as: UTF8.self)
    }
}
