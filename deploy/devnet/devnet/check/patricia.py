# SPDX-License-Identifier: Apache-2.0
"""Merkle-Patricia tries by the book (Yellow Paper, appendix D): proofs checked, roots of ordered lists rebuilt."""

from __future__ import annotations

from collections.abc import Sequence

import rlp
from eth_hash.auto import keccak

from .report import Refused

EMPTY_ROOT = keccak(rlp.encode(b""))


def nibbles(key: bytes) -> tuple[int, ...]:
    """A key as half bytes, high one first."""
    return tuple(half for byte in key for half in (byte >> 4, byte & 15))


def _path(packed: bytes) -> tuple[tuple[int, ...], bool]:
    """A hex-prefix path: its half bytes, and whether a value follows."""
    halves = nibbles(packed)
    if not halves or halves[0] > 3:
        raise Refused("a node's path has no valid prefix")
    return halves[1 if halves[0] & 1 else 2 :], halves[0] >= 2


def proven(root: bytes, key: bytes, proof: Sequence[bytes]) -> bytes | None:
    """The value that a proof shows for keccak(key) under a root; None: it shows absence. Refused: it shows neither."""
    path, wanted, nodes = nibbles(keccak(key)), root, list(proof)
    if root == EMPTY_ROOT and not nodes:
        return None
    node: object = None
    while True:
        if node is None:
            if not nodes:
                raise Refused("the proof ends early")
            raw = nodes.pop(0)
            if keccak(raw) != wanted:
                raise Refused(f"a node's hash is {keccak(raw).hex()}, not {wanted.hex()}")
            node = rlp.decode(raw)
        if node == b"" or not isinstance(node, list):
            return _end(nodes, None)
        if len(node) == 17:
            if not path:
                return _end(nodes, node[16] or None)
            child, path = node[path[0]], path[1:]
        elif len(node) == 2:
            part, leaf = _path(node[0])
            if leaf:
                return _end(nodes, node[1] if part == path else None)
            if path[: len(part)] != part:
                return _end(nodes, None)
            child, path = node[1], path[len(part) :]
        else:
            raise Refused(f"a node has {len(node)} items")
        if child == b"":
            return _end(nodes, None)
        node = child if isinstance(child, list) else None
        wanted = child if isinstance(child, bytes) else b""


def _end(left: list[bytes], value: bytes | None) -> bytes | None:
    if left:
        raise Refused(f"{len(left)} nodes of the proof are not on the path")
    return value


def ordered_root(values: Sequence[bytes]) -> bytes:
    """The root of a trie that holds each value under the RLP of its index."""
    if not values:
        return EMPTY_ROOT
    pairs = [(nibbles(rlp.encode(index)), value) for index, value in enumerate(values)]
    return keccak(rlp.encode(_node(pairs)))


def _node(pairs: list[tuple[tuple[int, ...], bytes]]) -> list[object]:
    if len(pairs) == 1:
        return [_packed(pairs[0][0], True), pairs[0][1]]
    shortest = min(len(path) for path, _ in pairs)
    shared = 0
    while shared < shortest and len({path[shared] for path, _ in pairs}) == 1:
        shared += 1
    if shared:
        rest = [(path[shared:], value) for path, value in pairs]
        return [_packed(pairs[0][0][:shared], False), _reference(_node(rest))]
    branch: list[object] = []
    for half in range(16):
        below = [(path[1:], value) for path, value in pairs if path and path[0] == half]
        branch.append(_reference(_node(below)) if below else b"")
    branch.append(next((value for path, value in pairs if not path), b""))
    return branch


def _reference(node: list[object]) -> object:
    raw = rlp.encode(node)
    return node if len(raw) < 32 else keccak(raw)


def _packed(path: tuple[int, ...], leaf: bool) -> bytes:
    flag = 2 if leaf else 0
    halves = (flag + 1, *path) if len(path) % 2 else (flag, 0, *path)
    return bytes(high << 4 | low for high, low in zip(halves[::2], halves[1::2], strict=True))
