// SPDX-License-Identifier: Apache-2.0

internal import Ethereum

/// One update of the Beacon API's answer in SSZ to `/eth/v1/beacon/light_client/updates`: a fork digest and the object.
public struct UpdateChunk: Equatable, Sendable {
    /// Which fork of which network: four bytes.
    public let digest: [UInt8]
    /// The `LightClientUpdate`.
    public let ssz: [UInt8]

    /// The chunks of an answer, each behind its length in eight bytes, little-endian.
    ///
    /// - Throws: `LightClientError` of rule `encoding`, with the number of the chunk.
    public static func chunks(_ answer: [UInt8]) throws(LightClientError) -> [UpdateChunk] {
        var chunks: [UpdateChunk] = []
        var reader = SSZReader(answer[...], "updates")
        var left = answer.count
        while left > 0 {
            do throws(EthereumError) {
                guard chunks.count < LightClientLimits.updatesMax else {
                    throw EthereumError(.limit, "more than \(LightClientLimits.updatesMax) updates")
                }
                let length = try reader.uint64()
                guard length >= 4, length <= 4 + UInt64(LightClientLimits.objectBytesMax) else {
                    throw EthereumError(.sszLength, "\(length) bytes")
                }
                let bytes = try reader.bytes(Int(length))
                chunks.append(
                    UpdateChunk(digest: Array(bytes.prefix(4)), ssz: Array(bytes.dropFirst(4))))
                left -= 8 + Int(length)
            } catch {
                throw LightClientError(error, "update \(chunks.count)")
            }
        }
        return chunks
    }
}
