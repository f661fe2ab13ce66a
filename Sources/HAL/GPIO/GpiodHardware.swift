// SPDX-License-Identifier: Apache-2.0

internal import CGpiod
internal import Glibc
internal import Platform

/// The chips of this machine, through libgpiod.
struct GpiodHardware: GPIOHardware {
    /// The folder of the character devices.
    let folder: String

    init(folder: String = "/dev") { self.folder = folder }

    var debounces: Bool { cgpiod_api() >= 2 }
    var keepsManyEdges: Bool { cgpiod_api() >= 2 }

    func chips() throws(GPIOFailure) -> [any GPIOChip] {
        var chips: [any GPIOChip] = []
        var refusal: GPIOFailure?
        for name in names() {
            let path = "\(folder)/\(name)"
            guard let handle = gpiod_chip_open(path) else {
                let failure = GPIOFailure(system: "open", name)
                if failure.rule == .accessDenied { refusal = failure }
                continue
            }
            guard let chip = GpiodChip(handle, name: name, path: path) else { continue }
            chips.append(chip)
        }
        if let refusal, chips.isEmpty { throw refusal }
        return chips
    }

    func monotonicNanoseconds() -> UInt64 { SystemClock.monotonicNanoseconds() }

    /// The device nodes in order. Links to them, which some systems make for old programs, are
    /// passed over: a line would be there twice.
    private func names() -> [String] {
        guard let listing = opendir(folder) else { return [] }
        defer { closedir(listing) }
        var names: [String] = []
        while names.count < GPIOLimits.chipsMax, let entry = readdir(listing) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            var status = stat()
            guard name.hasPrefix("gpiochip"), lstat("\(folder)/\(name)", &status) == 0,
                status.st_mode & S_IFMT == S_IFCHR
            else { continue }
            names.append(name)
        }
        return names.sorted()
    }
}
