# SPDX-License-Identifier: Apache-2.0
"""The JSON-RPC methods: name to function of a request's context and parameters."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from functools import partial
from typing import Any, Callable

from . import limits
from .block import Block, View
from .call import Call, CallRefused, CallResult, estimate_gas, execute, revert_reason
from .chain import ExecutionChain
from .commitment import EMPTY_CODE_HASH, code_hash
from .patricia import keccak
from .rpc_errors import INVALID_PARAMS, LIMIT_EXCEEDED, REVERTED, SERVER, RpcError, invalid
from .rpc_fees import fee_history, next_base_fee, percentiles, suggest_tip
from .rpc_read import (LATEST, address, block_number, block_reference, call_object, count, data, find, find_state,
                       hash32, log_filter, parameter, quantity, slot, with_body)
from .rpc_write import Json, block as write_block, header as write_header, hexed, log as write_log, receipt, transaction
from .transaction import TransactionRefused

CLIENT_VERSION = "halcyon-devnet/1/python"
Params = list[Any]


@dataclass(frozen=True)
class Context:
    """What one HTTP request is answered from: one view for all of a batch, and one deadline for all its calls."""

    chain: ExecutionChain
    view: View
    deadline: float


def _state(context: Context, params: Params, position: int) -> Block:
    return find_state(context.view, parameter(params, position, block_reference, LATEST, required=False))


def _account(block: Block, who: bytes) -> Any:
    return block.state.world.accounts.get(who)


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("a boolean is wanted")
    return value


def get_block(context: Context, params: Params, by_hash: bool) -> Json | None:
    """eth_getBlockByNumber, eth_getBlockByHash."""
    reference = parameter(params, 0, _by_hash if by_hash else block_number)
    full = parameter(params, 1, _flag, False, required=False)
    block = find(context.view, reference)
    return None if block is None else write_block(with_body(block), full)


def get_header(context: Context, params: Params, by_hash: bool) -> Json | None:
    """eth_getHeaderByNumber, eth_getHeaderByHash."""
    block = find(context.view, parameter(params, 0, _by_hash if by_hash else block_number))
    return None if block is None else write_header(block)


def _by_hash(value: Any) -> Any:
    return block_reference({"blockHash": value})


def get_balance(context: Context, params: Params) -> str:
    """eth_getBalance."""
    who = parameter(params, 0, address)
    account = _account(_state(context, params, 1), who)
    return hex(int(account.balance) if account else 0)


def get_code(context: Context, params: Params) -> str:
    """eth_getCode."""
    who = parameter(params, 0, address)
    account = _account(_state(context, params, 1), who)
    return hexed(account.code) if account else "0x"


def get_transaction_count(context: Context, params: Params) -> str:
    """eth_getTransactionCount; `pending` counts what is ready in the pool."""
    who = parameter(params, 0, address)
    reference = parameter(params, 1, block_reference, LATEST, required=False)
    if reference.tag == "pending":
        return hex(context.chain.mempool.next_nonce(who))
    account = _account(find_state(context.view, reference), who)
    return hex(int(account.nonce) if account else 0)


def get_storage_at(context: Context, params: Params) -> str:
    """eth_getStorageAt: always 32 bytes."""
    who, key = parameter(params, 0, address), parameter(params, 1, slot)
    return hexed(_state(context, params, 2).state.world.slot(who, key).to_bytes(32, "big"))


def get_proof(context: Context, params: Params) -> Json:
    """eth_getProof (EIP-1186), also of absent accounts and slots."""
    who = parameter(params, 0, address)
    names = parameter(params, 1, _list, [], required=False)
    if len(names) > limits.PROOF_KEYS_MAX:
        raise RpcError(INVALID_PARAMS, f"too many keys, max {limits.PROOF_KEYS_MAX}")
    try:
        keys = [slot(name) for name in names]
    except ValueError as problem:
        raise invalid(1, str(problem)) from problem
    block = _state(context, params, 2)
    account, commitment = _account(block, who), block.state.commitment
    return {
        "address": hexed(who), "accountProof": [hexed(node) for node in commitment.prove_account(who)],
        "balance": hex(int(account.balance) if account else 0), "nonce": hex(int(account.nonce) if account else 0),
        "codeHash": hexed(code_hash(account.code) if account else EMPTY_CODE_HASH),
        "storageHash": hexed(commitment.storage_root(who)),
        "storageProof": [{"key": name if len(name) == 66 else hex(int.from_bytes(key, "big")),
                          "value": hex(block.state.world.slot(who, key)),
                          "proof": [hexed(node) for node in commitment.prove_slot(who, key)]}
                         for name, key in zip(names, keys)]}


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError("a list is wanted")
    return value


def call(context: Context, params: Params) -> str:
    """eth_call: code 3 with the revert's data, -32000 for any other failure."""
    wanted, block = parameter(params, 0, call_object), _state(context, params, 1)
    _no_overrides(params, 2)
    try:
        result = execute(block, wanted, context.chain.chain_id, context.deadline)
    except CallRefused as refused:
        raise RpcError(SERVER, str(refused)) from refused
    if result.failure is not None:
        raise _failed(result)
    return hexed(result.output)


