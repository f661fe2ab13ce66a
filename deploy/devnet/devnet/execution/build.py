# SPDX-License-Identifier: Apache-2.0
"""Makes a block: the specification's own block processing, fed transaction by transaction, then its header."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from typing import Any, Callable, Iterator, Protocol

from ethereum.exceptions import EthereumException
from ethereum_rlp import rlp
from ethereum_types.bytes import Bytes8, Bytes32
from ethereum_types.numeric import U64, U256, Uint

from ..seams import Payload, PayloadRequest
from . import limits
from .block import Block, BlockState, Body, Outcome
from .commitment import indexed_root
from .patricia import keccak, rlp_list, rlp_string
from .rules import Rules
from .transaction import SignedTransaction
from .world import ExecutionTimeout, WorkingState, World

log = logging.getLogger(__name__)
Clock = Callable[[], float]


class Picker(Protocol):
    """Where a block's transactions come from, best first; told what became of each before the next is asked for."""

    def pick(self, world: World, base_fee: int) -> Iterator[SignedTransaction]:
        """Transactions in the order to try."""
        ...

    def refuse(self, tx: SignedTransaction, reason: str, lasting: bool) -> None:
        """The transaction is not in the block; lasting: it never can be, and leaves the pool."""
        ...


@dataclass
class _Draft:
    """A block while it is made."""

    rules: Rules
    env: Any
    output: Any
    state: WorkingState
    included: list[SignedTransaction]
    outcomes: list[Outcome]
    receipts: list[bytes]
    limited: bool
    """Whether transactions may be given up for taking too long; not in a replay."""
    bytes_used: int = 0


def build(parent: Block, rules: Rules, request: PayloadRequest, picker: Picker, chain_id: int,
          deadline: float | None = None, clock: Clock = time.monotonic) -> Block:
    """A block on a parent whose state is kept. ValueError: timestamp not after the parent's."""
    if parent.state is None:
        raise ValueError("the parent's state is no longer kept")
    if request.timestamp <= parent.timestamp:
        raise ValueError(f"timestamp {request.timestamp} is not after the parent's {parent.timestamp}")
    before = rules.adopt(parent.state.world, parent.rules)
    draft = _begin(parent, rules, request, before, chain_id, deadline is not None)
    fork, env = rules.fork, draft.env
    fork.process_unchecked_system_transaction(
        block_env=env, target_address=fork.BEACON_ROOTS_ADDRESS, data=env.parent_beacon_block_root)
    fork.process_unchecked_system_transaction(
        block_env=env, target_address=fork.HISTORY_STORAGE_ADDRESS, data=env.block_hashes[-1])
    for tx in picker.pick(draft.state.world(), int(env.base_fee_per_gas)):
        if deadline is not None and clock() > deadline:
            break
        _include(draft, tx, picker, chain_id)
    draft.state.deadline = None
    withdrawals = tuple(rules.blocks.Withdrawal(
        U64(entry.index), U64(entry.validator_index), rules.types.Address(entry.address), U256(entry.amount_gwei))
        for entry in request.withdrawals)
    fork.process_withdrawals(env, draft.output, withdrawals)
    fork.process_general_purpose_requests(block_env=env, block_output=draft.output)
    return _seal(parent, draft, request, before, withdrawals)


def _begin(parent: Block, rules: Rules, request: PayloadRequest, before: World, chain_id: int,
           limited: bool) -> _Draft:
    limit = parent.header.gas_limit
    state = WorkingState(before, clock=time.monotonic)
    env = rules.vm.BlockEnvironment(
        chain_id=U64(chain_id), state=state, block_gas_limit=limit,
        block_hashes=[Bytes32(block_hash) for block_hash in parent.state.hashes],
        coinbase=rules.types.Address(request.fee_recipient), number=Uint(parent.number + 1),
        base_fee_per_gas=rules.fork.calculate_base_fee_per_gas(
            limit, limit, parent.header.gas_used, parent.header.base_fee_per_gas),
        time=U256(request.timestamp), prev_randao=Bytes32(request.prev_randao),
        excess_blob_gas=rules.gas.calculate_excess_blob_gas(parent.header),
        parent_beacon_block_root=Bytes32(request.parent_beacon_block_root))
    return _Draft(rules, env, rules.vm.BlockOutput(), state, [], [], [], limited)


