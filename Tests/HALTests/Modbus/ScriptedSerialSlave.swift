// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Glibc

/// The slaves of an RTU line that follow a script.
final class ScriptedSerialSlave: Sendable {
    private let line: CInt
    /// The device file of the far end.
    let path: String
    /// Kept open as long as the slaves live.
    private let terminal: any AnyObject & Sendable
    private let slave: ScriptedSlave
    private let hasEnded = DispatchSemaphore(value: 0)

    /// Slaves on a pseudo-terminal.
    convenience init(_ script: @escaping SlaveScript) throws {
        let terminal = try PseudoTerminal()
        self.init(terminal, terminal.master, terminal.path, script)
    }

    /// Slaves on a real line, whose other end is `path`.
    convenience init(
        on device: String, path: String, _ script: @escaping SlaveScript
    ) throws {
        let port = try SerialPort(device)
        self.init(port, port.descriptor, path, script)
    }

    private init(
        _ terminal: any AnyObject & Sendable, _ line: CInt, _ path: String,
        _ script: @escaping SlaveScript
    ) {
        self.terminal = terminal
        self.line = line
        self.path = path
        slave = ScriptedSlave(script)
        DispatchQueue(label: "scripted slave").async {
            while let request = self.slave.receive(self.line, length: Frames.rtuRequestLength),
                self.slave.play(
                    request, { _ = write(self.line, $0, $0.count) })
            {}
            self.hasEnded.signal()
        }
    }

    /// Slaves that answer everything as asked, after `actions` for the first request.
    convenience init(first actions: @escaping @Sendable ([UInt8]) -> [SlaveAction]) throws {
        try self.init { index, request in
            index == 0 ? actions(request) : [.send(Frames.rtu(request))]
        }
    }

    var requests: [SeenRequest] { slave.requests }

    /// Ends the slaves and waits until they have ended.
    func stop() {
        slave.stop()
        hasEnded.wait()
    }
}

/// Two serial devices joined by a cable: what one end sends the other receives.
final class SerialCable: Sendable {
    private let ends: [PseudoTerminal]
    private let slave = ScriptedSlave { _, _ in [] }
    private let hasEnded = DispatchSemaphore(value: 0)

    init() throws {
        ends = [try PseudoTerminal(), try PseudoTerminal()]
        DispatchQueue(label: "cable").async {
            self.carry()
            self.hasEnded.signal()
        }
    }

    /// The device files of both ends.
    var paths: [String] { ends.map(\.path) }

    /// Unplugs the cable.
    func stop() {
        slave.stop()
        hasEnded.wait()
    }

    private func carry() {
        let masters = ends.map(\.master)
        var wanted = masters.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        var buffer = [UInt8](repeating: 0, count: 512)
        while !slave.isStopping {
            guard poll(&wanted, 2, 20) > 0 else { continue }
            for (index, end) in wanted.enumerated() where end.revents & Int16(POLLIN) != 0 {
                let count = read(masters[index], &buffer, buffer.count)
                if count > 0 { _ = write(masters[1 - index], buffer, count) }
            }
        }
    }
}
