# SPDX-License-Identifier: Apache-2.0
"""Funded test accounts: keys that follow from the network's seed, and are secret to nobody."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from coincurve import PrivateKey
from eth_hash.auto import keccak

BALANCE_WEI = 1000 * 10**18
_GROUP_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


@dataclass(frozen=True)
class Account:
    """A secp256k1 key (32 bytes) and its address (20 bytes)."""

    key: bytes
    address: bytes


def funded_accounts(seed: int, count: int) -> tuple[Account, ...]:
    """The accounts of a network, in order; more of them begin with the same ones."""
    made = []
    for index in range(count):
        digest = hashlib.sha512(f"halcyon devnet account {index} of seed {seed}".encode()).digest()
        key = (int.from_bytes(digest, "big") % (_GROUP_ORDER - 1) + 1).to_bytes(32, "big")
        point = PrivateKey(key).public_key.format(compressed=False)[1:]
        made.append(Account(key, keccak(point)[12:]))
    return tuple(made)
