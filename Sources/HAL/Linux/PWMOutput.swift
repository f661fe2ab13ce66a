// SPDX-License-Identifier: Apache-2.0

internal import Telemetry

/// A channel of a PWM chip. Its value is the duty, 0…1: the pulse's part of the period.
///
/// Source: Linux `Documentation/ABI/testing/sysfs-class-pwm`.
struct PWMOutput {
    private static let chips = "/sys/class/pwm"
    private let folder: String
    private let chip: String
    private let number: Int

    /// A channel of the chip that belongs to a device: `1f00098000.pwm`.
    init(device: String, channel: Int, _ files: inout LinuxFiles) throws(ReadFault) {
        let found = files.entries(of: Self.chips).map { "\(Self.chips)/\($0)" }.filter {
            files.linkTarget("\($0)/device") == device
        }
        guard found.count == 1 else { throw ReadFault(.missing) }
        chip = found[0]
        number = channel
        folder = "\(found[0])/pwm\(channel)"
    }

    /// The duty now; 0 for a channel that is off or that nobody has asked the kernel for.
    func value(_ files: inout LinuxFiles) throws(ReadFault) -> Value {
        let isEnabled: Int64
        do throws(ReadFault) {
            isEnabled = try LinuxText.integer(try files.read("\(folder)/enable"))
        } catch {
            guard error.fault == .missing, try channels(&files).contains(number) else {
                throw error
            }
            return .number(0)
        }
        guard isEnabled == 1 else { return .number(0) }
        let period = try LinuxText.integer(try files.read("\(folder)/period"))
        let pulse = try LinuxText.integer(try files.read("\(folder)/duty_cycle"))
        guard period > 0, (0...period).contains(pulse) else { throw ReadFault(.outOfRange) }
        return .number(Double(pulse) / Double(period))
    }

    /// Asks the kernel for the channel if need be, and sets it.
    func write(
        _ duty: Double, _ shape: PulseShape, _ permit: WritePermit, _ files: inout LinuxFiles
    ) throws(WriteFailure) {
        let pulse = try pulse(duty, shape)
        try permit.use(at: folder)
        if files.line("\(folder)/enable") == nil {
            try files.write("\(number)", to: "\(chip)/export")
        }
        if files.line("\(folder)/polarity").map({ $0 != shape.polarity }) ?? false {
            // Only a channel that is off can be turned round.
            try files.writeNew("0", to: "\(folder)/enable")
            // A polarity is refused for as long as there is no period.
            try setPeriod(shape, pulse, &files)
            try files.writeNew(shape.polarity, to: "\(folder)/polarity")
        }
        try setPeriod(shape, pulse, &files)
        try files.writeNew("\(pulse)", to: "\(folder)/duty_cycle")
        try files.writeNew("1", to: "\(folder)/enable")
        for (file, wanted) in [
            ("period", shape.periodNanoseconds), ("duty_cycle", pulse), ("enable", 1),
        ] {
            guard try files.readBack("\(folder)/\(file)") == wanted else {
                throw WriteFailure(.outputDiffers, "read back", "\(folder)/\(file)")
            }
        }
    }

    /// What sets the duty with one write; `nil` for as long as nobody has asked the kernel for the
    /// channel, or its period is another one, because the text is a time.
    func fallback(
        _ duty: Double, _ shape: PulseShape, _ files: inout LinuxFiles
    ) throws(WriteFailure) -> OutputFallback? {
        guard files.line("\(folder)/period") == "\(shape.periodNanoseconds)" else { return nil }
        return OutputFallback(
            path: "\(files.root)\(folder)/duty_cycle", text: "\(try pulse(duty, shape))\n")
    }

    private func pulse(_ duty: Double, _ shape: PulseShape) throws(WriteFailure) -> Int64 {
        guard (0...1).contains(duty) else { throw WriteFailure(.outOfRange, "write", folder) }
        return Int64((duty * Double(shape.periodNanoseconds)).rounded())
    }

    private func setPeriod(
        _ shape: PulseShape, _ pulse: Int64, _ files: inout LinuxFiles
    ) throws(WriteFailure) {
        guard files.line("\(folder)/period") != "\(shape.periodNanoseconds)" else { return }
        // A pulse longer than the period is refused at every moment.
        if try files.readBack("\(folder)/duty_cycle") > shape.periodNanoseconds {
            try files.writeNew("0", to: "\(folder)/duty_cycle")
        }
        try files.writeNew("\(shape.periodNanoseconds)", to: "\(folder)/period")
    }

    private func channels(_ files: inout LinuxFiles) throws(ReadFault) -> Range<Int> {
        let count = try LinuxText.integer(try files.read("\(chip)/npwm"))
        return 0..<Int(clamping: max(0, count))
    }
}
