# SPDX-License-Identifier: Apache-2.0
"""Reads JSON-RPC parameters: quantities, data, block references, call objects, log filters."""

from __future__ import annotations

import re
from copy import copy
from dataclasses import dataclass
from typing import Any, Callable, TypeVar

from . import limits
from .block import Block, View
from .call import Call
from .rpc_errors import INVALID_PARAMS, LIMIT_EXCEEDED, PRUNED, SERVER, RpcError, invalid

_QUANTITY = re.compile(r"0x(0|[1-9a-fA-F][0-9a-fA-F]*)\Z")
_DATA = re.compile(r"0x(?:[0-9a-fA-F]{2})*\Z")
_TAGS = ("latest", "safe", "finalized", "earliest", "pending")
T = TypeVar("T")


def parameter(params: list[Any], position: int, read: Callable[[Any], T], default: T | None = None,
              required: bool = True) -> T | None:
    """The parameter at a position, read by a function that raises ValueError. RpcError -32602: missing or wrong."""
    value = params[position] if position < len(params) else None
    if value is None:
        if required:
            raise RpcError(INVALID_PARAMS, f"missing value for required argument {position}")
        return default
    try:
        return read(value)
    except ValueError as problem:
        raise invalid(position, str(problem)) from problem


def quantity(value: Any, bits: int = 256) -> int:
    """A QUANTITY: `0x` and hexadecimal digits without leading zeros. ValueError: not one."""
    if not isinstance(value, str):
        raise ValueError("json: cannot unmarshal non-string into a hex quantity")
    if not _QUANTITY.match(value):
        if not value.startswith("0x"):
            raise ValueError("hex string without 0x prefix")
        raise ValueError("hex string \"0x\"" if value == "0x" else "hex number with leading zero digits"
                         if re.match(r"0x0[0-9a-fA-F]+\Z", value) else "invalid hex string")
    number = int(value, 16)
    if number.bit_length() > bits:
        raise ValueError(f"hex number > {bits} bits")
    return number


def count(value: Any) -> int:
    """A QUANTITY, or a JSON number as some clients send. ValueError: neither."""
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    return quantity(value, 64)


def data(value: Any, size: int | None = None) -> bytes:
    """DATA: `0x` and pairs of hexadecimal digits. ValueError: not that, or another size in bytes."""
    if not isinstance(value, str) or not value.startswith("0x"):
        raise ValueError("hex string without 0x prefix")
    if len(value) % 2:
        raise ValueError("hex string of odd length")
    if not _DATA.match(value):
        raise ValueError("invalid hex string")
    result = bytes.fromhex(value[2:])
    if size is not None and len(result) != size:
        raise ValueError(f"hex string has length {2 * len(result)}, want {2 * size}")
    return result


def address(value: Any) -> bytes:
    """A 20-byte address."""
    return data(value, 20)


def hash32(value: Any) -> bytes:
    """A 32-byte hash."""
    return data(value, 32)


def slot(value: Any) -> bytes:
    """A storage key of up to 32 bytes, as DATA or QUANTITY; returned as 32."""
    if not isinstance(value, str) or not re.match(r"0x[0-9a-fA-F]*\Z", value):
        raise ValueError("hex string invalid")
    digits = value[2:]
    if len(digits) > 64:
        raise ValueError(f"hex string too long, want at most 32 bytes, have {(len(digits) + 1) // 2} bytes")
    return bytes.fromhex(digits.rjust(64, "0"))


@dataclass(frozen=True)
class BlockReference:
    """A tag, a number or a hash (EIP-1898)."""

    tag: str | None = None
    number: int | None = None
    hash: bytes | None = None
    canonical: bool = False


def block_reference(value: Any) -> BlockReference:
    """A tag, a QUANTITY, a 32-byte hash, or an object with `blockHash` or `blockNumber`. ValueError: none of them."""
    if isinstance(value, dict):
        if ("blockHash" in value) == ("blockNumber" in value):
            raise ValueError("cannot specify both BlockHash and BlockNumber, choose one or the other"
                             if "blockHash" in value else "invalid arguments; neither block nor hash specified")
        if "blockNumber" in value:
            return block_number(value["blockNumber"])
        require = value.get("requireCanonical", False)
        if not isinstance(require, bool):
            raise ValueError("requireCanonical must be a boolean")
        return BlockReference(hash=hash32(value["blockHash"]), canonical=require)
    if isinstance(value, str) and len(value) == 66:
        return BlockReference(hash=hash32(value))
    return block_number(value)


def block_number(value: Any) -> BlockReference:
    """A tag or a QUANTITY. ValueError: neither."""
    if value in _TAGS and isinstance(value, str):
        return BlockReference(tag=value)
    return BlockReference(number=quantity(value, 63))


LATEST = BlockReference(tag="latest")


def find(view: View, reference: BlockReference) -> Block | None:
    """The block a reference means, None where there is none. `pending` is none: no block is made in advance.

    RpcError -32000: `safe` or `finalized` before there is one, or a hash off the canonical chain that had to be on."""
    if reference.tag in ("safe", "finalized"):
        block = view.safe if reference.tag == "safe" else view.finalized
        if block is None:
            raise RpcError(SERVER, f"{reference.tag} block not found")
        return block
    if reference.tag is not None:
        return {"latest": view.head, "earliest": view.numbers.get(0), "pending": None}[reference.tag]
    if reference.hash is not None:
        block = view.blocks.get(reference.hash)
        if block is None or block.number > view.head.number:
            return None
        if reference.canonical and not view.canonical(reference.hash):
            raise RpcError(SERVER, "hash is not currently canonical")
        return block
    return view.numbers.get(reference.number) if reference.number <= view.head.number else None


