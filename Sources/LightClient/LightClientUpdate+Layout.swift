// SPDX-License-Identifier: Apache-2.0

/// Objects that come without the name of their fork, as files do.
extension LightClientUpdate {
    /// Reads an object in SSZ whose layout is that of the fork at its attested slot.
    ///
    /// - Parameters:
    ///   - bytes: the object alone.
    ///   - kind: which object.
    ///   - network: sizes and schedule.
    /// - Throws: `LightClientError` of rule `encoding`.
    public init(ssz bytes: [UInt8], _ kind: Kind, network: Network) throws(LightClientError) {
        self = try network.readByOwnSlot { (fork) throws(LightClientError) in
            let update = try LightClientUpdate(ssz: bytes, kind, fork: fork, network: network)
            return (update, update.attestedHeader.beacon.slot)
        }
    }

    /// Reads one update of a provider's stream.
    ///
    /// The digest in front names the fork. A digest that the network's schedule doesn't give, because nobody told its blob
    /// parameters, leaves it to the attested slot. Either only says how the bytes are laid out: what binds an update to its
    /// network is the signature.
    ///
    /// - Parameters:
    ///   - chunk: digest and object.
    ///   - network: sizes and schedule.
    /// - Throws: `LightClientError` of rule `encoding`.
    public init(_ chunk: UpdateChunk, network: Network) throws(LightClientError) {
        if let fork = network.fork(ofDigest: chunk.digest) {
            try self.init(ssz: chunk.ssz, .update, fork: fork, network: network)
        } else {
            try self.init(ssz: chunk.ssz, .update, network: network)
        }
    }
}

extension LightClientBootstrap {
    /// Reads a bootstrap in SSZ whose layout is that of the fork at its slot.
    ///
    /// - Throws: `LightClientError` of rule `encoding`.
    public init(ssz bytes: [UInt8], network: Network) throws(LightClientError) {
        self = try network.readByOwnSlot { (fork) throws(LightClientError) in
            let bootstrap = try LightClientBootstrap(ssz: bytes, fork: fork, network: network)
            return (bootstrap, bootstrap.header.beacon.slot)
        }
    }
}

extension LightClientStore {
    /// Whether a bootstrap tells the committee that this store knows for its period; `nil` where the store knows none.
    public func agrees(with bootstrap: LightClientBootstrap, network: Network) -> Bool? {
        let period = network.syncCommitteePeriod(atSlot: finalizedHeader.beacon.slot)
        switch network.syncCommitteePeriod(atSlot: bootstrap.header.beacon.slot) {
        case period: return currentSyncCommittee == bootstrap.currentSyncCommittee
        case period + 1: return nextSyncCommittee.map { $0 == bootstrap.currentSyncCommittee }
        default: return nil
        }
    }
}
