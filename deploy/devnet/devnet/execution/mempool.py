# SPDX-License-Identifier: Apache-2.0
"""Transactions that wait for a block: by sender and nonce, bounded, thread-safe.

Every waiting transaction is *ready* (its nonces follow the account's without a gap) or *gapped*. One whose fee cap is
below the base fee waits where it is. The refusals are geth's, for clients that read them.
"""

from __future__ import annotations

import heapq
import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Iterable, Iterator

from . import limits
from .block import Block
from .rules import Rules
from .transaction import SignedTransaction, TransactionRefused, read
from .world import World


@dataclass(frozen=True)
class PoolStatus:
    """How many transactions wait, and the bytes they take."""

    ready: int
    gapped: int
    held: int
    bytes: int


@dataclass
class _Waiting:
    tx: SignedTransaction
    order: int
    since: int
    """The timestamp of the block that was the head when it came."""


class Mempool:
    """The pool of one chain. Readers and the block producer may use it at once."""

    def __init__(self, head: Block, rules: Rules, chain_id: int, allow_unprotected: bool = False) -> None:
        self._lock = threading.RLock()
        self._head = head
        self._world = head.state.world
        self._rules = rules
        self._chain_id = chain_id
        self._allow_unprotected = allow_unprotected
        self._senders: dict[bytes, dict[int, _Waiting]] = {}
        self._hashes: dict[bytes, _Waiting] = {}
        self._bytes = 0
        self._order = 0
        self._held: set[bytes] = set()
        self._stopped: set[bytes] = set()
        self._dropped: OrderedDict[bytes, str] = OrderedDict()

    def add(self, raw: bytes) -> bytes:
        """Takes a raw transaction and returns its hash. TransactionRefused: with geth's words."""
        tx = read(raw, self._rules, self._chain_id)
        with self._lock:
            if tx.hash in self._hashes:
                raise TransactionRefused("already known")
            self._check(tx)
            self._check_funds(tx)
            self._make_room(tx)
            self._put(tx)
            return tx.hash

    def get(self, tx_hash: bytes) -> SignedTransaction | None:
        """A waiting transaction."""
        waiting = self._hashes.get(tx_hash)
        return waiting.tx if waiting else None

    def next_nonce(self, sender: bytes) -> int:
        """The nonce after the sender's ready transactions."""
        with self._lock:
            return self._state_nonce(sender) + len(self._ready(sender))

    def transactions(self) -> tuple[SignedTransaction, ...]:
        """All waiting transactions in the order they came."""
        with self._lock:
            return tuple(entry.tx for entry in sorted(self._hashes.values(), key=lambda entry: entry.order))

    def status(self) -> PoolStatus:
        """Counts."""
        with self._lock:
            ready = sum(len(self._ready(sender)) for sender in self._senders)
            held = sum(1 for entry in self._hashes.values() if self._is_held(entry.tx))
            return PoolStatus(ready, len(self._hashes) - ready, held, self._bytes)

    def drop(self, tx_hash: bytes) -> bool:
        """Forgets a waiting transaction; later ones of its sender become gapped. False: it was not waiting."""
        with self._lock:
            waiting = self._hashes.get(tx_hash)
            if waiting is None:
                return False
            self._remove(waiting, "dropped on request")
            return True

    def hold(self, what: bytes, held: bool) -> None:
        """Keeps a transaction (32-byte hash) or a sender (20 bytes) out of blocks, or lets it in again.

        ValueError: neither a hash nor an address, or too many are held."""
        if len(what) not in (20, 32):
            raise ValueError("hold takes a 32-byte hash or a 20-byte address")
        with self._lock:
            if not held:
                self._held.discard(what)
            elif len(self._held) >= limits.POOL_HELD_MAX and what not in self._held:
                raise ValueError(f"more than {limits.POOL_HELD_MAX} transactions and senders are held")
            else:
                self._held.add(what)

    def dropped(self, tx_hash: bytes) -> str | None:
        """Why a transaction left the pool other than into a block, of the latest ones that did."""
        return self._dropped.get(tx_hash)

    def pick(self, world: World, base_fee: int) -> Iterator[SignedTransaction]:
        """What can go into a block on a world, dearest tip first, the nonces of a sender in order."""
        with self._lock:
            self._stopped = set()
            queues = {}
            for sender, waiting in self._senders.items():
                account = world.accounts.get(sender)
                nonce, queue = int(account.nonce) if account else 0, []
                while (entry := waiting.get(nonce)) and not self._is_held(entry.tx) and entry.tx.tip(base_fee) >= 0:
                    queue.append(entry)
                    nonce += 1
                if queue:
                    queues[sender] = iter(queue)
        heap = []
        for sender, queue in queues.items():
            entry = next(queue)
            heap.append((-entry.tx.tip(base_fee), entry.order, sender, entry.tx))
        heapq.heapify(heap)
        while heap:
            _, _, sender, tx = heapq.heappop(heap)
            yield tx
            if sender not in self._stopped and (entry := next(queues[sender], None)):
                heapq.heappush(heap, (-entry.tx.tip(base_fee), entry.order, sender, entry.tx))

    def refuse(self, tx: SignedTransaction, reason: str, lasting: bool) -> None:
        """The block in the making did not take a picked transaction; a lasting reason ends its waiting."""
        self._stopped.add(tx.sender)
        with self._lock:
            waiting = self._hashes.get(tx.hash)
            if lasting and waiting is not None:
                self._remove(waiting, reason)

    def follow(self, head: Block, rules: Rules, left: Iterable[SignedTransaction],
               included: Iterable[SignedTransaction]) -> None:
        """The chain has a new head: transactions of blocks that left it wait again, those in its blocks do not."""
        with self._lock:
            self._head, self._world, self._rules = head, head.state.world, rules
            senders = set()
            for tx in left:
                senders.add(tx.sender)
                if tx.hash not in self._hashes and tx.nonce >= self._state_nonce(tx.sender):
                    older = self._senders.get(tx.sender, {}).get(tx.nonce)
                    if older is None:
                        self._put(tx)
            senders.update(tx.sender for tx in included)
            for sender in senders:
                nonce = self._state_nonce(sender)
                for entry in [entry for entry in self._senders.get(sender, {}).values() if entry.tx.nonce < nonce]:
                    self._remove(entry, None)
            self._expire()
            while len(self._hashes) > limits.POOL_TRANSACTIONS_MAX or self._bytes > limits.POOL_BYTES_MAX:
                self._remove(self._cheapest_last(), "the pool is full")

    def _check(self, tx: SignedTransaction) -> None:
        """What is wrong with a transaction whatever else waits."""
        rules, gas_limit = self._rules, int(self._head.header.gas_limit)
        if tx.chain_id is None and not self._allow_unprotected:
            raise TransactionRefused("only replay-protected (EIP-155) transactions allowed over RPC")
        spec = tx.of(rules)
        if tx.to is None and len(tx.data) > rules.interpreter.MAX_INIT_CODE_SIZE:
            raise TransactionRefused(f"max initcode size exceeded: code size {len(tx.data)}, "
                                     f"limit {rules.interpreter.MAX_INIT_CODE_SIZE}")
        cap = rules.transaction_gas_max
        if cap is not None and tx.gas > cap:
            raise TransactionRefused(f"transaction gas limit too high (cap: {cap}, tx: {tx.gas})")
        if tx.gas > gas_limit:
            raise TransactionRefused(f"exceeds block gas limit: tx gas {tx.gas}, limit {gas_limit}")
        if tx.fee_cap >= 1 << 256:
            raise TransactionRefused("max fee per gas higher than 2^256-1")
        if tx.tip_cap >= 1 << 256:
            raise TransactionRefused("max priority fee per gas higher than 2^256-1")
        if tx.tip_cap > tx.fee_cap:
            raise TransactionRefused(f"max priority fee per gas higher than max fee per gas: maxPriorityFeePerGas: "
                                     f"{tx.tip_cap}, maxFeePerGas: {tx.fee_cap}")
        intrinsic, floor = map(int, rules.transactions.calculate_intrinsic_cost(spec))
        if tx.gas < intrinsic:
            raise TransactionRefused(f"intrinsic gas too low: gas {tx.gas}, minimum needed {intrinsic}")
        if tx.gas < floor:
            raise TransactionRefused(f"insufficient gas for floor data gas cost: gas {tx.gas}, minimum needed {floor}")
        if tx.tip_cap < limits.TIP_MIN_WEI:
            raise TransactionRefused(f"transaction underpriced: gas tip cap {tx.tip_cap}, "
                                     f"minimum needed {limits.TIP_MIN_WEI}")
        if tx.kind == 4 and not spec.authorizations:
            raise TransactionRefused("EIP-7702 transaction with empty auth list")
        if tx.nonce >= 2**64 - 1:
            raise TransactionRefused("nonce has max value")

    def _check_funds(self, tx: SignedTransaction) -> None:
        """Nonce, balance and what the sender already has waiting."""
        account = self._world.accounts.get(tx.sender)
        nonce, balance = (int(account.nonce), int(account.balance)) if account else (0, 0)
        if account and account.code and not self._rules.delegation.is_valid_delegation(account.code):
            raise TransactionRefused(f"sender not an eoa: address 0x{tx.sender.hex()}")
        if tx.nonce < nonce:
            raise TransactionRefused(f"nonce too low: next nonce {nonce}, tx nonce {tx.nonce}")
        if balance < tx.cost:
            raise TransactionRefused(f"insufficient funds for gas * price + value: balance {balance}, "
                                     f"tx cost {tx.cost}, overshot {tx.cost - balance}")
        waiting = self._senders.get(tx.sender, {})
        older = waiting.get(tx.nonce)
        queued = sum(entry.tx.cost for entry in waiting.values()) - (older.tx.cost if older else 0)
        if balance < queued + tx.cost:
            raise TransactionRefused(
                f"insufficient funds for gas * price + value: balance {balance}, queued cost {queued}, "
                f"tx cost {tx.cost}, overshot {queued + tx.cost - balance}")
        if older is not None:
            def least(price: int) -> int:
                return price + (price * limits.REPLACEMENT_PERCENT + 99) // 100
            if tx.fee_cap < least(older.tx.fee_cap) or tx.tip_cap < least(older.tx.tip_cap):
                raise TransactionRefused("replacement transaction underpriced")
            return
        gapped = tx.nonce > nonce + len(self._ready(tx.sender))
        most = limits.POOL_SENDER_GAPPED_MAX if gapped else limits.POOL_SENDER_TRANSACTIONS_MAX
        count = len(waiting) - len(self._ready(tx.sender)) if gapped else len(waiting)
        if count >= most:
            raise TransactionRefused(f"account limit exceeded: {count} transactions of the sender are waiting")

    def _make_room(self, tx: SignedTransaction) -> None:
        """Removes the cheapest last transactions until the new one fits. TransactionRefused: it is no dearer."""
        older = self._senders.get(tx.sender, {}).get(tx.nonce)
        less, fewer = (len(older.tx.raw), 1) if older else (0, 0)
        while (len(self._hashes) - fewer >= limits.POOL_TRANSACTIONS_MAX
               or self._bytes - less + len(tx.raw) > limits.POOL_BYTES_MAX):
            cheapest = self._cheapest_last()
            if not self._is_gapped(cheapest.tx) and cheapest.tx.tip_cap >= tx.tip_cap:
                raise TransactionRefused("txpool is full")
            self._remove(cheapest, "the pool is full")

    def _cheapest_last(self) -> _Waiting:
        """The transaction to leave first: gapped before ready, then the lowest tip, the youngest of equals."""
        lasts = [waiting[max(waiting)] for waiting in self._senders.values()]
        return min(lasts, key=lambda entry: (not self._is_gapped(entry.tx), entry.tx.tip_cap, -entry.order))

    def _expire(self) -> None:
        now = self._head.timestamp
        old = [entry for entry in self._hashes.values() if now - entry.since > limits.POOL_GAPPED_SECONDS_MAX]
        for entry in old:
            if self._is_gapped(entry.tx):
                self._remove(entry, "waited too long behind a missing nonce")

    def _put(self, tx: SignedTransaction) -> None:
        waiting = self._senders.setdefault(tx.sender, {})
        if (older := waiting.get(tx.nonce)) is not None:
            self._remove(older, f"replaced by 0x{tx.hash.hex()}")
            waiting = self._senders.setdefault(tx.sender, {})
        self._order += 1
        waiting[tx.nonce] = self._hashes[tx.hash] = _Waiting(tx, self._order, self._head.timestamp)
        self._bytes += len(tx.raw)

    def _remove(self, entry: _Waiting, reason: str | None) -> None:
        tx = entry.tx
        del self._hashes[tx.hash]
        del self._senders[tx.sender][tx.nonce]
        if not self._senders[tx.sender]:
            del self._senders[tx.sender]
        self._bytes -= len(tx.raw)
        self._held.discard(tx.hash)
        if reason is not None:
            self._dropped[tx.hash] = reason
            while len(self._dropped) > limits.POOL_DROPPED_REMEMBERED:
                self._dropped.popitem(last=False)

    def _state_nonce(self, sender: bytes) -> int:
        account = self._world.accounts.get(sender)
        return int(account.nonce) if account else 0

    def _ready(self, sender: bytes) -> list[_Waiting]:
        waiting, nonce, ready = self._senders.get(sender, {}), self._state_nonce(sender), []
        while entry := waiting.get(nonce + len(ready)):
            ready.append(entry)
        return ready

    def _is_gapped(self, tx: SignedTransaction) -> bool:
        return tx.nonce >= self._state_nonce(tx.sender) + len(self._ready(tx.sender))

    def _is_held(self, tx: SignedTransaction) -> bool:
        return tx.hash in self._held or tx.sender in self._held
