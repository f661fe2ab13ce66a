// SPDX-License-Identifier: Apache-2.0

// Writes to a journal until it is killed, and says on standard output what it was promised:
//
//     journal-crasher PATH
//
// Each line is `READING SEQUENCE`: the last durable reading and attestation at that moment.

import Bytes
import Glibc
import Journal
import Telemetry

guard CommandLine.arguments.count == 2, let id = PointID("crash/number") else { exit(64) }
let point = Point(id: id, unit: .count)
var uptime: Int64 = 0

@MainActor func now() -> Timestamp {
    uptime += 10
    return Timestamp(wallMilliseconds: 1_790_000_000_000 + uptime, uptimeMilliseconds: uptime)
}

do {
    let (journal, _) = try Journal.open(
        at: CommandLine.arguments[1], options: JournalOptions(quotaBytes: 4 << 20), now: now(),
        bootID: "crash")
    let before = await journal.totals[id] ?? 0
    for round in UInt64(1)... {
        let readings = (0..<20).map { index in
            Reading(point: point, outcome: .good(.integer(index)), time: now())
        }
        // The count of a counter is that of the readings: one without the other would show.
        await journal.record(readings, totals: [id: before + Int64(20 * round)])
        let last = try await journal.commit(now: now()).lastID
        var sequence = try await journal.unattested(limit: 1).head.sequence
        if round % 3 == 0 {
            let due = try await journal.unattested(limit: 1000)
            sequence = due.head.sequence + 1
            guard let hash = Bytes32([UInt8](repeating: 7, count: 32)) else { exit(70) }
            let attestation = StoredAttestation(
                sequence: sequence, wallMilliseconds: now().wallMilliseconds,
                readings: due.readings, hash: hash,
                bytes: [UInt8](repeating: 7, count: 400))
            try await journal.store(attestation, signing: due.gaps)
        }
        let line = Array("\(last) \(sequence)\n".utf8)
        guard write(1, line, line.count) == line.count else { exit(1) }
    }
} catch {
    let line = Array("\(error)\n".utf8)
    _ = write(2, line, line.count)
    exit(1)
}
