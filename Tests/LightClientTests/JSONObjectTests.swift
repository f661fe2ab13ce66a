// SPDX-License-Identifier: Apache-2.0

import JSON
import TestSupport
import Testing

@testable import LightClient

/// Objects of the Beacon API in JSON are the same objects as in SSZ.
@Suite(.enabled(if: SharedData.isThere, "no ../shared/data beside the project"))
struct JSONObjectTests {
    private let chain: MainnetChain

    init() throws {
        chain = try MainnetChain.shared.get()
    }

    private func answer(_ fork: ConsensusFork, _ data: JSONValue) -> JSONValue {
        .object(["version": .string(fork.rawValue), "data": data])
    }

    @Test("finality and optimistic updates in JSON are verified like those in SSZ")
    func latest() throws {
        var store = try #require(chain.offers.last { $0.fork == .capella }).before
        for (file, kind) in [
            ("finUpdate", LightClientUpdate.Kind.finality), ("optUpdate", .optimistic),
        ] {
            let text = try SharedData.bytes("light-client/mainnet-capella/\(file).json")
            let update = try LightClientUpdate(
                json: JSONReader.read(text), kind, network: chain.network)
            try SyncProtocol.processLightClientUpdate(
                &store, update, currentSlot: update.signatureSlot, network: chain.network)
        }
        #expect(store.finalizedHeader.beacon.slot == 6_730_848)
        #expect(store.optimisticHeader.beacon.slot == 6_730_936)
    }

    @Test("every object of mainnet is the same after a way through JSON and back")
    func roundTrip() throws {
        let network = chain.network
        for offer in chain.offers {
            let type = SSZType.update(offer.kind, offer.fork, network)
            let data = type.json(offer.ssz[...])
            #expect(try type.encode(data, "update") == offer.ssz)
            let update = try LightClientUpdate(
                json: answer(offer.fork, data), offer.kind, network: network)
            #expect(update == offer.update)
            #expect(try LightClientUpdate(ssz: offer.ssz, offer.kind, network: network) == update)
        }
        for start in chain.starts {
            let type = SSZType.bootstrap(start.fork, network)
            let data = type.json(start.ssz[...])
            #expect(try type.encode(data, "bootstrap") == start.ssz)
            #expect(
                try LightClientBootstrap(json: answer(start.fork, data), network: network)
                    == LightClientBootstrap(ssz: start.ssz, network: network))
        }
    }

    @Test("every fork's objects have one form in JSON and SSZ", arguments: ConsensusFork.allCases)
    func forks(fork: ConsensusFork) throws {
        // Of zeros, as no public data has objects of every fork.
        for type in [
            SSZType.bootstrap(fork, chain.network), .update(.update, fork, chain.network),
            .update(.finality, fork, chain.network), .update(.optimistic, fork, chain.network),
        ] {
            let empty = type.emptyJSON
            let ssz = try type.encode(empty, "object")
            #expect(type.json(ssz[...]) == empty)
        }
        let ssz = try SSZType.update(.update, fork, chain.network)
            .encode(SSZType.update(.update, fork, chain.network).emptyJSON, "update")
        let update = try LightClientUpdate(ssz: ssz, fork: fork, network: chain.network)
        #expect(update.attestedHeader == .empty && !update.isFinalityUpdate)
        #expect(!update.isSyncCommitteeUpdate && update.nextSyncCommittee == nil)
    }

    static let refusals: [(JSONValue, SSZType, String)] = [
        (.number("1"), .uint64, "x: not a decimal text"),
        (.string("01"), .uint64, "x: not a decimal text"),
        (.string("0x1"), .uint64, "x: not a decimal text"),
        (.string(""), .uint64, "x: not a decimal text"),
        (.string("18446744073709551616"), .uint64, "x: more than 8 bytes"),
        (.string("aabb"), .bytes(2), "x: not a text of 0x and digits"),
        (.null, .bytes(2), "x: not a text of 0x and digits"),
        (.string("0xaa"), .bytes(2), "x: 1 bytes, not 2"),
        (.string("0xaab"), .bytes(2), "x: not hexadecimal"),
        (.string("0xaabbcc"), .bytes(2), "x: more than 2 bytes"),
        (.string("0xaag0"), .bytes(2), "x: not hexadecimal"),
        (.string("0xaabbcc"), .byteList(max: 2), "x: more than 2 bytes"),
        (.string("0xff"), .bits(7), "x: bits beyond 7"),
        (.array([.string("1")]), .vector(.uint64, 2), "x: not an array of 2"),
        (.object([:]), .vector(.uint64, 0), "x: not an array of 0"),
        (.array([.string("1"), .null]), .vector(.uint64, 2), "x[1]: not a decimal text"),
        (.object([:]), .container([.init("y", .uint64)]), "x.y: missing"),
        (.array([]), .container([.init("y", .uint64)]), "x.y: missing"),
    ]

    @Test("values of another form are refused where they stand", arguments: refusals)
    func refusal(value: JSONValue, type: SSZType, place: String) {
        #expect(throws: LightClientError(.json, place)) { try type.encode(value, "x") }
    }

    @Test("an answer without a version that is known, or without data, is refused")
    func versions() {
        for (answer, place) in [
            (JSONValue.object(["data": .null]), "finality: no version that is known"),
            (.object(["version": .string("atlantis")]), "finality: no version that is known"),
            (.object(["version": .string("capella")]), "finality: no data"),
            (.array([]), "finality: no version that is known"),
        ] {
            #expect(throws: LightClientError(.json, place)) {
                try LightClientUpdate(json: answer, .finality, network: chain.network)
            }
        }
    }
}

extension SSZType {
    /// The value of zeros.
    fileprivate var emptyJSON: JSONValue {
        switch self {
        case .uint: .string("0")
        case .byteList: .string("0x")
        case .bytes, .bits: .string("0x" + String(repeating: "00", count: fixedBytes))
        case .vector(let type, let count): .array(Array(repeating: type.emptyJSON, count: count))
        case .container(let fields):
            .object(
                Dictionary(uniqueKeysWithValues: fields.map { ($0.name, $0.type.emptyJSON) }))
        }
    }
}
