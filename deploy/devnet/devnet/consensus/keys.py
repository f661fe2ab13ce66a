# SPDX-License-Identifier: Apache-2.0
"""The validators' BLS keys, derived from the network's seed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

GROUP_ORDER = 0x73EDA753299D7D483339D80809A1D80553BDA402FFFE5BFEFFFFFFFF00000001
"""Order of the BLS12-381 groups: secret keys are numbers below it."""


def derived(seed: int, purpose: str, index: int) -> bytes:
    """Returns 32 bytes that follow from a seed, a purpose and an index."""
    return hashlib.sha256(f"halcyon devnet {purpose} {seed} {index}".encode()).digest()


class ValidatorKeys:
    """Secret keys by public key, and signatures by many of them at once."""

    def __init__(self, bls: Any, seed: int, count: int) -> None:
        self._bls = bls
        self.secrets = [1 + int.from_bytes(derived(seed, "validator", i)) % (GROUP_ORDER - 1) for i in range(count)]
        self.public_keys = [bytes(bls.SkToPk(secret)) for secret in self.secrets]
        self._secret_of = dict(zip(self.public_keys, self.secrets, strict=True))

    def secret_of(self, public_key: bytes) -> int:
        """Returns the secret of a 48-byte public key. KeyError: not one of this network's validators."""
        return self._secret_of[bytes(public_key)]

    def sign(self, secret: int, signing_root: bytes) -> bytes:
        """Returns one validator's 96-byte signature of a signing root."""
        return bytes(self._bls.Sign(secret, signing_root))

    def sign_together(self, secrets: Iterable[int], signing_root: bytes) -> bytes:
        """Returns the aggregate signature of many, a secret as often as it takes part.

        It is one signature by the sum of the secrets: signatures are linear in them.
        """
        return self.sign(sum(secrets) % GROUP_ORDER, signing_root)
