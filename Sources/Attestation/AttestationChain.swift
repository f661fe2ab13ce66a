// SPDX-License-Identifier: Apache-2.0

public import Bytes
internal import Telemetry

/// Checks that one device's attestations, in order, leave nothing out that is not declared lost.
///
/// The first one may have any number: what came before it may have been kept elsewhere.
public struct AttestationChain: Sendable {
    /// What is remembered of the newest attestation.
    public struct Link: Hashable, Sendable {
        /// The device.
        public let device: DeviceID
        /// Its sequence number.
        public let sequence: UInt64
        /// Its hash.
        public let hash: Bytes32
        /// The boot count.
        public let boot: UInt32
        /// The boot seed.
        public let bootSeed: Bytes32
        /// The uptime when it was signed.
        public let uptimeMilliseconds: Int64

        init(_ attestation: Attestation) {
            device = attestation.device
            sequence = attestation.claims.sequence
            hash = attestation.hash
            boot = attestation.claims.boot
            bootSeed = attestation.claims.bootSeed
            uptimeMilliseconds = attestation.claims.time.uptimeMilliseconds
        }
    }

    /// The newest attestation that was accepted.
    public private(set) var last: Link?
    /// The identifier of the newest attested reading.
    public private(set) var lastReading: UInt64?

    /// Readings that were declared lost and lie after `lastReading`.
    private var lost = PositionSet()

    /// A chain that begins with the first attestation that is accepted.
    public init() {}

    /// Takes the next attestation.
    ///
    /// - Throws: `AttestationError` of a rule whose name begins with `chain`; the chain is then as
    ///   it was.
    public mutating func accept(_ attestation: Attestation) throws(AttestationError) {
        if let last {
            try Self.checkPlace(attestation, after: last)
            try Self.checkBoot(attestation, after: last)
        }
        var lost = lost
        for range in attestation.claims.lost(.readings).ranges { lost.insert(range) }
        let readings = attestation.claims.readings
        if let readings, let lastReading {
            guard readings.first > lastReading else {
                throw Self.error(.chainReadingsOverlap, attestation)
            }
            guard lost.covers(between: lastReading, and: readings.first) else {
                throw Self.error(.chainReadingsMissing, attestation)
            }
        }
        let newest = readings?.last ?? lastReading
        lost.forget(through: newest ?? 0)
        guard lost.ranges.count <= AttestationLimits.rangesPendingMax else {
            throw Self.error(.chainRanges, attestation)
        }
        self.lost = lost
        lastReading = newest
        last = Link(attestation)
    }

    private static func checkPlace(
        _ attestation: Attestation, after last: Link
    ) throws(AttestationError) {
        let claims = attestation.claims
        guard attestation.device == last.device else { throw error(.chainDevice, attestation) }
        guard claims.sequence > last.sequence else { throw error(.chainOrder, attestation) }
        guard let previous = claims.previous else {
            let lost = claims.lost(.attestations, reason: .journalLost)
            guard !lost.ranges.isEmpty, lost.covers(between: last.sequence, and: claims.sequence)
            else { throw error(.chainRestart, attestation) }
            return
        }
        guard claims.sequence - last.sequence == 1 else { throw error(.chainMissing, attestation) }
        guard previous == last.hash else { throw error(.chainPrevious, attestation) }
    }

    private static func checkBoot(
        _ attestation: Attestation, after last: Link
    ) throws(AttestationError) {
        let claims = attestation.claims
        guard claims.boot >= last.boot else { throw error(.chainBootCount, attestation) }
        guard claims.boot == last.boot else { return }
        guard claims.bootSeed == last.bootSeed else { throw error(.chainBootSeed, attestation) }
        guard claims.time.uptimeMilliseconds >= last.uptimeMilliseconds else {
            throw error(.chainUptime, attestation)
        }
    }

    private static func error(
        _ rule: AttestationError.Rule, _ attestation: Attestation
    ) -> AttestationError {
        AttestationError(rule, "attestation \(attestation.claims.sequence)")
    }
}