def estimate(context: Context, params: Params) -> str:
    """eth_estimateGas."""
    wanted: Call = parameter(params, 0, call_object)
    block = _state(context, params, 1)
    _no_overrides(params, 2)
    try:
        gas, last = estimate_gas(block, wanted, context.chain.chain_id, context.deadline)
    except CallRefused as refused:
        raise RpcError(SERVER, str(refused)) from refused
    if gas is None:
        if last.failure == "out of gas":
            raise RpcError(SERVER, f"gas required exceeds allowance ({last.gas_used})")
        raise _failed(last)
    return hex(gas)


def _no_overrides(params: Params, position: int) -> None:
    if len(params) > position and params[position]:
        raise invalid(position, "state and block overrides are not supported")


def _failed(result: CallResult) -> RpcError:
    if not result.reverted:
        return RpcError(SERVER, result.failure)
    reason = revert_reason(result.output)
    return RpcError(REVERTED, "execution reverted" + (f": {reason}" if reason is not None else ""),
                    hexed(result.output))


def send_raw_transaction(context: Context, params: Params) -> str:
    """eth_sendRawTransaction: -32000 with geth's words."""
    raw = parameter(params, 0, data)
    try:
        return hexed(context.chain.mempool.add(raw))
    except TransactionRefused as refused:
        raise RpcError(SERVER, str(refused)) from refused


def _mined(context: Context, tx_hash: bytes) -> tuple[Block, int] | None:
    found = context.view.transactions.get(tx_hash)
    if found is None or found[0].number > context.view.head.number:
        return None
    block = copy(found[0])  # the producer may let go of the body while a reader uses it
    return None if block.body is None else (block, found[1])


def get_transaction(context: Context, params: Params) -> Json | None:
    """eth_getTransactionByHash: in a block, or waiting."""
    tx_hash = parameter(params, 0, hash32)
    found = _mined(context, tx_hash)
    if found is not None:
        return transaction(found[0].body.transactions[found[1]], found[0].rules, *found)
    waiting = context.chain.mempool.get(tx_hash)
    return None if waiting is None else transaction(waiting, context.view.head.rules)


def get_raw_transaction(context: Context, params: Params) -> str | None:
    """eth_getRawTransactionByHash."""
    tx_hash = parameter(params, 0, hash32)
    found, waiting = _mined(context, tx_hash), context.chain.mempool.get(tx_hash)
    tx = found[0].body.transactions[found[1]] if found else waiting
    return None if tx is None else hexed(tx.raw)


def get_transaction_in_block(context: Context, params: Params, by_hash: bool) -> Json | None:
    """eth_getTransactionByBlockHashAndIndex, eth_getTransactionByBlockNumberAndIndex."""
    block = find(context.view, parameter(params, 0, _by_hash if by_hash else block_number))
    index = parameter(params, 1, partial(quantity, bits=63))
    if block is None or index >= len((block := with_body(block)).body.transactions):
        return None
    return transaction(block.body.transactions[index], block.rules, block, index)


def count_transactions(context: Context, params: Params, by_hash: bool) -> str | None:
    """eth_getBlockTransactionCountByHash, eth_getBlockTransactionCountByNumber."""
    block = find(context.view, parameter(params, 0, _by_hash if by_hash else block_number))
    return None if block is None else hex(len(with_body(block).body.transactions))


def get_receipt(context: Context, params: Params) -> Json | None:
    """eth_getTransactionReceipt."""
    found = _mined(context, parameter(params, 0, hash32))
    return None if found is None else receipt(*found)


def get_block_receipts(context: Context, params: Params) -> list[Json] | None:
    """eth_getBlockReceipts."""
    block = find(context.view, parameter(params, 0, block_reference))
    if block is None:
        return None
    block = with_body(block)
    return [receipt(block, index) for index in range(len(block.body.transactions))]


