// SPDX-License-Identifier: Apache-2.0

internal import Telemetry

/// A light, or whatever is wired like one, of the kernel's LED class.
///
/// Source: Linux `Documentation/ABI/testing/sysfs-class-led` and `…-led-trigger-pattern`.
struct LEDOutput {
    private let folder: String
    /// Whether values are levels, 0…1, rather than states.
    private let isLevel: Bool

    init(name: String, isLevel: Bool) {
        folder = "/sys/class/leds/\(name)"
        self.isLevel = isLevel
    }

    /// What it shows now, also where a trigger of the kernel makes it.
    func value(_ files: inout LinuxFiles) throws(ReadFault) -> Value {
        let brightness = try LinuxText.integer(try files.read("\(folder)/brightness"))
        let most = try brightnessMax(&files)
        guard (0...most).contains(brightness) else { throw ReadFault(.outOfRange) }
        return isLevel ? .number(Double(brightness) / Double(most)) : .boolean(brightness > 0)
    }

    /// Takes the LED from the trigger that drives it, and sets it.
    func write(
        _ value: Value, _ permit: WritePermit, _ files: inout LinuxFiles
    ) throws(WriteFailure) {
        let brightness = try brightness(value, &files)
        try permit.use(at: folder)
        try setTrigger("none", &files)
        try files.write("\(brightness)", to: "\(folder)/brightness")
        try check(brightness, &files)
    }

    /// What sets it with one write. A 0 also takes it from a trigger; another brightness needs the
    /// trigger to be gone, as it is after `write`.
    func fallback(
        _ value: Value, _ files: inout LinuxFiles
    ) throws(WriteFailure) -> OutputFallback {
        OutputFallback(
            path: "\(files.root)\(folder)/brightness", text: "\(try brightness(value, &files))\n")
    }

    /// Sets the LED for a while by the `pattern` trigger (Linux 4.20), which a timer of the kernel
    /// ends: the value, then a step to the safe one, once.
    func hold(
        _ value: Value, milliseconds: Int64, then safe: Value, _ files: inout LinuxFiles
    ) throws(WriteFailure) {
        guard (1...HALLimits.holdMillisecondsMax).contains(milliseconds) else {
            throw WriteFailure(.outOfRange, "hold", folder)
        }
        let brightness = try brightness(value, &files)
        let end = try self.brightness(safe, &files)
        try setTrigger("pattern", &files)
        // Before the pattern, so that there is no moment at which it would repeat for ever; and at
        // every prolongation, because the count is used up by then.
        try files.writeNew("1", to: "\(folder)/repeat")
        try files.writeNew(
            "\(brightness) \(milliseconds) \(brightness) 0 \(end) 0 \(end) 0",
            to: "\(folder)/pattern")
        // The kernel's timer sets the value, at once but not before the write returns.
        let deadline = MonotonicClock.now() + 1000 * HALLimits.deviceRightsMilliseconds
        while true {
            do throws(WriteFailure) {
                return try check(brightness, &files)
            } catch {
                guard error.fault == .outputDiffers, MonotonicClock.now() < deadline else {
                    throw error
                }
                MonotonicClock.sleep(until: MonotonicClock.now() + 1000)
                files.forget()
            }
        }
    }

    private func check(_ brightness: Int64, _ files: inout LinuxFiles) throws(WriteFailure) {
        guard try files.readBack("\(folder)/brightness") == brightness else {
            throw WriteFailure(.outputDiffers, "read back", "\(folder)/brightness")
        }
    }

    private func brightness(
        _ value: Value, _ files: inout LinuxFiles
    ) throws(WriteFailure) -> Int64 {
        let most: Int64
        do throws(ReadFault) {
            most = try brightnessMax(&files)
        } catch {
            throw WriteFailure(error.fault, "read", "\(folder)/max_brightness")
        }
        switch value {
        case .boolean(let isOn) where !isLevel: return isOn ? most : 0
        case .number(let level) where isLevel: return try brightness(of: level, most)
        default: throw WriteFailure(.malformedValue, "write", folder)
        }
    }

    private func brightness(of level: Double, _ most: Int64) throws(WriteFailure) -> Int64 {
        guard (0...1).contains(level) else { throw WriteFailure(.outOfRange, "write", folder) }
        return Int64((level * Double(most)).rounded())
    }

    private func brightnessMax(_ files: inout LinuxFiles) throws(ReadFault) -> Int64 {
        let most = try LinuxText.integer(try files.read("\(folder)/max_brightness"))
        guard (1...HALLimits.brightnessMax).contains(most) else { throw ReadFault(.outOfRange) }
        return most
    }

    /// Makes the kernel drive the LED by that trigger; by none if it has no triggers at all.
    private func setTrigger(
        _ trigger: String, _ files: inout LinuxFiles
    ) throws(WriteFailure) {
        let file = "\(folder)/trigger"
        guard let text = files.line(file) else {
            if trigger == "none" { return }
            throw WriteFailure(.missing, "read", file)
        }
        let words = text.split(separator: " ")
        if words.contains("[\(trigger)]") { return }
        guard trigger == "none" || words.contains(Substring(trigger)) else {
            throw WriteFailure(.missing, "find \(trigger) in", file)
        }
        try files.write(trigger, to: file)
        // A trigger that somebody else chose in the meantime would undo what is written next.
        guard let now = files.line(file), now.contains("[\(trigger)]") || now == trigger else {
            throw WriteFailure(.busy, "read back", file)
        }
    }
}
