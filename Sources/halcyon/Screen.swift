// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// A terminal that frames are drawn on; where there is no terminal, frames follow each other.
struct Screen {
    private let isDrawn: Bool

    /// A screen; on a terminal the cursor is hidden until `leave` or Ctrl-C.
    init(isDrawn: Bool) {
        self.isDrawn = isDrawn
        guard isDrawn else { return }
        Output.write("\u{1B}[?1049h\u{1B}[?25l")
        for number in [SIGINT, SIGTERM] {
            // Only what may be done in a signal handler: write and _exit.
            signal(number) { _ in
                let bytes: StaticString = "\u{1B}[?25h\u{1B}[?1049l"
                Glibc.write(1, bytes.utf8Start, bytes.utf8CodeUnitCount)
                _exit(0)
            }
        }
    }

    /// Draws a frame, cut to the size of the terminal.
    func draw(_ lines: [String]) {
        guard isDrawn else {
            Output.write(lines.joined(separator: "\n") + "\n\n")
            return
        }
        var size = winsize()
        let isKnown = ioctl(1, UInt(TIOCGWINSZ), &size) == 0 && size.ws_row > 0
        let rows = isKnown ? Int(size.ws_row) : 24
        let columns = isKnown ? Int(size.ws_col) : 80
        var frame = "\u{1B}[H"
        for line in lines.prefix(rows - 1) { frame += line.prefix(columns) + "\u{1B}[K\r\n" }
        Output.write(frame + "\u{1B}[J")
    }

    /// Gives the terminal back as it was.
    func leave() {
        if isDrawn { Output.write("\u{1B}[?25h\u{1B}[?1049l") }
    }
}