def _include(draft: _Draft, signed: SignedTransaction, picker: Picker, chain_id: int) -> None:
    """Executes one transaction, or refuses it and leaves the draft as it was."""
    rules, env, output = draft.rules, draft.env, draft.output
    if signed.gas > int(env.block_gas_limit) - int(output.block_gas_used):
        picker.refuse(signed, "no room for its gas", lasting=False)
        return
    if draft.bytes_used + len(signed.raw) > limits.BLOCK_TRANSACTIONS_BYTES_MAX:
        picker.refuse(signed, "no room for its bytes", lasting=False)
        return
    before = draft.state.world()
    index = Uint(len(draft.included))
    gas_before, logs_before = int(output.block_gas_used), len(output.block_logs)
    try:
        tx = signed.under(rules, chain_id)
        if draft.limited:
            draft.state.deadline = time.monotonic() + limits.TRANSACTION_SECONDS_MAX
        rules.fork.process_transaction(env, output, tx, index)
    except (EthereumException, ExecutionTimeout, ArithmeticError, ValueError, AssertionError, RecursionError,
            MemoryError) as problem:
        # The first is the specification's refusal. Those after the second would be its faults; a transaction that
        # provokes one must not stop block production for ever, so it leaves the pool loudly.
        draft.state.restore(before)
        rules.trie.trie_set(output.transactions_trie, rlp.encode(index), None)
        if not isinstance(problem, EthereumException):
            log.error("transaction 0x%s cannot be executed: %r", signed.hash.hex(), problem)
        late = isinstance(problem, ExecutionTimeout)
        reason = f"longer than {limits.TRANSACTION_SECONDS_MAX:g} s" if late else str(problem)
        picker.refuse(signed, f"{type(problem).__name__}: {reason}", lasting=True)
        return
    receipt = rules.trie.trie_get(output.receipts_trie, rlp.encode(index))
    decoded = rules.blocks.decode_receipt(receipt)
    draft.receipts.append(receipt if isinstance(receipt, bytes) else rlp.encode(receipt))
    draft.included.append(signed)
    draft.bytes_used += len(signed.raw)
    created = None if signed.to else bytes(_created_address(rules, signed))
    draft.outcomes.append(Outcome(
        succeeded=bool(decoded.succeeded), gas_used=int(output.block_gas_used) - gas_before,
        cumulative_gas_used=int(output.block_gas_used), price=signed.price(int(env.base_fee_per_gas)),
        contract=created, bloom=bytes(decoded.bloom), first_log=logs_before,
        logs=tuple((bytes(entry.address), tuple(map(bytes, entry.topics)), bytes(entry.data))
                   for entry in decoded.logs)))


def _created_address(rules: Rules, signed: SignedTransaction) -> bytes:
    return rules.message.compute_contract_address(rules.types.Address(signed.sender), Uint(signed.nonce))


def _seal(parent: Block, draft: _Draft, request: PayloadRequest, before: World, withdrawals: tuple[Any, ...]) -> Block:
    """The header of what was executed, its hash, and the block the chain keeps."""
    rules, env, output = draft.rules, draft.env, draft.output
    commitment = parent.state.commitment.advance(before, draft.state)
    raws = tuple(signed.raw for signed in draft.included)
    bloom = 0
    for outcome in draft.outcomes:
        bloom |= int.from_bytes(outcome.bloom, "big")
    header = rules.blocks.Header(
        parent_hash=Bytes32(parent.hash), ommers_hash=rules.fork.EMPTY_OMMER_HASH, coinbase=env.coinbase,
        state_root=Bytes32(commitment.state_root), transactions_root=Bytes32(indexed_root(list(raws))),
        receipt_root=Bytes32(indexed_root(draft.receipts)), bloom=rules.types.Bloom(bloom.to_bytes(256, "big")),
        difficulty=Uint(0), number=env.number, gas_limit=env.block_gas_limit, gas_used=output.block_gas_used,
        timestamp=env.time, extra_data=parent.header.extra_data, prev_randao=env.prev_randao,
        nonce=Bytes8(bytes(8)), base_fee_per_gas=env.base_fee_per_gas,
        withdrawals_root=Bytes32(indexed_root([rlp.encode(entry) for entry in withdrawals])),
        blob_gas_used=output.blob_gas_used, excess_blob_gas=env.excess_blob_gas,
        parent_beacon_block_root=env.parent_beacon_block_root,
        requests_hash=Bytes32(rules.requests.compute_requests_hash(output.requests)))
    encoded = rlp.encode(header)
    block_hash = keccak(encoded)
    payload = make_payload(header, block_hash, raws, request.withdrawals, tuple(map(bytes, output.requests)))
    size = len(rlp_list(
        encoded + rlp_list(b"".join(raw if raw[0] >= 0xC0 else rlp_string(raw) for raw in raws)) + rlp_list(b"")
        + rlp_list(b"".join(rlp.encode(entry) for entry in withdrawals))))
    body = Body(tuple(draft.included), tuple(draft.outcomes), request.withdrawals, size)
    hashes = (parent.state.hashes + (block_hash,))[-limits.HASH_BLOCKS:]
    return Block(rules, header, block_hash, payload, body, BlockState(draft.state.world(), commitment, hashes))


def make_payload(header: Any, block_hash: bytes, raws: tuple[bytes, ...], withdrawals: tuple[Any, ...],
                 requests: tuple[bytes, ...]) -> Payload:
    """A block under the consensus specification's names."""
    return Payload(
        parent_hash=bytes(header.parent_hash), fee_recipient=bytes(header.coinbase),
        state_root=bytes(header.state_root), receipts_root=bytes(header.receipt_root),
        logs_bloom=bytes(header.bloom), prev_randao=bytes(header.prev_randao), block_number=int(header.number),
        gas_limit=int(header.gas_limit), gas_used=int(header.gas_used), timestamp=int(header.timestamp),
        extra_data=bytes(header.extra_data), base_fee_per_gas=int(header.base_fee_per_gas), block_hash=block_hash,
        transactions=raws, withdrawals=withdrawals, blob_gas_used=int(header.blob_gas_used),
        excess_blob_gas=int(header.excess_blob_gas), execution_requests=requests)
