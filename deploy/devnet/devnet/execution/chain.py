# SPDX-License-Identifier: Apache-2.0
"""The execution chain: blocks by hash, a fork choice, and the view that every reader answers from.

One thread builds and chooses; any thread reads `view` and uses `mempool`.
"""

from __future__ import annotations

import logging
import time
from dataclasses import replace
from typing import Iterator, Sequence

from ethereum_rlp import rlp
from ethereum_types.numeric import U256
from immutables import Map

from ..seams import Payload, PayloadRequest
from . import limits
from .block import Block, BlockState, Body, View
from .build import Clock, build, make_payload
from .commitment import commit
from .genesis import ExecutionGenesis, ForkActivation, Schedule, genesis_header, genesis_world
from .mempool import Mempool
from .patricia import keccak
from .rules import Rules
from .transaction import SignedTransaction, read
from .world import World

log = logging.getLogger(__name__)
_NONE = bytes(32)


class CommitmentMismatch(Exception):
    """The specification's own state root differs from the one the chain carries."""


class ExecutionChain:
    """Conforms to `seams.Execution`."""

    def __init__(self, genesis: ExecutionGenesis, forks: Sequence[ForkActivation], *,
                 build_seconds_max: float = limits.BUILD_SECONDS_MAX, clock: Clock = time.monotonic) -> None:
        """ValueError: a genesis or a schedule that makes no sense."""
        self.chain_id = genesis.chain_id
        self.schedule = Schedule(tuple(forks))
        self.build_seconds_max = build_seconds_max
        self._clock = clock
        rules = self.schedule.at(genesis.timestamp)
        world = genesis_world(genesis, rules)
        commitment = commit(world)
        header = genesis_header(genesis, rules, commitment.state_root)
        encoded = rlp.encode(header)
        block_hash = keccak(encoded)
        block = Block(rules, header, block_hash, make_payload(header, block_hash, (), (), ()),
                      Body((), (), (), len(encoded) + 6), BlockState(world, commitment, (block_hash,)))
        self.genesis = block
        self._by_number: dict[int, list[Block]] = {}
        self._kept = 0
        self._bodies_from = 1
        self._view = View(block, None, None, Map({block_hash: block}), Map({0: block}), Map())
        self.mempool = Mempool(block, self._next_rules(block), genesis.chain_id, genesis.allow_unprotected)

    @property
    def genesis_payload(self) -> Payload:
        """Block 0, from which consensus makes its genesis state."""
        return self.genesis.payload

    @property
    def view(self) -> View:
        """The chain now; what it refers to does not change, but old states and bodies are let go."""
        return self._view

    def past(self, blocks: int) -> View:
        """The chain as it was so many blocks ago, for answers that are stale on purpose."""
        view = self._view
        head = view.numbers.get(max(0, view.head.number - blocks), self.genesis)

        def capped(block: Block | None) -> Block | None:
            return block if block is None or block.number <= head.number else head
        return replace(view, head=head, safe=capped(view.safe), finalized=capped(view.finalized))

    def build(self, request: PayloadRequest, transactions: Sequence[bytes] | None = None) -> Payload:
        """Makes, executes and stores a block on a known parent; the head stays.

        From the mempool, or of exactly the given raw transactions (a replay). KeyError: parent unknown. ValueError:
        its state is no longer kept, the timestamp is not after it, or a given transaction cannot be executed."""
        parent = self._view.blocks[request.parent_hash]
        rules = self.schedule.at(request.timestamp)
        if transactions is None:
            block = build(parent, rules, request, self.mempool, self.chain_id,
                          self._clock() + self.build_seconds_max, self._clock)
        else:
            listed = _Listed([read(raw, rules, self.chain_id) for raw in transactions])
            block = build(parent, rules, request, listed, self.chain_id)
        known = self._view.blocks.get(block.hash)
        if known is None:
            self._by_number.setdefault(block.number, []).append(block)
            self._view = replace(self._view, blocks=self._view.blocks.set(block.hash, block))
        return block.payload

    def choose(self, head: bytes, safe: bytes, finalized: bytes) -> None:
        """Sets the fork choice (32 zero bytes: none yet). KeyError: a block is unknown. ValueError: `safe` or
        `finalized` is not on the head's chain, or the head's state is no longer kept."""
        view = self._view
        block = view.blocks[head]
        if block.state is None:
            raise ValueError("the state of the chosen head is no longer kept")
        joined, left, numbers = self._reroute(view, block)
        marks = []
        for mark in (safe, finalized):
            marked = None if mark == _NONE else view.blocks[mark]
            if marked is not None and numbers.get(marked.number) is not marked:
                raise ValueError("the safe and the finalized block must be on the chain of the head")
            marks.append(marked)
        transactions = view.transactions
        for orphan in left:
            for tx in orphan.body.transactions:
                transactions = transactions.delete(tx.hash)
        for new in joined:
            for index, tx in enumerate(new.body.transactions):
                transactions = transactions.set(tx.hash, (new, index))
        changed = View(block, marks[0], marks[1], view.blocks, numbers, transactions)
        self._view = self._prune(changed, joined, left)
        self.mempool.follow(block, self._next_rules(block), [tx for orphan in left for tx in orphan.body.transactions],
                            [tx for new in joined for tx in new.body.transactions])
        if joined and block.number % limits.CHECK_INTERVAL_BLOCKS == 0:
            self._check_if_small(block)

    def verify(self, block_hash: bytes) -> bytes:
        """Recomputes a block's state root with the specification's own trie, from nothing, and returns it.

        KeyError: unknown block. ValueError: its state is gone. CommitmentMismatch: the roots differ."""
        block = self._view.blocks[block_hash]
        if block.state is None:
            raise ValueError("the block's state is no longer kept")
        root = specification_root(block.rules, block.state.world)
        if root != bytes(block.header.state_root):
            raise CommitmentMismatch(f"block {block.number}: carried {block.header.state_root.hex()}, "
                                     f"specification {root.hex()}")
        return root

    def _next_rules(self, block: Block) -> Rules:
        return self.schedule.at(block.timestamp + 1)

    @staticmethod
    def _reroute(view: View, head: Block) -> tuple[list[Block], list[Block], Map]:
        """The blocks that join the canonical chain (rising) and leave it, and the chain after that."""
        joined: list[Block] = []
        numbers, block = view.numbers, head
        while numbers.get(block.number) is not block:
            joined.append(block)
            block = view.blocks[block.parent_hash]
        left = [numbers[number] for number in range(block.number + 1, view.head.number + 1)]
        for orphan in left:
            numbers = numbers.delete(orphan.number)
        for new in reversed(joined):
            numbers = numbers.set(new.number, new)
        return joined[::-1], left, numbers

    def _prune(self, view: View, joined: list[Block], left: list[Block]) -> View:
        """Lets go of what the limits say; genesis keeps its header and body."""
        blocks, numbers, transactions = view.blocks, view.numbers, view.transactions
        for number in [number for number in self._by_number if number <= view.head.number - limits.SIDE_BLOCKS]:
            for old in self._by_number.pop(number):
                if numbers.get(old.number) is not old and old.hash in blocks:
                    blocks = blocks.delete(old.hash)
        for number in {new.number for new in joined}:
            if (old := numbers.get(number - limits.STATE_BLOCKS)) is not None:
                old.state = None
            old = numbers.get(number - limits.HEADER_BLOCKS)
            if old is not None and old.number:
                numbers, blocks = numbers.delete(old.number), blocks.delete(old.hash)
        self._kept += sum(len(new.body.transactions) for new in joined)
        self._kept -= sum(len(orphan.body.transactions) for orphan in left)
        while self._kept > limits.BODY_TRANSACTIONS and self._bodies_from < view.head.number - limits.STATE_BLOCKS:
            old = numbers.get(self._bodies_from)
            self._bodies_from += 1
            if old is not None and old.body is not None:
                for tx in old.body.transactions:
                    transactions = transactions.delete(tx.hash)
                self._kept -= len(old.body.transactions)
                old.body = old.payload = None
        for orphan in left:
            if orphan.number <= view.head.number - limits.SIDE_BLOCKS and orphan.hash in blocks:
                blocks = blocks.delete(orphan.hash)
        return replace(view, blocks=blocks, numbers=numbers, transactions=transactions)

    def _check_if_small(self, block: Block) -> None:
        world = block.state.world
        entries = len(world.accounts) + sum(len(slots) for slots in world.storage.values())
        if entries <= limits.CHECK_ENTRIES_MAX:
            self.verify(block.hash)
        else:
            log.info("block %d: %d entries, the whole state root is not recomputed", block.number, entries)


class _Listed:
    """A picker that offers the given transactions and takes no refusal."""

    def __init__(self, transactions: list[SignedTransaction]) -> None:
        self._transactions = transactions

    def pick(self, world: World, base_fee: int) -> Iterator[SignedTransaction]:
        """All of them, in order."""
        return iter(self._transactions)

    def refuse(self, tx: SignedTransaction, reason: str, lasting: bool) -> None:
        """ValueError, always."""
        raise ValueError(f"transaction 0x{tx.hash.hex()} cannot be executed: {reason}")


def specification_root(rules: Rules, world: World) -> bytes:
    """The state root by the specification's `state_root` over its own `State`. Slow: all of it is hashed anew."""
    state = rules.state.State()
    state._main_trie._data.update(world.accounts)
    for address, slots in world.storage.items():
        state._storage_tries[address] = rules.trie.Trie(True, U256(0), dict(slots))
    return bytes(rules.state.state_root(state))
