// SPDX-License-Identifier: Apache-2.0

import Glibc
import HAL
import Platform
import Telemetry
import TestSupport
import Testing

@testable import Agent

/// The real guard process.
@Suite struct GuardProcessTests {
    private let folder: TemporaryFolder
    private let guardian = GuardProcess()

    init() throws {
        folder = try TemporaryFolder()
        for number in 0..<3 { try folder.write("1\n", to: "/led \(number)") }
    }

    private func learn(_ number: Int, _ guardian: GuardProcess? = nil) {
        (guardian ?? self.guardian).learn(
            number, OutputFallback(path: "\(folder.path)/led \(number)", text: "0\n"))
    }

    private func isOn(_ number: Int) -> Bool {
        (try? File.read("\(folder.path)/led \(number)", bytesMax: 16)) == Array("1\n".utf8)
    }

    private func waitUntilOff(_ number: Int) -> Bool {
        for _ in 0..<5000 {
            if !isOn(number) { return true }
            usleep(1000)
        }
        return false
    }

    @Test("it acts at the deadline of an output, and leaves the others alone")
    func deadline() {
        for number in 0..<3 { learn(number) }
        guardian.disarm(1)
        guardian.arm(2, untilUptimeMilliseconds: .max)
        guardian.arm(0, untilUptimeMilliseconds: SystemClock.now().uptimeMilliseconds + 100)
        #expect(isOn(0))
        #expect(waitUntilOff(0))
        #expect(isOn(1) && isOn(2))
        guardian.forget(2)
        guardian.disarm(0)
        guardian.close()
        #expect(isOn(1) && isOn(2))
    }

    @Test("at the end it writes what is not known to be safe, and nothing else")
    func end() {
        for number in 0..<3 { learn(number) }
        guardian.disarm(0)
        guardian.arm(0, untilUptimeMilliseconds: .max)
        guardian.disarm(1)
        guardian.close()
        #expect(!isOn(0) && isOn(1) && !isOn(2))
        #expect(guardian.processID == nil)
    }

    @Test("it sets the LED and the PWM channel of a process that is gone")
    func kernelOutputs() async throws {
        let led = "/sys/class/leds/relay"
        let pwm = "/sys/class/pwm/pwmchip0"
        for (path, text) in [
            ("\(led)/brightness", "1\n"), ("\(led)/max_brightness", "1\n"),
            ("\(pwm)/pwm0/period", "1000\n"), ("\(pwm)/pwm0/duty_cycle", "800\n"),
        ] {
            try folder.write(text, to: path)
        }
        try folder.link("\(pwm)/device", to: "../../../fan.pwm")
        let channels = [("led:relay", Value.boolean(false)), ("pwm:fan.pwm/0", .number(0.2))]
        let points = try channels.map { channel, _ in
            LinuxPointDefinition(
                polled: PolledPoint(
                    point: .test("host/\(channel.prefix(3))"), periodMilliseconds: 1000),
                channel: try LinuxChannel(parsing: channel), isOutput: true,
                pulse: PulseShape(periodNanoseconds: 1000))
        }
        let driver = try LinuxDriver(
            [LinuxDeviceDefinition(name: "host", points: points)], root: folder.path)
        for (number, (_, safe)) in channels.enumerated() {
            let fallback = await driver.fallback(
                safe, of: OutputIndex(device: 0, point: number))
            guardian.learn(number, try #require(fallback))
        }
        guardian.close()
        for (path, text) in [
            ("\(led)/brightness", "0\n"), ("\(pwm)/pwm0/duty_cycle", "200\n"),
        ] {
            let bytes = try File.read(folder.path + path, bytesMax: 16)
            #expect(String(decoding: bytes, as: UTF8.self) == text)
        }
    }

    @Test("each one that is lost is replaced, and the new one knows everything")
    func lost() throws {
        let guardian = GuardProcess(replacementMillisecondsMin: 0)
        learn(0, guardian)
        learn(1, guardian)
        guardian.disarm(1)
        for _ in 0..<3 { #expect(try loseProcess(of: guardian) != nil) }
        guardian.close()
        #expect(!isOn(0) && isOn(1))
    }

    @Test("one that is lost again at once is not replaced before a pause, nor after the end")
    func lostAgain() throws {
        let guardian = GuardProcess(replacementMillisecondsMin: 3_600_000)
        learn(0, guardian)
        #expect(try loseProcess(of: guardian) != nil)
        #expect(try loseProcess(of: guardian) == nil)
        guardian.arm(0, untilUptimeMilliseconds: .max)
        #expect(guardian.processID == nil)
        guardian.close()
        guardian.forget(0)
        #expect(guardian.processID == nil)
    }

    /// Kills the process and has its loss noticed: the one that follows, if one does.
    private func loseProcess(of guardian: GuardProcess) throws -> pid_t? {
        let first = try #require(guardian.processID)
        #expect(kill(first, SIGKILL) == 0)
        // The end of a process shows at its socket a moment later.
        for _ in 0..<1000 where guardian.processID == first {
            guardian.arm(0, untilUptimeMilliseconds: .max)
            usleep(1000)
        }
        #expect(guardian.processID != first)
        return guardian.processID
    }

    @Test("one that is killed while nothing is said to it is replaced, and again later")
    func killed() throws {
        learn(0)
        for _ in 0..<2 {
            let lost = try #require(guardian.processID)
            #expect(kill(lost, SIGKILL) == 0)
            // A second one is due no sooner than a second after the first.
            for _ in 0..<3000 where guardian.processID ?? lost == lost {
                guardian.check()
                usleep(1000)
            }
            #expect(guardian.processID != nil && guardian.processID != lost)
        }
        guardian.close()
        #expect(!isOn(0))
    }

    @Test("of two outputs that one file has been, the later one's safe state counts")
    func sameFile() {
        learn(0)
        guardian.learn(7, OutputFallback(path: "\(folder.path)/led 0", text: "1\n"))
        guardian.close()
        #expect(isOn(0))
    }

    @Test("it has less than 150 kB of memory of its own and ignores the signals of a terminal")
    func cost() throws {
        learn(0)
        guardian.disarm(0)
        let process = try #require(guardian.processID)
        for signal in [SIGINT, SIGTERM, SIGHUP] { kill(process, signal) }
        usleep(50_000)
        let text = String(
            decoding: try File.read("/proc/\(process)/smaps_rollup", bytesMax: 4096),
            as: UTF8.self)
        // Its part of the C library depends on how many processes share that at the moment.
        let line = try #require(
            text.split(separator: "\n").first { $0.hasPrefix("Private_Dirty:") })
        let kilobytes = try #require(
            line.split(separator: " ").dropFirst().first.flatMap { Int($0) })
        #expect(kilobytes < 150, "\(line)")
        guardian.close()
    }
}
