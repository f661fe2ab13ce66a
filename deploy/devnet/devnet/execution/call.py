# SPDX-License-Identifier: Apache-2.0
"""Calls that change nothing: eth_call and eth_estimateGas, executed by the specification on a block's state."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Any

from ethereum.exceptions import EthereumException
from ethereum_types.bytes import Bytes0, Bytes32
from ethereum_types.numeric import U8, U64, U256, Uint

from . import limits
from .block import Block
from .rules import Rules
from .world import ExecutionTimeout, WorkingState

_SELECTOR_ERROR = bytes.fromhex("08c379a0")
_SELECTOR_PANIC = bytes.fromhex("4e487b71")
_PANICS = {
    0x00: "generic panic", 0x01: "assert(false)", 0x11: "arithmetic underflow or overflow",
    0x12: "division or modulo by zero", 0x21: "enum overflow", 0x22: "invalid encoded storage byte array accessed",
    0x31: "out-of-bounds array access; popping on an empty array", 0x32: "out-of-bounds access of an array or bytesN",
    0x41: "out of memory", 0x51: "uninitialized function"}
_HALTS = {
    "OutOfGasError": "out of gas", "InvalidJumpDestError": "invalid jump destination",
    "StackDepthLimitError": "max call depth exceeded", "WriteInStaticContext": "write protection",
    "OutOfBoundsRead": "return data out of bounds", "AddressCollision": "contract address collision",
    "InvalidContractPrefix": "invalid code: must not begin with 0xef", "StackOverflowError": "stack limit reached 1024"}
_CALL_STIPEND = 2_300
_TRANSFER_GAS = 21_000
_ESTIMATE_SLACK = 0.015


class CallRefused(Exception):
    """A call that cannot even begin, or ran too long; the text is geth's."""


@dataclass(frozen=True)
class Call:
    """A message to execute without a signature. Amounts in wei; `gas` None: as much as is allowed."""

    sender: bytes = bytes(20)
    to: bytes | None = None
    gas: int | None = None
    gas_price: int = 0
    """What the sender would pay per gas; 0: nothing is paid and nothing checked."""
    value: int = 0
    data: bytes = b""
    access_list: tuple[tuple[bytes, tuple[bytes, ...]], ...] = ()
    authorizations: tuple[tuple[int, bytes, int, int, int, int], ...] = ()
    """EIP-7702: chain id, address, nonce, y parity, r, s."""


@dataclass(frozen=True)
class CallResult:
    """What a call did. `failure` is None, or why it halted; `reverted` with the revert's data in `output`."""

    output: bytes
    gas_used: int
    gas_needed: int
    """The gas used before refunds: what had to be there at once."""
    failure: str | None
    reverted: bool


def deadline_from_now(seconds: float = limits.CALL_SECONDS_MAX) -> float:
    """A deadline for `execute`, by the monotonic clock."""
    return time.monotonic() + seconds


