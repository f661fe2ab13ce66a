// SPDX-License-Identifier: Apache-2.0

internal import Bytes
internal import Ethereum

/// Reads the fields of one light-client object in the layout of a fork, and brings them into the newest layout.
///
/// This is `upgrade_lc_OBJECT_to_FORK` of the specification for every object and fork at once.
struct ObjectReader {
    private var reader: SSZReader
    private let fork: ConsensusFork
    private let layout: ForkLayout
    private let network: Network
    private let place: String
    /// Headers that stand in place, with their names; those elsewhere follow when the object ends.
    private var places: [(name: String, bytes: ArraySlice<UInt8>?)] = []

    init(
        _ bytes: [UInt8], _ place: String, fork: ConsensusFork, network: Network
    ) throws(EthereumError) {
        guard bytes.count <= LightClientLimits.objectBytesMax else {
            throw EthereumError(.limit, "\(place): \(bytes.count) bytes")
        }
        reader = SSZReader(bytes[...], place)
        layout = ForkLayout.of(fork)
        self.fork = fork
        self.network = network
        self.place = place
    }

    /// Notes the header that stands here; `headers` gives it.
    mutating func header(_ name: String) throws(EthereumError) {
        switch layout.execution {
        case .none:
            places.append((name, try reader.bytes(BeaconBlockHeader.encodedBytes)))
        case .blockHash:
            let count =
                BeaconBlockHeader.encodedBytes
                + Bytes32.count * (1 + LightClientHeader.executionBranchDepth)
            places.append((name, try reader.bytes(count)))
        case .payloadHeader:
            try reader.offset()
            places.append((name, nil))
        }
    }

    /// Ends the object: its headers, in the order in which they stand.
    func headers() throws(EthereumError) -> [LightClientHeader] {
        var parts: ArraySlice<ArraySlice<UInt8>> = []
        if places.contains(where: { $0.bytes == nil }) {
            parts = try reader.variableParts()[...]
        } else {
            try reader.end()
        }
        var headers: [LightClientHeader] = []
        for (name, bytes) in places {
            let part = bytes ?? parts.popFirst() ?? []
            headers.append(
                try LightClientHeader(part, fork: fork, network: network, "\(place), \(name)"))
        }
        return headers
    }

    mutating func syncCommittee() throws(EthereumError) -> SyncCommittee {
        try SyncCommittee(from: &reader, size: network.syncCommitteeSize)
    }

    mutating func syncAggregate() throws(EthereumError) -> SyncAggregate {
        try SyncAggregate(from: &reader, size: network.syncCommitteeSize)
    }

    mutating func branch(
        _ index: KeyPath<ForkLayout, GeneralizedIndex>
    ) throws(EthereumError) -> [Bytes32] {
        let branch = try reader.vector(layout[keyPath: index].depth)
        return branch.normalized(to: ForkLayout.newest[keyPath: index].depth)
    }

    mutating func slot() throws(EthereumError) -> UInt64 { try reader.uint64() }
}
