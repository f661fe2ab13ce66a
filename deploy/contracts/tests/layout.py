# SPDX-License-Identifier: Apache-2.0
"""Where a variable's word is in a contract's storage, by the exported layout: what a light client asks a proof for."""

import artifacts
from abi import keccak


def slot_of(contract: str, variable: str, *keys: bytes, offset: int = 0) -> int:
    """The slot of a variable (of a module: `module.variable`), of a mapping's entry, `offset` words into it.

    Vyper hashes the slot before the key, the other way round than Solidity: keccak(slot ‖ key), again for each level.
    """
    layout = artifacts.load(contract).storageLayout
    for part in variable.split("."):
        layout = layout[part]
    slot: int = layout["slot"]
    for key in keys:
        slot = int.from_bytes(keccak(slot.to_bytes(32, "big") + key.rjust(32, b"\0")), "big")
    return slot + offset
