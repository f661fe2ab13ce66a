// SPDX-License-Identifier: Apache-2.0

extension SyncProtocol {
    /// `apply_light_client_update`.
    ///
    /// - Throws: `LightClientError` of rule `committeeUnknown`, where the specification asserts.
    static func applyLightClientUpdate(
        _ store: inout LightClientStore, _ update: LightClientUpdate, network: Network
    ) throws(LightClientError) {
        let storePeriod = network.syncCommitteePeriod(atSlot: store.finalizedHeader.beacon.slot)
        let finalizedPeriod = network.syncCommitteePeriod(
            atSlot: update.finalizedHeader.beacon.slot)
        if let next = store.nextSyncCommittee {
            if finalizedPeriod == storePeriod + 1 {
                store.currentSyncCommittee = next
                store.nextSyncCommittee = update.nextSyncCommittee
                store.previousMaxActiveParticipants = store.currentMaxActiveParticipants
                store.currentMaxActiveParticipants = 0
            }
        } else {
            guard finalizedPeriod == storePeriod else {
                throw LightClientError(
                    .committeeUnknown, "finalized period \(finalizedPeriod), not \(storePeriod)")
            }
            store.nextSyncCommittee = update.nextSyncCommittee
        }
        if update.finalizedHeader.beacon.slot > store.finalizedHeader.beacon.slot {
            store.finalizedHeader = update.finalizedHeader
            if store.finalizedHeader.beacon.slot > store.optimisticHeader.beacon.slot {
                store.optimisticHeader = store.finalizedHeader
            }
        }
    }

    /// `process_light_client_store_force_update`: gives up on finality after a period without any.
    ///
    /// It is here for the official test vectors. Who holds money by what he knows stalls instead, and never calls this.
    ///
    /// - Throws: `LightClientError`.
    public static func processLightClientStoreForceUpdate(
        _ store: inout LightClientStore, currentSlot: UInt64, network: Network
    ) throws(LightClientError) {
        let (timeout, isNever) = store.finalizedHeader.beacon.slot.addingReportingOverflow(
            network.slotsPerSyncCommitteePeriod)
        guard !isNever, currentSlot > timeout, var update = store.bestValidUpdate else { return }
        if update.finalizedHeader.beacon.slot <= store.finalizedHeader.beacon.slot {
            update.finalizedHeader = update.attestedHeader
        }
        var next = store
        try applyLightClientUpdate(&next, update, network: network)
        next.bestValidUpdate = nil
        store = next
    }

    /// `process_light_client_update`; finality and optimistic updates too are updates.
    ///
    /// - Parameters:
    ///   - store: changes only if the update is accepted.
    ///   - update: what a provider says.
    ///   - currentSlot: the slot of now, by a clock that the caller has reason to believe.
    ///   - network: which network it is of.
    /// - Throws: `LightClientError`, with the store as it was.
    public static func processLightClientUpdate(
        _ store: inout LightClientStore, _ update: LightClientUpdate, currentSlot: UInt64,
        network: Network
    ) throws(LightClientError) {
        try validateLightClientUpdate(&store, update, currentSlot: currentSlot, network: network)
        var next = store
        if next.bestValidUpdate.map({ update.isBetter(than: $0, network) }) ?? true {
            next.bestValidUpdate = update
        }
        let count = update.syncAggregate.participantCount
        next.currentMaxActiveParticipants = max(next.currentMaxActiveParticipants, count)
        if count > next.safetyThreshold,
            update.attestedHeader.beacon.slot > next.optimisticHeader.beacon.slot
        {
            next.optimisticHeader = update.attestedHeader
        }
        let bringsNextSyncCommittee =
            !next.isNextSyncCommitteeKnown && update.isSyncCommitteeUpdate
            && update.isFinalityUpdate
            && network.syncCommitteePeriod(atSlot: update.finalizedHeader.beacon.slot)
                == network.syncCommitteePeriod(atSlot: update.attestedHeader.beacon.slot)
        let isNewer =
            update.finalizedHeader.beacon.slot > next.finalizedHeader.beacon.slot
        if update.syncAggregate.hasSupermajority, isNewer || bringsNextSyncCommittee {
            try applyLightClientUpdate(&next, update, network: network)
            next.bestValidUpdate = nil
        }
        store = next
    }
}