def get_logs(context: Context, params: Params) -> list[Json]:
    """eth_getLogs: -32005 beyond the range or result limit, -32000 for an unknown block."""
    wanted = parameter(params, 0, log_filter)
    if wanted.block_hash is not None:
        block = context.view.blocks.get(wanted.block_hash)
        if block is None or block.number > context.view.head.number:
            raise RpcError(SERVER, "unknown block")
        blocks = [block]
    else:
        first = find(context.view, wanted.first) if wanted.first.number is None else wanted.first.number
        last = find(context.view, wanted.last) if wanted.last.number is None else wanted.last.number
        head = context.view.head
        begin = first if isinstance(first, int) else (first or head).number
        end = min(last if isinstance(last, int) else (last or head).number, head.number)
        if begin > (last if isinstance(last, int) else end):
            raise RpcError(INVALID_PARAMS, "invalid block range params")
        if end - begin >= limits.LOG_BLOCKS_MAX:
            raise RpcError(LIMIT_EXCEEDED, f"block range greater than {limits.LOG_BLOCKS_MAX} max")
        blocks = [context.view.numbers[number] for number in range(begin, end + 1) if number in context.view.numbers]
    found: list[Json] = []
    for block in map(with_body, blocks):
        for index, outcome in enumerate(block.body.outcomes):
            for position, (emitter, topics, _) in enumerate(outcome.logs):
                if wanted.takes(emitter, topics):
                    if len(found) >= limits.LOG_RESULTS_MAX:
                        raise RpcError(LIMIT_EXCEEDED, f"query returned more than {limits.LOG_RESULTS_MAX} results")
                    found.append(write_log(block, index, position))
    return found


def get_fee_history(context: Context, params: Params) -> Json:
    """eth_feeHistory."""
    blocks = parameter(params, 0, count)
    newest = parameter(params, 1, block_number)
    rewards = parameter(params, 2, percentiles, None, required=False)
    block = context.view.head if newest.tag == "pending" else find(context.view, newest)
    if block is None:
        raise RpcError(SERVER, f"request beyond head block: requested {newest.number}, "
                               f"head {context.view.head.number}")
    return fee_history(context.view, block, blocks, rewards)


def pool_status(context: Context, _: Params) -> Json:
    """txpool_status."""
    status = context.chain.mempool.status()
    return {"pending": hex(status.ready), "queued": hex(status.gapped)}


METHODS: dict[str, Callable[[Context, Params], Any]] = {
    "web3_clientVersion": lambda context, params: CLIENT_VERSION,
    "web3_sha3": lambda context, params: hexed(keccak(parameter(params, 0, data))),
    "net_version": lambda context, params: str(context.chain.chain_id),
    "net_listening": lambda context, params: True,
    "net_peerCount": lambda context, params: "0x0",
    "eth_chainId": lambda context, params: hex(context.chain.chain_id),
    "eth_syncing": lambda context, params: False,
    "eth_accounts": lambda context, params: [],
    "eth_blockNumber": lambda context, params: hex(context.view.head.number),
    "eth_getBlockByNumber": partial(get_block, by_hash=False),
    "eth_getBlockByHash": partial(get_block, by_hash=True),
    "eth_getHeaderByNumber": partial(get_header, by_hash=False),
    "eth_getHeaderByHash": partial(get_header, by_hash=True),
    "eth_getBlockTransactionCountByNumber": partial(count_transactions, by_hash=False),
    "eth_getBlockTransactionCountByHash": partial(count_transactions, by_hash=True),
    "eth_getBalance": get_balance,
    "eth_getCode": get_code,
    "eth_getTransactionCount": get_transaction_count,
    "eth_getStorageAt": get_storage_at,
    "eth_getProof": get_proof,
    "eth_call": call,
    "eth_estimateGas": estimate,
    "eth_gasPrice": lambda context, params: hex(suggest_tip(context.view) + next_base_fee(context.view.head)),
    "eth_maxPriorityFeePerGas": lambda context, params: hex(suggest_tip(context.view)),
    "eth_feeHistory": get_fee_history,
    "eth_blobBaseFee": lambda context, params: hex(int(context.view.head.rules.gas.calculate_blob_gas_price(
        context.view.head.header.excess_blob_gas))),
    "eth_sendRawTransaction": send_raw_transaction,
    "eth_getTransactionByHash": get_transaction,
    "eth_getRawTransactionByHash": get_raw_transaction,
    "eth_getTransactionByBlockHashAndIndex": partial(get_transaction_in_block, by_hash=True),
    "eth_getTransactionByBlockNumberAndIndex": partial(get_transaction_in_block, by_hash=False),
    "eth_getTransactionReceipt": get_receipt,
    "eth_getBlockReceipts": get_block_receipts,
    "eth_getLogs": get_logs,
    "txpool_status": pool_status,
}
