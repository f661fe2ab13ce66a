# SPDX-License-Identifier: Apache-2.0
"""A signed transaction as it came, read by the specification's own decoder, with what pool and answers need of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ethereum.exceptions import EthereumException, InvalidSignatureError
from ethereum_rlp import rlp
from ethereum_rlp.exceptions import RLPException
from ethereum_types.numeric import U64

from . import limits
from .patricia import keccak
from .rules import Rules


class TransactionRefused(Exception):
    """A transaction the pool does not take; the text is geth's, for clients that read it."""


@dataclass(eq=False)
class SignedTransaction:
    """A transaction that decodes and whose signature has a sender. Amounts in wei; `to` is None for a creation."""

    raw: bytes
    hash: bytes
    kind: int
    """The EIP-2718 type; 0 for one without."""
    sender: bytes
    nonce: int
    to: bytes | None
    gas: int
    fee_cap: int
    tip_cap: int
    value: int
    data: bytes
    chain_id: int | None
    """None: it names no chain (before EIP-155)."""
    decoded: dict[str, Any] = field(default_factory=dict, repr=False)

    @property
    def cost(self) -> int:
        """The most it can take from its sender."""
        return self.gas * self.fee_cap + self.value

    def tip(self, base_fee: int) -> int:
        """What the fee recipient gets per gas; negative while the base fee is above the cap."""
        return min(self.tip_cap, self.fee_cap - base_fee)

    def price(self, base_fee: int) -> int:
        """What the sender pays per gas."""
        return base_fee + self.tip(base_fee)

    def under(self, rules: Rules, chain_id: int) -> Any:
        """The specification's object for a fork, its sender remembered there."""
        if rules.name not in self.decoded:
            tx = _decode(self.raw, rules)
            rules.senders(U64(chain_id), tx)
            self.decoded[rules.name] = tx
        return self.decoded[rules.name]

    def of(self, rules: Rules) -> Any:
        """The specification's object for a fork it was read under."""
        return self.decoded[rules.name] if rules.name in self.decoded else _decode(self.raw, rules)


def read(raw: bytes, rules: Rules, chain_id: int) -> SignedTransaction:
    """Reads a raw transaction. TransactionRefused: it does not decode, is for another chain, or has no sender."""
    if len(raw) > limits.TRANSACTION_BYTES_MAX:
        raise TransactionRefused(
            f"oversized data: transaction size {len(raw)}, limit {limits.TRANSACTION_BYTES_MAX}")
    try:
        tx = _decode(raw, rules)
    except (RLPException, EthereumException, ValueError) as problem:
        raise TransactionRefused(f"rlp: {problem}") from problem
    named = _chain_id(tx)
    if named is not None and named != chain_id:
        raise TransactionRefused(f"invalid chain id for signer: have {named} want {chain_id}")
    try:
        sender = rules.senders(U64(chain_id), tx)
    except (InvalidSignatureError, ValueError, OverflowError) as problem:
        raise TransactionRefused("invalid sender: invalid transaction v, r, s values") from problem
    fee_cap = int(tx.gas_price if hasattr(tx, "gas_price") else tx.max_fee_per_gas)
    tip_cap = int(tx.gas_price if hasattr(tx, "gas_price") else tx.max_priority_fee_per_gas)
    return SignedTransaction(
        raw=raw, hash=keccak(raw), kind=raw[0] if raw[0] < 0x80 else 0, sender=bytes(sender), nonce=int(tx.nonce),
        to=bytes(tx.to) or None, gas=int(tx.gas), fee_cap=fee_cap, tip_cap=tip_cap, value=int(tx.value),
        data=bytes(tx.data), chain_id=named, decoded={rules.name: tx})


def _decode(raw: bytes, rules: Rules) -> Any:
    """The specification's transaction object of bytes that are its only encoding."""
    if not raw:
        raise ValueError("typed transaction too short")
    if raw[0] >= 0xC0:
        tx = rlp.decode_to(rules.transactions.LegacyTransaction, raw)
        encoded = rlp.encode(tx)
    elif raw[0] in (1, 2, 4):
        tx = rules.transactions.decode_transaction(raw)
        encoded = rules.transactions.encode_transaction(tx)
    elif raw[0] == 3:
        raise TransactionRefused("transaction type not supported: this network takes no blobs")
    else:
        raise TransactionRefused("transaction type not supported")
    if encoded != raw:
        raise ValueError("the encoding is not canonical")
    return tx


def _chain_id(tx: Any) -> int | None:
    if hasattr(tx, "chain_id"):
        return int(tx.chain_id)
    v = int(tx.v)
    return (v - 35) // 2 if v >= 35 else None
