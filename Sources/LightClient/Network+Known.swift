// SPDX-License-Identifier: Apache-2.0

internal import Bytes

/// Networks that everybody can join, by their published configurations (as of April 2026).
extension Network {
    /// The networks known by name.
    public static let known: [Network] = [
        .mainnet, .sepolia, .hoodi, .gnosis, .chiado,
    ].compactMap { $0 }

    /// The network of that name.
    public static func named(_ name: String) -> Network? {
        known.first { $0.name == name }
    }

    static let mainnet = try? Network(
        name: "mainnet", chainID: 1, genesisTime: 1_606_824_023,
        genesisValidatorsRoot: root(
            "4b363db94e286120d76eb905340fdd4e54bfe9f06bf33ff6cf5ad27f511bfe95"),
        secondsPerSlot: 12, slotsPerEpoch: 32, epochsPerSyncCommitteePeriod: 256,
        syncCommitteeSize: 512,
        forks: [
            fork(.phase0, 0x00000000, 0),
            fork(.altair, 0x01000000, 74_240),
            fork(.bellatrix, 0x02000000, 144_896),
            fork(.capella, 0x03000000, 194_048),
            fork(.deneb, 0x04000000, 269_568),
            fork(.electra, 0x05000000, 364_032),
            fork(.fulu, 0x06000000, 411_392),
        ],
        blobSchedule: [
            BlobParameters(epoch: 364_032, maxBlobsPerBlock: 9),
            BlobParameters(epoch: 412_672, maxBlobsPerBlock: 15),
            BlobParameters(epoch: 419_072, maxBlobsPerBlock: 21),
        ])

    static let sepolia = try? Network(
        name: "sepolia", chainID: 11_155_111, genesisTime: 1_655_733_600,
        genesisValidatorsRoot: root(
            "d8ea171f3c94aea21ebc42a1ed61052acf3f9209c00e4efbaaddac09ed9b8078"),
        secondsPerSlot: 12, slotsPerEpoch: 32, epochsPerSyncCommitteePeriod: 256,
        syncCommitteeSize: 512,
        forks: [
            fork(.phase0, 0x90000069, 0),
            fork(.altair, 0x90000070, 50),
            fork(.bellatrix, 0x90000071, 100),
            fork(.capella, 0x90000072, 56_832),
            fork(.deneb, 0x90000073, 132_608),
            fork(.electra, 0x90000074, 222_464),
            fork(.fulu, 0x90000075, 272_640),
        ])

    static let hoodi = try? Network(
        name: "hoodi", chainID: 560_048, genesisTime: 1_742_213_400,
        genesisValidatorsRoot: root(
            "212f13fc4df078b6cb7db228f1c8307566dcecf900867401a92023d7ba99cb5f"),
        secondsPerSlot: 12, slotsPerEpoch: 32, epochsPerSyncCommitteePeriod: 256,
        syncCommitteeSize: 512,
        forks: [
            fork(.phase0, 0x10000910, 0),
            fork(.altair, 0x20000910, 0),
            fork(.bellatrix, 0x30000910, 0),
            fork(.capella, 0x40000910, 0),
            fork(.deneb, 0x50000910, 0),
            fork(.electra, 0x60000910, 2_048),
            fork(.fulu, 0x70000910, 50_688),
        ])

    static let gnosis = try? Network(
        name: "gnosis", chainID: 100, genesisTime: 1_638_993_340,
        genesisValidatorsRoot: root(
            "f5dcb5564e829aab27264b9becd5dfaa017085611224cb3036f573368dbb9d47"),
        secondsPerSlot: 5, slotsPerEpoch: 16, epochsPerSyncCommitteePeriod: 512,
        syncCommitteeSize: 512,
        forks: [
            fork(.phase0, 0x00000064, 0),
            fork(.altair, 0x01000064, 512),
            fork(.bellatrix, 0x02000064, 385_536),
            fork(.capella, 0x03000064, 648_704),
            fork(.deneb, 0x04000064, 889_856),
            fork(.electra, 0x05000064, 1_337_856),
            fork(.fulu, 0x06000064, 1_714_688),
        ])

    static let chiado = try? Network(
        name: "chiado", chainID: 10_200, genesisTime: 1_665_396_300,
        genesisValidatorsRoot: root(
            "9d642dac73058fbf39c0ae41ab1e34e4d889043cb199851ded7095bc99eb4c1e"),
        secondsPerSlot: 5, slotsPerEpoch: 16, epochsPerSyncCommitteePeriod: 512,
        syncCommitteeSize: 512,
        forks: [
            fork(.phase0, 0x0000006f, 0),
            fork(.altair, 0x0100006f, 90),
            fork(.bellatrix, 0x0200006f, 180),
            fork(.capella, 0x0300006f, 244_224),
            fork(.deneb, 0x0400006f, 516_608),
            fork(.electra, 0x0500006f, 948_224),
            fork(.fulu, 0x0600006f, 1_353_216),
        ])

    private static func root(_ digits: String) -> Bytes32 { Bytes32(hex: digits) ?? .zero }

    private static func fork(_ fork: ConsensusFork, _ version: UInt32, _ epoch: UInt64) -> Fork {
        let bytes = stride(from: 24, through: 0, by: -8).map {
            UInt8(truncatingIfNeeded: version >> UInt32($0))
        }
        return Fork(fork, version: bytes, epoch: epoch)
    }
}
