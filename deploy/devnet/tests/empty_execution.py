# SPDX-License-Identifier: Apache-2.0
"""An execution layer for the consensus tests alone: real osaka headers and hashes of blocks without transactions."""

from __future__ import annotations

import hashlib

import rlp
from eth_hash.auto import keccak
from trie import HexaryTrie

from devnet.seams import Payload, PayloadRequest, Withdrawal

EMPTY_OMMERS = keccak(rlp.encode([]))
EMPTY_TRIE = keccak(rlp.encode(b""))
NO_REQUESTS = hashlib.sha256().digest()
GAS_LIMIT = 30_000_000
GENESIS_TIME_SECONDS = 0


def _withdrawals_root(withdrawals: tuple[Withdrawal, ...]) -> bytes:
    trie = HexaryTrie({})
    for position, w in enumerate(withdrawals):
        trie[rlp.encode(position)] = rlp.encode([w.index, w.validator_index, w.address, w.amount_gwei])
    return bytes(trie.root_hash)


class EmptyExecution:
    """Builds empty blocks and remembers what consensus chose."""

    def __init__(self) -> None:
        self.blocks: dict[bytes, Payload] = {}
        self.chosen: list[tuple[bytes, bytes, bytes]] = []
        request = PayloadRequest(bytes(32), GENESIS_TIME_SECONDS, bytes(32), bytes(20), (), bytes(32))
        self.genesis_payload = self._seal(request, 0)

    def build(self, request: PayloadRequest) -> Payload:
        """Makes an empty block on a known parent."""
        parent = self.blocks[request.parent_hash]
        if request.timestamp <= parent.timestamp:
            raise ValueError("timestamp not after the parent's")
        return self._seal(request, parent.block_number + 1)

    def choose(self, head: bytes, safe: bytes, finalized: bytes) -> None:
        """Notes a fork choice among known blocks."""
        for block_hash in (head, safe, finalized):
            if block_hash != bytes(32) and block_hash not in self.blocks:
                raise KeyError(block_hash.hex())
        self.chosen.append((head, safe, finalized))

    def _seal(self, request: PayloadRequest, number: int) -> Payload:
        state_root = EMPTY_TRIE
        header = [
            request.parent_hash, EMPTY_OMMERS, request.fee_recipient, state_root, EMPTY_TRIE, EMPTY_TRIE, bytes(256),
            0, number, GAS_LIMIT, 0, request.timestamp, b"", request.prev_randao, bytes(8), 10**9,
            _withdrawals_root(request.withdrawals), 0, 0, request.parent_beacon_block_root, NO_REQUESTS,
        ]
        payload = Payload(
            parent_hash=request.parent_hash,
            fee_recipient=request.fee_recipient,
            state_root=state_root,
            receipts_root=EMPTY_TRIE,
            logs_bloom=bytes(256),
            prev_randao=request.prev_randao,
            block_number=number,
            gas_limit=GAS_LIMIT,
            gas_used=0,
            timestamp=request.timestamp,
            extra_data=b"",
            base_fee_per_gas=10**9,
            block_hash=keccak(rlp.encode(header)),
            transactions=(),
            withdrawals=request.withdrawals,
            blob_gas_used=0,
            excess_blob_gas=0,
        )
        self.blocks[payload.block_hash] = payload
        return payload
