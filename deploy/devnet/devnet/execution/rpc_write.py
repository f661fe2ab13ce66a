# SPDX-License-Identifier: Apache-2.0
"""Writes blocks, transactions, receipts and logs as the execution JSON-RPC has them."""

from __future__ import annotations

from typing import Any

from .block import Block, Outcome
from .rules import Rules
from .transaction import SignedTransaction

Json = dict[str, Any]


def hexed(value: bytes) -> str:
    """DATA."""
    return "0x" + bytes(value).hex()


def header(block: Block) -> Json:
    """All fields of a header, and its hash."""
    source = block.header
    return {
        "hash": hexed(block.hash), "parentHash": hexed(source.parent_hash), "sha3Uncles": hexed(source.ommers_hash),
        "miner": hexed(source.coinbase), "stateRoot": hexed(source.state_root),
        "transactionsRoot": hexed(source.transactions_root), "receiptsRoot": hexed(source.receipt_root),
        "logsBloom": hexed(source.bloom), "difficulty": hex(int(source.difficulty)), "number": hex(block.number),
        "gasLimit": hex(int(source.gas_limit)), "gasUsed": hex(int(source.gas_used)),
        "timestamp": hex(block.timestamp), "extraData": hexed(source.extra_data),
        "mixHash": hexed(source.prev_randao), "nonce": hexed(source.nonce), "baseFeePerGas": hex(block.base_fee),
        "withdrawalsRoot": hexed(source.withdrawals_root), "blobGasUsed": hex(int(source.blob_gas_used)),
        "excessBlobGas": hex(int(source.excess_blob_gas)),
        "parentBeaconBlockRoot": hexed(source.parent_beacon_block_root), "requestsHash": hexed(source.requests_hash)}


def block(source: Block, full: bool) -> Json:
    """A block whose body is kept; its transactions whole or by hash."""
    body = source.body
    transactions: list[Any] = [hexed(tx.hash) for tx in body.transactions]
    if full:
        transactions = [transaction(tx, source.rules, source, index) for index, tx in enumerate(body.transactions)]
    return header(source) | {
        "size": hex(body.size), "transactions": transactions, "uncles": [],
        "withdrawals": [{"index": hex(entry.index), "validatorIndex": hex(entry.validator_index),
                         "address": hexed(entry.address), "amount": hex(entry.amount_gwei)}
                        for entry in body.withdrawals]}


def transaction(tx: SignedTransaction, rules: Rules, source: Block | None = None, index: int | None = None) -> Json:
    """A transaction in a block, or a waiting one (block fields null)."""
    spec = tx.of(rules)
    result: Json = {
        "blockHash": hexed(source.hash) if source else None, "blockNumber": hex(source.number) if source else None,
        "transactionIndex": hex(index) if source else None, "hash": hexed(tx.hash), "from": hexed(tx.sender),
        "to": hexed(tx.to) if tx.to else None, "nonce": hex(tx.nonce), "gas": hex(tx.gas), "value": hex(tx.value),
        "input": hexed(tx.data), "type": hex(tx.kind), "r": hex(int(spec.r)), "s": hex(int(spec.s)),
        "gasPrice": hex(tx.price(source.base_fee) if source and tx.kind in (2, 4) else tx.fee_cap)}
    if tx.chain_id is not None:
        result["chainId"] = hex(tx.chain_id)
    if tx.kind == 0:
        return result | {"v": hex(int(spec.v))}
    parity = hex(int(spec.y_parity))
    result |= {"v": parity, "yParity": parity, "accessList": [
        {"address": hexed(access.account), "storageKeys": [hexed(key) for key in access.slots]}
        for access in spec.access_list]}
    if tx.kind in (2, 4):
        result |= {"maxFeePerGas": hex(tx.fee_cap), "maxPriorityFeePerGas": hex(tx.tip_cap)}
    if tx.kind == 4:
        result["authorizationList"] = [
            {"chainId": hex(int(entry.chain_id)), "address": hexed(entry.address), "nonce": hex(int(entry.nonce)),
             "yParity": hex(int(entry.y_parity)), "r": hex(int(entry.r)), "s": hex(int(entry.s))}
            for entry in spec.authorizations]
    return result


def receipt(source: Block, index: int) -> Json:
    """The receipt of a transaction of a block whose body is kept."""
    tx, outcome = source.body.transactions[index], source.body.outcomes[index]
    return {
        "transactionHash": hexed(tx.hash), "transactionIndex": hex(index), "blockHash": hexed(source.hash),
        "blockNumber": hex(source.number), "from": hexed(tx.sender), "to": hexed(tx.to) if tx.to else None,
        "cumulativeGasUsed": hex(outcome.cumulative_gas_used), "gasUsed": hex(outcome.gas_used),
        "contractAddress": hexed(outcome.contract) if outcome.contract else None, "logs": logs(source, index),
        "logsBloom": hexed(outcome.bloom), "type": hex(tx.kind), "status": hex(int(outcome.succeeded)),
        "effectiveGasPrice": hex(outcome.price)}


def logs(source: Block, index: int) -> list[Json]:
    """The logs of a transaction of a block whose body is kept."""
    outcome: Outcome = source.body.outcomes[index]
    return [log(source, index, position) for position in range(len(outcome.logs))]


def log(source: Block, index: int, position: int) -> Json:
    """One log of a transaction, by its position there."""
    tx, outcome = source.body.transactions[index], source.body.outcomes[index]
    emitter, topics, data = outcome.logs[position]
    return {
        "address": hexed(emitter), "topics": [hexed(topic) for topic in topics], "data": hexed(data),
        "blockNumber": hex(source.number), "blockHash": hexed(source.hash), "blockTimestamp": hex(source.timestamp),
        "transactionHash": hexed(tx.hash), "transactionIndex": hex(index),
        "logIndex": hex(outcome.first_log + position), "removed": False}
