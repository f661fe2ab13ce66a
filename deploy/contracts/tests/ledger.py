# SPDX-License-Identifier: Apache-2.0
"""The vault's books read word by word from storage, and the books that a test keeps beside them."""

import functools
from collections import defaultdict

from chain import Contract, LocalChain, Party, address_of
from layout import slot_of
from scene import COIN


@functools.cache
def slot(contract: str, variable: str, *keys: bytes) -> int:
    """`layout.slot_of`, remembered."""
    return slot_of(contract, variable, *keys)


def _word(party: Party) -> bytes:
    return bytes.fromhex(address_of(party)[2:]).rjust(32, b"\0")


class Ledger:
    """What is held, credited and distributed. `expected` says what every balance must be; `claimed` what has left."""

    def __init__(self, chain: LocalChain, vault: Contract, tokens: list[Party]) -> None:
        self.chain, self.vault, self.tokens = chain, vault, tokens
        self.ids: set[bytes] = set()
        self.distributions: dict[bytes, Party] = {}
        self.expected: dict[tuple[str, bytes], int] = defaultdict(int)
        self.keys: set[bytes] = set()
        self.brought: dict[str, int] = defaultdict(int)
        self.claimed: dict[str, int] = defaultdict(int)

    def held(self, id_: bytes, token: Party) -> int:
        """What is held under an id."""
        return self.chain.storage(self.vault, slot("RewardVault", "held", id_, _word(token)))

    def balance(self, key: bytes, token: Party) -> int:
        """What a key can claim."""
        return self.chain.storage(self.vault, slot("RewardVault", "balances", key, _word(token)))

    def left(self, distribution: bytes) -> int:
        """What nobody has taken of a distribution."""
        return self.chain.storage(self.vault, slot("RewardVault", "distributions", distribution) + 1)

    def owned(self, token: Party) -> int:
        """What the vault really has."""
        if token == COIN:
            return self.chain.balance(self.vault)
        return self.chain.storage(token, slot("OddToken", "balanceOf", _word(self.vault)))

    def credit(self, token: Party, key: bytes, amount: int) -> None:
        """Expects a credit."""
        self.keys.add(key)
        self.expected[address_of(token), key] += amount

    def take(self, token: Party, key: bytes) -> int:
        """Expects a balance to have been claimed, and returns it."""
        amount = self.expected[address_of(token), key]
        self.expected[address_of(token), key] = 0
        self.claimed[address_of(token)] += amount
        return amount

    def booked(self, token: Party) -> int:
        """Held, credited and distributed, together."""
        spread = sum(self.left(id_) for id_, of in self.distributions.items() if of == token)
        return (
            sum(self.held(id_, token) for id_ in self.ids) + sum(self.balance(key, token) for key in self.keys) + spread
        )

    def check(self) -> None:
        """Escrow in = paid + refunded + held, for each token, to the last unit; balances are what the jobs said."""
        for token in self.tokens:
            name, owned = address_of(token), self.owned(token)
            assert self.booked(token) == owned, f"books {self.booked(token)}, vault {owned} of {name}"
            assert self.brought[name] == owned + self.claimed[name], f"{name} came and went otherwise than expected"
            for key in self.keys:
                wanted = self.expected[name, key]
                found = self.balance(key, token)
                assert found == wanted, f"balance of {key.hex()} in {name}: {found}, expected {wanted}"