def execute(block: Block, call: Call, chain_id: int, deadline: float) -> CallResult:
    """Executes a call on the state after a block, in that block's surroundings.

    CallRefused: too little gas to begin, too little balance, or past the deadline. ValueError: the state is gone."""
    if block.state is None:
        raise ValueError("the block's state is no longer kept")
    rules, header = block.rules, block.header
    state = WorkingState(block.state.world, deadline, time.monotonic)
    env = rules.vm.BlockEnvironment(
        chain_id=U64(chain_id), state=state, block_gas_limit=header.gas_limit,
        block_hashes=[Bytes32(block_hash) for block_hash in block.state.hashes[:-1]], coinbase=header.coinbase,
        number=header.number, base_fee_per_gas=header.base_fee_per_gas if call.gas_price else Uint(0),
        time=header.timestamp, prev_randao=header.prev_randao, excess_blob_gas=header.excess_blob_gas,
        parent_beacon_block_root=header.parent_beacon_block_root)
    gas = limits.CALL_GAS_MAX if call.gas is None else min(call.gas, limits.CALL_GAS_MAX)
    tx = _transaction(rules, call, chain_id, gas)
    intrinsic, floor = map(int, rules.transactions.calculate_intrinsic_cost(tx))
    _check(rules, state, env, call, gas, max(intrinsic, floor))
    sender = rules.types.Address(call.sender)
    rules.state.increment_nonce(state, sender)
    if call.gas_price:
        balance = rules.state.get_account(state, sender).balance
        rules.state.set_account_balance(state, sender, balance - U256(gas * call.gas_price))
    tx_env = rules.vm.TransactionEnvironment(
        origin=sender, gas_price=Uint(call.gas_price), gas=Uint(gas - intrinsic),
        access_list_addresses={env.coinbase} | {access.account for access in tx.access_list},
        access_list_storage_keys={(access.account, slot) for access in tx.access_list for slot in access.slots},
        transient_storage=rules.state.TransientStorage(), blob_versioned_hashes=(),
        authorizations=getattr(tx, "authorizations", ()), index_in_block=Uint(0), tx_hash=None)
    try:
        done = rules.interpreter.process_message_call(rules.message.prepare_message(env, tx_env, tx))
    except ExecutionTimeout as late:
        raise CallRefused(f"execution aborted (timeout = {limits.CALL_SECONDS_MAX:g}s)") from late
    before_refund = gas - int(done.gas_left)
    refund = min(before_refund // 5, int(done.refund_counter))
    used = max(before_refund - refund, floor)
    reverted = type(done.error).__name__ == "Revert"
    return CallResult(bytes(done.return_data), used, max(before_refund, floor), _why(done.error), reverted)


def estimate_gas(block: Block, call: Call, chain_id: int, deadline: float) -> tuple[int | None, CallResult]:
    """The least gas with which a call succeeds, to within 1.5 % above (geth's tolerance), and the last failure.

    None: it fails with all the gas it may have; the result says how. CallRefused as `execute`."""
    rules = block.rules
    most = min(limits.CALL_GAS_MAX, int(block.header.gas_limit), rules.transaction_gas_max or limits.CALL_GAS_MAX)
    high = most if call.gas is None or call.gas < _TRANSFER_GAS else min(call.gas, most)
    if call.gas_price and block.state is not None:
        account = block.state.world.accounts.get(call.sender)
        available = (int(account.balance) if account else 0) - call.value
        if available < 0:
            raise CallRefused("insufficient funds for transfer")
        high = min(high, available // call.gas_price)
    if _is_transfer(block, call) and high >= _TRANSFER_GAS:
        exact = execute(block, replace(call, gas=_TRANSFER_GAS), chain_id, deadline)
        if exact.failure is None:
            return _TRANSFER_GAS, exact
    first = execute(block, replace(call, gas=high), chain_id, deadline)
    if first.failure is not None:
        return None, first
    low = first.gas_used - 1
    likely = (first.gas_needed + _CALL_STIPEND) * 64 // 63
    if likely < high:
        low, high = _narrow(block, call, chain_id, deadline, low, high, likely)
    while low + 1 < high and (high - low) / high > _ESTIMATE_SLACK:
        low, high = _narrow(block, call, chain_id, deadline, low, high, min((low + high) // 2, max(low, 1) * 2))
    return high, first


def _is_transfer(block: Block, call: Call) -> bool:
    """Whether the call can only move coins."""
    if call.to is None or call.data or call.access_list or call.authorizations or block.state is None:
        return False
    account = block.state.world.accounts.get(call.to)
    return account is None or not account.code


def _narrow(block: Block, call: Call, chain_id: int, deadline: float, low: int, high: int,
            middle: int) -> tuple[int, int]:
    """Moves the bound that a trial with `middle` gas rules out."""
    try:
        enough = execute(block, replace(call, gas=middle), chain_id, deadline).failure is None
    except CallRefused as refused:
        if not str(refused).startswith("intrinsic gas too low"):
            raise
        enough = False
    return (low, middle) if enough else (middle, high)


def _transaction(rules: Rules, call: Call, chain_id: int, gas: int) -> Any:
    """The call as an unsigned transaction of the specification."""
    types, transactions = rules.types, rules.transactions
    access = tuple(transactions.Access(types.Address(address), tuple(map(Bytes32, slots)))
                   for address, slots in call.access_list)
    shared = dict(
        chain_id=U64(chain_id), max_priority_fee_per_gas=Uint(0), max_fee_per_gas=Uint(call.gas_price), gas=Uint(gas),
        value=U256(call.value), data=call.data, access_list=access, y_parity=U256(0), r=U256(0), s=U256(0))
    if call.authorizations:
        if call.to is None:
            raise CallRefused("EIP-7702 transaction cannot be used to create contract")
        authorizations = tuple(types.Authorization(U256(chain), types.Address(address), U64(nonce), U8(parity),
                                                   U256(r), U256(s))
                               for chain, address, nonce, parity, r, s in call.authorizations)
        return transactions.SetCodeTransaction(
            nonce=U64(0), to=types.Address(call.to), authorizations=authorizations, **shared)
    to = Bytes0(b"") if call.to is None else types.Address(call.to)
    return transactions.FeeMarketTransaction(nonce=U256(0), to=to, **shared)


def _check(rules: Rules, state: WorkingState, env: Any, call: Call, gas: int, intrinsic: int) -> None:
    if call.to is None and len(call.data) > rules.interpreter.MAX_INIT_CODE_SIZE:
        raise CallRefused(f"max initcode size exceeded: code size {len(call.data)}, "
                          f"limit {rules.interpreter.MAX_INIT_CODE_SIZE}")
    if gas < intrinsic:
        raise CallRefused(f"intrinsic gas too low: have {gas}, want {intrinsic}")
    if call.gas_price and call.gas_price < int(env.base_fee_per_gas):
        raise CallRefused(f"max fee per gas less than block base fee: address 0x{call.sender.hex()}, "
                          f"maxFeePerGas: {call.gas_price}, baseFee: {int(env.base_fee_per_gas)}")
    account = state.accounts.get(call.sender)
    balance, wanted = int(account.balance) if account else 0, gas * call.gas_price + call.value
    if balance < wanted:
        raise CallRefused(f"insufficient funds for gas * price + value: address 0x{call.sender.hex()} "
                          f"have {balance} want {wanted}")


def _why(error: EthereumException | None) -> str | None:
    """Geth's words for how an execution ended."""
    if error is None:
        return None
    name = type(error).__name__
    if name == "Revert":
        return "execution reverted"
    if name == "InvalidOpcode":
        return f"invalid opcode: opcode 0x{int(error.args[0]):x} not defined"
    if name == "StackUnderflowError":
        return "stack underflow"
    return _HALTS.get(name, f"{name}: {error}" if str(error) else name)


def revert_reason(output: bytes) -> str | None:
    """The text of `Error(string)` or `Panic(uint256)` revert data, or None."""
    if output[:4] == _SELECTOR_ERROR and len(output) >= 68:
        offset = int.from_bytes(output[4:36], "big")
        start = 4 + offset
        size = int.from_bytes(output[start:start + 32], "big")
        text = output[start + 32:start + 32 + size]
        return text.decode("utf-8", "replace") if offset == 32 and len(text) == size else None
    if output[:4] == _SELECTOR_PANIC and len(output) == 36:
        code = int.from_bytes(output[4:], "big")
        return _PANICS.get(code, f"unknown panic code: 0x{code:x}")
    return None
