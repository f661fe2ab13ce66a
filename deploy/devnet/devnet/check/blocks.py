# SPDX-License-Identifier: Apache-2.0
"""Execution blocks recomputed from what JSON-RPC says of them: header hash, receipts root, accounts and slots."""

from __future__ import annotations

from typing import Any

import rlp
from eth_hash.auto import keccak

from . import patricia
from .report import Refused

# The fields of a header in the order they are encoded (prague and osaka: EIP-1559, 4895, 4844, 4788, 7685), with the
# length of those that are bytes; 0 is a number.
_FIELDS = {
    "parentHash": 32, "sha3Uncles": 32, "miner": 20, "stateRoot": 32, "transactionsRoot": 32, "receiptsRoot": 32,
    "logsBloom": 256, "difficulty": 0, "number": 0, "gasLimit": 0, "gasUsed": 0, "timestamp": 0, "extraData": None,
    "mixHash": 32, "nonce": 8, "baseFeePerGas": 0, "withdrawalsRoot": 32, "blobGasUsed": 0, "excessBlobGas": 0,
    "parentBeaconBlockRoot": 32, "requestsHash": 32,
}
FIELDS = len(_FIELDS)


def raw(text: str) -> bytes:
    """Bytes of 0x-prefixed hexadecimal."""
    if not text.startswith("0x"):
        raise Refused(f"{text[:20]!r} is not hexadecimal")
    return bytes.fromhex(text[2:])


def block_hash(block: dict[str, Any]) -> bytes:
    """Keccak of the RLP of the header whose fields JSON-RPC gave. Refused: a field is missing or malformed."""
    items: list[bytes | int] = []
    for name, length in _FIELDS.items():
        if name not in block:
            raise Refused(f"the header has no {name}")
        if length == 0:
            items.append(int(block[name], 16))
            continue
        value = raw(block[name])
        if length is not None and len(value) != length:
            raise Refused(f"{name} has {len(value)} bytes, not {length}")
        items.append(value)
    return keccak(rlp.encode(items))


def receipts_root(receipts: list[dict[str, Any]]) -> bytes:
    """The root over the receipts of a block (EIP-2718), in order."""
    encoded = []
    for receipt in receipts:
        logs = [[raw(log["address"]), list(map(raw, log["topics"])), raw(log["data"])] for log in receipt["logs"]]
        body = rlp.encode([int(receipt["status"], 16), int(receipt["cumulativeGasUsed"], 16),
                           raw(receipt["logsBloom"]), logs])
        kind = int(receipt["type"], 16)
        encoded.append(body if kind == 0 else bytes([kind]) + body)
    return patricia.ordered_root(encoded)


def check_proof(answer: dict[str, Any], state_root: bytes, address: str) -> dict[str, int]:
    """Verifies an answer to eth_getProof; the slots with their values (0: absent). Refused: something does not hold."""
    leaf = patricia.proven(state_root, raw(address), [raw(node) for node in answer["accountProof"]])
    claimed = [int(answer["nonce"], 16), int(answer["balance"], 16),
               raw(answer["storageHash"]), raw(answer["codeHash"])]
    if leaf is None:
        if claimed != [0, 0, patricia.EMPTY_ROOT, keccak(b"")]:
            raise Refused("the proof shows that there is no account, the answer shows one")
    elif leaf != rlp.encode(claimed):
        raise Refused("the proven account is not the answered one")
    slots = {}
    for entry in answer["storageProof"]:
        key = raw("0x" + entry["key"][2:].rjust(64, "0"))
        value = patricia.proven(raw(answer["storageHash"]), key, [raw(node) for node in entry["proof"]])
        number = 0 if value is None else int.from_bytes(rlp.decode(value), "big")
        if number != int(entry["value"], 16):
            raise Refused(f"the proven value of slot {entry['key']} is {number:#x}, not {entry['value']}")
        slots[entry["key"]] = number
    return slots