def find_state(view: View, reference: BlockReference) -> Block:
    """The block whose state a reference means; `pending` is the head's. RpcError -32000: unknown, or no longer kept."""
    block = view.head if reference.tag == "pending" else find(view, reference)
    if block is None:
        raise RpcError(SERVER, "header not found" if reference.hash is None else "header for hash not found")
    block = copy(block)  # the producer may let go of the state while a reader uses it
    if block.state is None:
        raise RpcError(SERVER, f"historical state {bytes(block.header.state_root).hex()} is not available")
    return block


def with_body(block: Block) -> Block:
    """The block, if its transactions are kept. RpcError 4444: they are not."""
    block = copy(block)  # as above
    if block.body is None:
        raise RpcError(PRUNED, "pruned history unavailable")
    return block


def call_object(value: Any) -> Call:
    """The transaction object of eth_call and eth_estimateGas. ValueError: a field is wrong."""
    if not isinstance(value, dict):
        raise ValueError("a transaction object is wanted")
    both = [data(value[name]) for name in ("input", "data") if value.get(name) is not None]
    if len(both) == 2 and both[0] != both[1]:
        raise ValueError('both "data" and "input" are set and not equal. Please use "input" to pass transaction '
                         "call data")
    if value.get("gasPrice") is not None and (value.get("maxFeePerGas") is not None
                                              or value.get("maxPriorityFeePerGas") is not None):
        raise ValueError("both gasPrice and (maxFeePerGas or maxPriorityFeePerGas) specified")
    if value.get("blobVersionedHashes"):
        raise ValueError("this network takes no blobs")

    def optional(name: str, bits: int = 256) -> int | None:
        return None if value.get(name) is None else quantity(value[name], bits)
    fee, tip = optional("maxFeePerGas"), optional("maxPriorityFeePerGas")
    if fee is not None and tip is not None and fee < tip:
        raise ValueError(f"maxFeePerGas ({fee:#x}) < maxPriorityFeePerGas ({tip:#x})")
    return Call(
        sender=bytes(20) if value.get("from") is None else address(value["from"]),
        to=None if value.get("to") is None else address(value["to"]), gas=optional("gas", 64),
        gas_price=optional("gasPrice") or fee or 0, value=optional("value") or 0, data=both[0] if both else b"",
        access_list=tuple((address(entry["address"]), tuple(map(hash32, entry.get("storageKeys") or ())))
                          for entry in _objects(value.get("accessList"), "address")),
        authorizations=tuple((quantity(entry["chainId"]), address(entry["address"]), quantity(entry["nonce"], 64),
                              quantity(entry["yParity"], 8), quantity(entry["r"]), quantity(entry["s"]))
                             for entry in _objects(value.get("authorizationList"),
                                                   "chainId", "address", "nonce", "yParity", "r", "s")))


def _objects(value: Any, *names: str) -> list[dict[str, Any]]:
    if value is None:
        return []
    if not isinstance(value, list) or not all(
            isinstance(entry, dict) and all(name in entry for name in names) for entry in value):
        raise ValueError(f"a list of objects with {', '.join(names)} is wanted")
    return value


@dataclass(frozen=True)
class LogFilter:
    """Which logs: of one block, or of a range; from any of the addresses; topics by position, None for any."""

    block_hash: bytes | None
    first: BlockReference
    last: BlockReference
    addresses: frozenset[bytes] | None
    topics: tuple[frozenset[bytes] | None, ...]

    def takes(self, emitter: bytes, topics: tuple[bytes, ...]) -> bool:
        """Whether a log with this address and these topics is wanted."""
        if self.addresses is not None and emitter not in self.addresses:
            return False
        return len(topics) >= len(self.topics) and all(
            wanted is None or topic in wanted for wanted, topic in zip(self.topics, topics))


def log_filter(value: Any) -> LogFilter:
    """The filter object of eth_getLogs. ValueError: a field is wrong. RpcError -32005: too many alternatives."""
    if not isinstance(value, dict):
        raise ValueError("a filter object is wanted")
    block_hash = None if value.get("blockHash") is None else hash32(value["blockHash"])
    if block_hash is not None and (value.get("fromBlock") is not None or value.get("toBlock") is not None):
        raise ValueError("cannot specify both BlockHash and FromBlock/ToBlock, choose one or the other")

    def alternatives(entry: Any, read: Callable[[Any], bytes]) -> frozenset[bytes] | None:
        if entry is None or entry == []:
            return None
        if isinstance(entry, list):
            if len(entry) > limits.LOG_ALTERNATIVES_MAX:
                raise RpcError(LIMIT_EXCEEDED, f"exceed max addresses or topics per search position: "
                                               f"{limits.LOG_ALTERNATIVES_MAX}")
            return None if None in entry else frozenset(map(read, entry))
        return frozenset((read(entry),))
    topics = value.get("topics") or []
    if not isinstance(topics, list):
        raise ValueError("topics must be a list")
    if len(topics) > 4:
        raise RpcError(INVALID_PARAMS, "exceed max topics")
    return LogFilter(
        block_hash=block_hash,
        first=LATEST if value.get("fromBlock") is None else block_number(value["fromBlock"]),
        last=LATEST if value.get("toBlock") is None else block_number(value["toBlock"]),
        addresses=alternatives(value.get("address"), address),
        topics=tuple(alternatives(entry, hash32) for entry in topics))
