// SPDX-License-Identifier: Apache-2.0

/// What decoding costs at most, whoever sent the bytes.
public enum EthereumLimits {
    /// Bytes of one RLP text: a block's receipts are the largest that are asked for one by one.
    public static let rlpBytesMax = 8 << 20
    /// Lists within lists.
    public static let rlpDepthMax = 16
    /// Items in one RLP text, lists included.
    public static let rlpItemsMax = 1 << 20
    /// Nodes of one proof: a path of 64 nibbles can't have more.
    public static let proofNodesMax = 65
    /// Bytes of one node: a branch of 17 hashes takes 532.
    public static let proofNodeBytesMax = 1024
    /// Bytes of a block header.
    public static let headerBytesMax = 2048
    /// Receipts of one block.
    public static let receiptsMax = 1 << 16
    /// Bytes of a contract's code (EIP-170 allows 24,576; networks of their own more).
    public static let codeBytesMax = 1 << 18
}
