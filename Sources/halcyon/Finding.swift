// SPDX-License-Identifier: Apache-2.0

internal import Agent
internal import HAL
internal import Journal
internal import Telemetry

/// What `doctor` says of one thing.
struct Finding: Encodable {
    /// How it is.
    enum State: String, Encodable {
        case ok
        case warning
        case fault
    }

    let subject: String
    let state: State
    let detail: String
    let next: String?

    init(_ subject: String, _ state: State, _ detail: String, next: String? = nil) {
        self.subject = subject
        self.state = state
        self.detail = detail
        self.next = next
    }

    /// What the outcomes of a device's points say of it.
    init(device: String, on bus: String, _ outcomes: [Outcome]) {
        let bad = outcomes.filter { $0.quality == .bad }
        let subject = "device \(device)"
        guard !outcomes.isEmpty else {
            self.init(subject, .warning, "not read yet")
            return
        }
        let faults = bad.compactMap(\.fault)
        guard let fault = faults.first(where: { $0 != .backingOff }) ?? faults.first else {
            let points = Format.count(outcomes.count, "point")
            self.init(subject, .ok, "\(points) good, bus \(bus)")
            return
        }
        self.init(
            subject, bad.count == outcomes.count ? .fault : .warning,
            "\(bad.count) of \(outcomes.count) points bad: \(fault.word)", next: Self.advice(fault))
    }

    /// What an output's state says of it.
    init(_ view: OutputView) {
        let subject = "output \(view.output.point.id)"
        let safe = Format.value(view.output.rules.safe)
        let shown = view.outcome?.value.map { Format.value($0) }
        let newest = view.newest
        guard newest?.command.holder != "halcyon" || newest?.ending?.result != .failed else {
            self.init(
                subject, .fault, "did not take its safe state: \(newest?.ending?.cause ?? "")",
                next: "switch it off by hand; check its power and wiring")
            return
        }
        switch (view.isSafe, view.holder) {
        case (true?, _): self.init(subject, .ok, "in its safe state, \(safe)")
        case (false?, let holder?):
            self.init(subject, .ok, "shows \(shown ?? ""), held by \(holder)")
        case (false?, nil):
            self.init(
                subject, .fault, "shows \(shown ?? "") though nobody holds it, safe is \(safe)",
                next: view.isRunning ? "halcyon output history" : "halcyon output safe")
        case (nil, _) where view.isPassedOver:
            self.init(
                subject, .ok,
                "not read while the daemon is down: to read a GPIO output is to drive it"
            )
        case (nil, _):
            self.init(
                subject, view.outcome == nil ? .warning : .fault,
                view.outcome?.fault.map { "can't be read: \($0.word)" } ?? "not read yet")
        }
    }

    /// The finding for people.
    var lines: [String] {
        let mark =
            switch state {
            case .ok: "ok      "
            case .warning: "WARNING "
            case .fault: "FAULT   "
            }
        return ["\(mark) \(subject): \(detail)"] + (next.map { ["           → \($0)"] } ?? [])
    }

    private static func advice(_ fault: Fault) -> String {
        switch fault {
        case .timeout, .backingOff:
            "check the wiring, the unit id, the line's speed and parity, and timeout_seconds"
        case .notConnected:
            "check the address and that the device is on; for a serial line, that it is not in use"
        case .accessDenied:
            "let the daemon's user have the device's group: sudo usermod -aG dialout halcyon"
        case .busy: "another program, bus or trigger has it"
        case .powerOnValue: "the sensor lost power before it could measure: check its supply"
        case .stale: "nothing new comes: check the wiring and the line's speed"
        case .noFix: "give the antenna a view of the sky"
        case .missing: "the file, line or channel is not there: check its name"
        case .checksum, .malformedAnswer: "check termination, bias and the line's speed"
        case .wrongDevice: "two devices may have one unit id"
        case .modbusIllegalAddress, .modbusIllegalFunction, .modbusIllegalValue:
            "compare table, address and type with the device's manual"
        default: "halcyon reading list shows when it began"
        }
    }
}
