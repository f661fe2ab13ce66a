// SPDX-License-Identifier: Apache-2.0

internal import HAL
internal import Telemetry

/// One output of an `OutputSet`, which guards it: its driver, its state and its way round the driver.
final class OutputEntry {
    let bus: String
    let driver: any OutputDriver
    let configuration: OutputConfiguration
    /// Its number for the guard process.
    let number: Int
    var guardian: OutputGuard
    /// How its safe state is written if this process ends; `nil` if the kernel sees to that, or no
    /// one can.
    var fallback: OutputFallback?
    /// The leave of the holder's write that is under way.
    var permit: WritePermit?
    /// The first attempt to write the safe state.
    var firstAttempt: Task<Void, Never>?
    /// Until when, in milliseconds of uptime, the safe state of an output that left the configuration
    /// without reaching it is tried on; `nil` for one that is there.
    var giveUpUptimeMilliseconds: Int64?
    /// When the holder's or the safe write that is under way began; `nil` for none.
    var writeStarted: Int64?
    /// When the present return to the safe state began, in milliseconds of uptime.
    var returnStarted: Int64?

    var point: PointID { configuration.point.id }

    /// Makes the write that is under way end when the guard would not begin it any more.
    func movePermit() {
        guard case .writing = guardian.state else {
            permit?.end()
            return
        }
        permit?.set(untilUptimeMilliseconds: guardian.wakeUptimeMilliseconds ?? .max)
    }

    init(
        bus: String, driver: any OutputDriver, configuration: OutputConfiguration, number: Int,
        leasesGiven: UInt64
    ) {
        self.bus = bus
        self.driver = driver
        self.configuration = configuration
        self.number = number
        guardian = OutputGuard(
            point: configuration.point.id, rules: configuration.rules, leasesGiven: leasesGiven)
    }
}
