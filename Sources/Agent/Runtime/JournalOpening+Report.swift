// SPDX-License-Identifier: Apache-2.0

internal import Journal
internal import Logging
internal import Telemetry

extension JournalOpening {
    /// Logs what was found and done.
    func report(to log: Logger) {
        switch outcome {
        case .created: log.notice("journal created")
        case .opened: log.info("journal opened")
        case .migrated(let version):
            log.notice("journal migrated", metadata: ["from": "\(version)"])
        case .quarantined(let path, let reason):
            log.error(
                "journal was damaged and is set aside; a new one is begun",
                metadata: ["kept": "\(path)", "cause": "\(reason)"])
        }
        if countersRebuilt { log.warning("journal counters were made again") }
        for gap in gaps {
            log.error(
                "positions lost",
                metadata: [
                    "kind": "\(gap.kind)", "reason": "\(gap.reason)", "first": "\(gap.first)",
                    "last": "\(gap.last)",
                ])
        }
    }
}
