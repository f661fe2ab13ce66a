// SPDX-License-Identifier: Apache-2.0

internal import Logging

/// The daemon from its arguments to its exit status.
public enum Daemon {
    /// Runs until it is told to stop.
    public static func run(arguments: [String]) async -> Int32 {
        LoggingSystem.bootstrap(StructuredLog.init)
        let log = Logger(label: "agent")
        do {
            let node = try TOMLDocument.parse(Array("a = 1".utf8))
            log.info("hello \(node)")
        } catch { log.error("\(error)") }
        return 0
    }
}
