// SPDX-License-Identifier: Apache-2.0

extension GPIOLineSettings {
    /// The request of an output at a level, as another process makes it by the character device.
    ///
    /// Where the kernel leaves a line driven that nobody has any more, this makes it safe; where it
    /// makes such a line an input, it was one before already.
    ///
    /// - Parameters:
    ///   - level: whether the line is to be active.
    ///   - place: where the line is.
    /// - Returns: the request.
    func fallback(_ level: Bool, at place: LineSlot.Place) -> OutputFallback {
        let text = "\(place.offset) \(flags) \(level ? 1 : 0) \(place.label)"
        return OutputFallback(path: place.path, text: text, isLine: true)
    }

    /// Source: Linux `include/uapi/linux/gpio.h`, `enum gpio_v2_line_flag` (Linux 5.10).
    private var flags: UInt64 {
        var flags: UInt64 = 1 << 3
        if isActiveLow { flags |= 1 << 1 }
        switch drive {
        case .pushPull: break
        case .openDrain: flags |= 1 << 6
        case .openSource: flags |= 1 << 7
        }
        switch bias {
        case .asIs: break
        case .pullUp: flags |= 1 << 8
        case .pullDown: flags |= 1 << 9
        case .disabled: flags |= 1 << 10
        }
        return flags
    }
}
