// SPDX-License-Identifier: Apache-2.0

internal import Attestation
internal import Bytes
internal import HAL
internal import Journal
internal import Logging
internal import Telemetry

/// Signs what the journal holds and no attestation covers.
///
/// An attestation leaves memory only by the commit that stores it, so a number is never used for
/// two statements, wherever the power fails.
actor Attester {
    private let journal: Journal
    private let key: DeviceKey
    private let boot: UInt32
    private let bootSeed: Bytes32
    private let clock: any HALClock
    private let log = Logger(label: "attestation")
    private var packBytesMax: Int

    init(
        journal: Journal, key: DeviceKey, boot: UInt32, bootID: String, packBytesMax: Int,
        clock: any HALClock
    ) {
        self.journal = journal
        self.key = key
        self.boot = boot
        self.bootSeed = SHA256.digest(Array(bootID.utf8))
        self.packBytesMax = packBytesMax
        self.clock = clock
    }

    /// Takes over a changed configuration.
    func set(packBytesMax: Int) { self.packBytesMax = packBytesMax }

    /// Signs all that is durable, in as many attestations as it takes.
    func attest() async {
        let known = await journal.recoveries
        var changes = 0
        do {
            while true {
                switch try await attestOnce() {
                case .attested: changes = 0
                case .complete: return
                case .changedMeanwhile:
                    changes += 1
                    guard changes < Self.triesMax else {
                        log.info("readings go faster than they can be signed")
                        return
                    }
                }
            }
        } catch {
            log.error("attestation can't be made", metadata: ["cause": "\(error)"])
            guard let error = error as? JournalError else { return }
            await journal.recoverIfNeeded(from: error, known: known, clock: clock, log: log)
        }
    }

    /// How often one attestation is begun anew because readings were evicted; after that it waits
    /// for its next time.
    private static let triesMax = 3

    private enum Progress { case attested, complete, changedMeanwhile }

    /// Makes the next attestation. Commits go on meanwhile; if they evict what is being signed,
    /// nothing is stored.
    private func attestOnce() async throws -> Progress {
        let open = try await journal.unattested(limit: AgentLimits.readingsPerAttestationMax)
        guard open.readings != nil || !open.gaps.isEmpty else { return .complete }
        let digest = try await digest(of: open)
        guard digest?.count ?? 0 == UInt64(open.count) else { return .changedMeanwhile }
        let claims = claims(of: open, digest)
        let attestation = try Attestation.sign(claims, with: key)
        do {
            try await journal.store(
                StoredAttestation(
                    sequence: claims.sequence, wallMilliseconds: claims.time.wallMilliseconds,
                    readings: open.readings, hash: attestation.hash, bytes: attestation.encoded),
                signing: open.gaps)
        } catch {
            guard error.rule == .changedMeanwhile else { throw error }
            return .changedMeanwhile
        }
        log.debug(
            "attested",
            metadata: [
                "sequence": "\(claims.sequence)", "hash": "\(attestation.hash)",
                "readings": "\(claims.readings?.count ?? 0)", "gaps": "\(open.gaps.count)",
            ])
        return .attested
    }

    private func claims(of open: Unattested, _ digest: ReadingsDigest?) -> AttestationClaims {
        let hasLostPlace = open.gaps.contains {
            $0.gap.kind == .attestations && $0.gap.reason == .journalLost
                && $0.gap.last >= open.head.sequence
        }
        return AttestationClaims(
            time: clock.now(), boot: boot, bootSeed: bootSeed,
            softwareVersion: Daemon.version, sequence: open.head.sequence + 1,
            previous: hasLostPlace ? nil : open.head.hash, readings: digest,
            gaps: open.gaps.map(\.gap))
    }

    /// The digest of the readings that are to be stated, page by page, so that neither memory nor
    /// the time for which commits wait grows with their number.
    private func digest(of open: Unattested) async throws -> ReadingsDigest? {
        guard let range = open.readings else { return nil }
        var builder = ReadingsDigest.Builder(packBytesMax: packBytesMax)
        var next = range.lowerBound
        while next <= range.upperBound {
            let page = try await journal.readings(
                next...range.upperBound, limit: AgentLimits.readingsPerPage)
            for reading in page { try builder.add(reading) }
            guard let last = page.last, page.count == AgentLimits.readingsPerPage else { break }
            next = last.id + 1
        }
        return builder.finish()
    }
}
