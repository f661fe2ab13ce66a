# SPDX-License-Identifier: Apache-2.0
"""What to pay: fee history and the suggestions made from recent blocks."""

from __future__ import annotations

from copy import copy
from typing import Any

from . import limits
from .block import Block, View
from .rpc_errors import INVALID_PARAMS, RpcError
from .rpc_write import Json


def next_base_fee(block: Block) -> int:
    """The base fee of a block's child, wei per gas (EIP-1559)."""
    header = block.header
    return int(block.rules.fork.calculate_base_fee_per_gas(
        header.gas_limit, header.gas_limit, header.gas_used, header.base_fee_per_gas))


def suggest_tip(view: View) -> int:
    """A tip from what the latest blocks took: the 60th percentile of each one's three lowest; 1 gwei without any."""
    samples: list[int] = []
    for number in range(max(0, view.head.number - limits.TIP_SAMPLE_BLOCKS + 1), view.head.number + 1):
        block = view.numbers.get(number)
        body = None if block is None else block.body
        if body is not None:
            samples.extend(sorted(outcome.price - block.base_fee for outcome in body.outcomes)[:3])
    if not samples:
        return limits.TIP_DEFAULT_WEI
    samples.sort()
    return max(limits.TIP_MIN_WEI, min(samples[(len(samples) - 1) * limits.TIP_PERCENTILE // 100],
                                       limits.TIP_MAX_WEI))


def percentiles(value: Any) -> list[float]:
    """Reward percentiles of eth_feeHistory. ValueError: not numbers. RpcError -32602: too many, or not rising."""
    if not isinstance(value, list) or not all(isinstance(entry, (int, float)) and not isinstance(entry, bool)
                                              for entry in value):
        raise ValueError("a list of numbers is wanted")
    if len(value) > limits.FEE_HISTORY_PERCENTILES_MAX:
        raise RpcError(INVALID_PARAMS, f"invalid reward percentile: over the query limit "
                                       f"{limits.FEE_HISTORY_PERCENTILES_MAX}")
    for index, entry in enumerate(value):
        if not 0 <= entry <= 100:
            raise RpcError(INVALID_PARAMS, f"invalid reward percentile: {entry}")
        if index and entry <= value[index - 1]:
            raise RpcError(INVALID_PARAMS, f"invalid reward percentile: #{index - 1}:{value[index - 1]} >= "
                                           f"#{index}:{entry}")
    return [float(entry) for entry in value]


def fee_history(view: View, newest: Block, blocks: int, rewards: list[float] | None) -> Json:
    """The answer of eth_feeHistory for up to 1024 blocks that end with `newest`; pruned bodies end it earlier."""
    wanted = min(blocks, limits.FEE_HISTORY_BLOCKS_MAX, newest.number + 1)
    found: list[Block] = []
    for number in range(newest.number, newest.number - wanted, -1):
        block = view.numbers.get(number)
        if block is None or ((block := copy(block)).body is None and rewards):
            break
        found.append(block)  # a copy: the producer may let go of the body meanwhile
    found.reverse()
    if not found:
        return {"oldestBlock": "0x0", "gasUsedRatio": []}
    blob_price = [int(block.rules.gas.calculate_blob_gas_price(block.header.excess_blob_gas)) for block in found]
    answer: Json = {
        "oldestBlock": hex(found[0].number),
        "baseFeePerGas": [hex(block.base_fee) for block in found] + [hex(next_base_fee(found[-1]))],
        "gasUsedRatio": [int(block.header.gas_used) / int(block.header.gas_limit) for block in found],
        "baseFeePerBlobGas": [hex(price) for price in blob_price + blob_price[-1:]],
        "blobGasUsedRatio": [0.0 for _ in found]}
    if rewards:
        answer["reward"] = [[hex(tip) for tip in _rewards(block, rewards)] for block in found]
    return answer


def _rewards(block: Block, wanted: list[float]) -> list[int]:
    """The tips at the percentiles of a block's gas, in rising order of tip."""
    paid = sorted((outcome.price - block.base_fee, outcome.gas_used) for outcome in block.body.outcomes)
    if not paid:
        return [0] * len(wanted)
    total, position, passed, result = int(block.header.gas_used), 0, paid[0][1], []
    for percentile in wanted:
        threshold = int(total * percentile / 100)
        while passed < threshold and position < len(paid) - 1:
            position += 1
            passed += paid[position][1]
        result.append(paid[position][0])
    return result
