// SPDX-License-Identifier: Apache-2.0

internal import BLS
public import Bytes

/// Hash-tree-roots of SSZ (consensus specification, ssz/simple-serialize.md, "Merkleization").
public enum SSZTree {
    /// The roots of trees of zeros only, by depth.
    private static let zeroRoots: [Bytes32] = {
        var roots = [Bytes32.zero]
        for _ in 0..<64 {
            let last = roots[roots.count - 1]
            roots.append(SHA256.digest(last, last))
        }
        return roots
    }()

    /// The root over chunks, filled up with zeros to the next power of two of `limit`.
    ///
    /// - Parameters:
    ///   - chunks: the leaves.
    ///   - limit: how many leaves the type has room for; the count of `chunks` where it is fixed.
    /// - Returns: the root.
    public static func root(_ chunks: [Bytes32], limit: Int? = nil) -> Bytes32 {
        let places = max(limit ?? chunks.count, chunks.count, 1)
        let depth = Int.bitWidth - (places - 1).leadingZeroBitCount
        guard !chunks.isEmpty else { return zeroRoots[depth] }
        var layer = chunks
        for level in 0..<depth {
            if !layer.count.isMultiple(of: 2) { layer.append(zeroRoots[level]) }
            for index in 0..<layer.count / 2 {
                layer[index] = SHA256.digest(layer[2 * index], layer[2 * index + 1])
            }
            layer.removeLast(layer.count / 2)
        }
        return layer[0]
    }

    /// The siblings of a chunk on its way to the root, lowest first, as many as the tree is deep.
    ///
    /// - Parameters:
    ///   - index: which of `chunks`.
    ///   - chunks: the leaves, filled up with zeros to the next power of two.
    /// - Returns: the branch; none for a single chunk.
    public static func branch(to index: Int, in chunks: [Bytes32]) -> [Bytes32] {
        let depth = Int.bitWidth - (max(chunks.count, 1) - 1).leadingZeroBitCount
        var branch: [Bytes32] = []
        var layer = chunks
        var place = index
        for level in 0..<depth {
            if !layer.count.isMultiple(of: 2) { layer.append(zeroRoots[level]) }
            branch.append(layer.indices.contains(place ^ 1) ? layer[place ^ 1] : zeroRoots[level])
            layer = stride(from: 0, to: layer.count, by: 2).map {
                SHA256.digest(layer[$0], layer[$0 + 1])
            }
            place /= 2
        }
        return branch
    }

    /// The root of bytes, as a vector of them has it: packed into chunks of 32.
    ///
    /// - Parameters:
    ///   - bytes: the vector's, or the list's.
    ///   - limitBytes: how many the type has room for; the count of `bytes` where it is fixed.
    /// - Returns: the root, without a list's length.
    public static func root(
        ofBytes bytes: some Collection<UInt8>, limitBytes: Int? = nil
    ) -> Bytes32 {
        let all = Array(bytes)
        let chunks = stride(from: 0, to: all.count, by: Bytes32.count).map { start in
            Bytes32 { output in
                for index in start..<min(start + Bytes32.count, all.count) {
                    output[index - start] = all[index]
                }
            }
        }
        return root(chunks, limit: limitBytes.map { ($0 + 31) / 32 })
    }

    /// The root of a list: the root of its elements with their count mixed in.
    public static func root(_ elements: Bytes32, count: Int) -> Bytes32 {
        SHA256.digest(elements, chunk(UInt64(count)))
    }

    /// An integer of 64 bits as a leaf.
    public static func chunk(_ value: UInt64) -> Bytes32 {
        Bytes32 { output in
            UnsafeMutableRawPointer(output).storeBytes(of: value.littleEndian, as: UInt64.self)
        }
    }

    /// An integer of 256 bits as a leaf.
    public static func chunk(_ value: UInt256) -> Bytes32 {
        Bytes32(value.bytes.bytes.reversed()) ?? .zero
    }
}
