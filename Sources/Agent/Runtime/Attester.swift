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
        do {
            while try await attestOnce() {}
        } catch {
            log.error("attestation can't be made", metadata: ["cause": "\(error)"])
            guard let error = error as? JournalError else { return }
            await journal.recoverIfNeeded(from: error, known: known, clock: clock, log: log)
        }
    }

    /// Makes the next attestation; false if there is nothing to state.
    private func attestOnce() async throws -> Bool {
        let open = try await journal.unattested(limit: AgentLimits.readingsPerAttestationMax)
        let gaps = Self.statable(open.gaps)
        guard open.readings != nil || !gaps.isEmpty else { return false }
        let digest = try await digest(of: open)
        let hasLostPlace = gaps.contains {
            $0.gap.kind == .attestations && $0.gap.reason == .journalLost
                && $0.gap.last >= open.head.sequence
        }
        let claims = AttestationClaims(
            time: clock.now(), boot: boot, bootSeed: bootSeed,
            softwareVersion: Daemon.version, sequence: open.head.sequence + 1,
            previous: hasLostPlace ? nil : open.head.hash, readings: digest,
            gaps: gaps.map(\.gap))
        let attestation = try Attestation.sign(claims, with: key)
        try await journal.store(
            StoredAttestation(
                sequence: claims.sequence, wallMilliseconds: claims.time.wallMilliseconds,
                readings: open.readings, hash: attestation.hash, bytes: attestation.encoded),
            signing: gaps)
        log.debug(
            "attested",
            metadata: [
                "sequence": "\(claims.sequence)", "hash": "\(attestation.hash)",
                "readings": "\(claims.readings?.count ?? 0)", "gaps": "\(gaps.count)",
            ])
        return true
    }

    /// The digest of the readings that are to be stated, page by page in bounded memory.
    private func digest(of open: Unattested) async throws -> ReadingsDigest? {
        guard let range = open.readings else { return nil }
        let empty = ReadingsDigest.Builder(packBytesMax: packBytesMax)
        let (result, _) = try await journal.reduce(range, into: Result.success(empty)) {
            (result: inout Result<ReadingsDigest.Builder, AttestationError>, reading) in
            guard case .success(var builder) = result else { return }
            // The builder must have one owner while it grows, or every step would copy it.
            result = .success(empty)
            do throws(AttestationError) {
                try builder.add(reading)
                result = .success(builder)
            } catch {
                result = .failure(error)
            }
        }
        return try result.get().finish()
    }

    /// As many gaps as one attestation can state; that of a lost journal comes first, because the
    /// chain can't go on without it.
    private static func statable(_ gaps: [StoredGap]) -> [StoredGap] {
        let lost = gaps.filter { $0.gap.reason == .journalLost }
        let others = gaps.filter { $0.gap.reason != .journalLost }
        return Array((lost + others).prefix(AttestationLimits.gapsMax))
    }
}
