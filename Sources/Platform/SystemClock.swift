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

    private static func milliseconds(_ clock: clockid_t) -> Int64 { nanoseconds(clock) / 1_000_000 }

    private static func nanoseconds(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    /// The uptime (`CLOCK_BOOTTIME`) in nanoseconds.
    public static func uptimeNanoseconds() -> Int64 { nanoseconds(CLOCK_BOOTTIME) }

    /// Now by `CLOCK_MONOTONIC` in nanoseconds, the clock that the kernel stamps events by.
    public static func monotonicNanoseconds() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    /// Now by `CLOCK_MONOTONIC` in microseconds, the clock that systemd compares by.
    public static func monotonicMicroseconds() -> Int64 { Int64(monotonicNanoseconds() / 1000) }

    /// Blocks the thread until that time of `CLOCK_MONOTONIC`; returns at once if it has passed.
    ///
    /// - Parameter moment: when to return, in microseconds.
    public static func block(untilMonotonicMicroseconds moment: Int64) {
        guard moment > monotonicMicroseconds() else { return }
        var time = timespec(
            tv_sec: Int(moment / 1_000_000), tv_nsec: Int(moment % 1_000_000) * 1000)
        while clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, nil) == EINTR {}
    }

    /// When this process was started, in milliseconds of uptime to about 10 (proc_pid_stat(5));
    /// `nil` where `/proc` does not show it.
    public static func processStartUptimeMilliseconds() -> Int64? {
        guard let bytes = try? File.read("/proc/self/stat", bytesMax: 4096) else { return nil }
        // The second field is the program's name in parentheses, which may hold anything.
        let name = bytes.lastIndex(of: UInt8(ascii: ")")) ?? 0
        let fields = bytes[name...].split(separator: UInt8(ascii: " "))
        let ticksPerSecond = Int64(sysconf(CInt(_SC_CLK_TCK)))
        guard fields.count > 20, ticksPerSecond > 0,
            let ticks = Int64(String(decoding: fields[20], as: UTF8.self))
        else { return nil }
        return ticks * 1000 / ticksPerSecond
    }

    /// The kernel's random identifier of this boot, 36 characters of UUID text.
    ///
    /// - Throws: `SystemError` where `/proc` does not show it.
    public static func bootID() throws(SystemError) -> String {
        let bytes = try File.read("/proc/sys/kernel/random/boot_id", bytesMax: 64)
        return String(decoding: bytes.prefix(36), as: UTF8.self)
    }
}
