// SPDX-License-Identifier: Apache-2.0

extension LightClientUpdate {
    /// `is_better_update`: which of two updates of a period tells more.
    ///
    /// - Parameters:
    ///   - old: the update to beat.
    ///   - network: for periods.
    /// - Returns: whether this one is the better.
    public func isBetter(than old: LightClientUpdate, _ network: Network) -> Bool {
        let count = syncAggregate.participantCount
        let oldCount = old.syncAggregate.participantCount
        let isSupermajority = syncAggregate.hasSupermajority
        if isSupermajority != old.syncAggregate.hasSupermajority { return isSupermajority }
        if !isSupermajority, count != oldCount { return count > oldCount }

        let hasCommittee = hasRelevantSyncCommittee(network)
        if hasCommittee != old.hasRelevantSyncCommittee(network) { return hasCommittee }

        if isFinalityUpdate != old.isFinalityUpdate { return isFinalityUpdate }
        if isFinalityUpdate {
            let hasFinality = hasSyncCommitteeFinality(network)
            if hasFinality != old.hasSyncCommitteeFinality(network) { return hasFinality }
        }

        if count != oldCount { return count > oldCount }
        let slot = attestedHeader.beacon.slot
        if slot != old.attestedHeader.beacon.slot { return slot < old.attestedHeader.beacon.slot }
        return signatureSlot < old.signatureSlot
    }

    private func hasRelevantSyncCommittee(_ network: Network) -> Bool {
        isSyncCommitteeUpdate
            && network.syncCommitteePeriod(atSlot: attestedHeader.beacon.slot)
                == network.syncCommitteePeriod(atSlot: signatureSlot)
    }

    private func hasSyncCommitteeFinality(_ network: Network) -> Bool {
        network.syncCommitteePeriod(atSlot: finalizedHeader.beacon.slot)
            == network.syncCommitteePeriod(atSlot: attestedHeader.beacon.slot)
    }
}
