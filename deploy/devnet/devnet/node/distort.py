# SPDX-License-Identifier: Apache-2.0
"""Lies in an answer that stays well-formed: a leaf of its JSON, or the same leaf in its SSZ bytes, is changed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

Path = tuple[str | int, ...]

PROOF_FIELDS = frozenset({"accountProof", "proof"})
"""Lists of Merkle-Patricia nodes in an answer to eth_getProof; the Beacon API's branches end in _branch."""
_FRAME_FIELDS = frozenset({"jsonrpc", "id", "version", "execution_optimistic", "finalized"})
_SSZ_LEAF_BYTES_MIN = 20
_SSZ_CHOICE_BYTES_MIN = 32
"""A leaf chosen at random in SSZ is at least so long that its bytes stand in one place only."""


def leaves(document: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every scalar of a JSON document with its path, in order."""
    if isinstance(document, dict):
        for key, value in document.items():
            yield from leaves(value, (*path, key))
    elif isinstance(document, list):
        for index, value in enumerate(document):
            yield from leaves(value, (*path, index))
    else:
        yield path, document


def replace(document: Any, path: Path, value: Any) -> Any:
    """The document with the leaf at path replaced; what is not on the path is shared with the old one."""
    if not path:
        return value
    if isinstance(document, dict):
        return {**document, path[0]: replace(document[path[0]], path[1:], value)}
    index = int(path[0])
    return [*document[:index], replace(document[index], path[1:], value), *document[index + 1:]]


def changed(value: Any) -> Any:
    """Another value of the same form: the last hexadecimal digit flipped, a number one more, a truth turned over."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, str) and value.startswith("0x") and len(value) > 2:
        return value[:-1] + f"{int(value[-1], 16) ^ 1:x}"
    if isinstance(value, str) and value.isdecimal():
        return str(int(value) + 1)
    return value


def _bytes_of(value: Any) -> bytes:
    if isinstance(value, str) and value.startswith("0x") and len(value) % 2 == 0:
        return bytes.fromhex(value[2:])
    return b""


def proof_leaf(document: Any, dice: random.Random) -> tuple[Path, str, str] | None:
    """A node of a proof or branch in the document: its path, its value and the value with one byte altered."""
    found = [
        (path, value) for path, value in leaves(document)
        if len(path) > 1 and isinstance(path[-1], int) and len(_bytes_of(value)) > 0
        and (path[-2] in PROOF_FIELDS or str(path[-2]).endswith("_branch"))
    ]
    if not found:
        return None
    path, value = dice.choice(found)
    raw = bytearray(_bytes_of(value))
    raw[dice.randrange(len(raw))] ^= 1 << dice.randrange(8)
    return path, value, "0x" + raw.hex()


def field_leaf(document: Any, field: str | None, value: Any, dice: random.Random, *, ssz: bool = False,
               ) -> tuple[Path, Any, Any] | None:
    """A leaf to alter: the first of that name, or any by chance; its path, its value, the new value."""
    found = [(path, old) for path, old in leaves(document) if not any(part in _FRAME_FIELDS for part in path)]
    if field is not None:
        found = [(path, old) for path, old in found if field in path][:1]
    else:
        found = [(path, old) for path, old in found if changed(old) != old]
        if ssz:
            found = [(path, old) for path, old in found if len(_bytes_of(old)) >= _SSZ_CHOICE_BYTES_MIN]
    if not found:
        return None
    path, old = dice.choice(found)
    return path, old, changed(old) if value is None else value


def patch_ssz(body: bytes, old: Any, new: Any) -> bytes | None:
    """The SSZ bytes with the first place that holds `old` holding `new`; None: it is not there, or lengths differ."""
    if isinstance(old, str) and old.isdecimal() and isinstance(new, str) and new.isdecimal():
        before, after = int(old).to_bytes(8, "little"), int(new).to_bytes(8, "little")
    else:
        before, after = _bytes_of(old), _bytes_of(new)
    if len(before) != len(after) or len(before) < min(8, _SSZ_LEAF_BYTES_MIN) or before == after:
        return None
    at = body.find(before)
    return None if at < 0 else body[:at] + after + body[at + len(before):]


def malformed(body: bytes, how: str, json_body: bool) -> bytes:
    """A body that no strict reader takes: cut in half, or with bytes that can't stand where they are."""
    if how == "truncate":
        return body[: len(body) // 2]
    if json_body:
        # 0xff is in no UTF-8 text; the quote or bracket that it displaces is missed too.
        at = len(body) // 2
        return body[:at] + b"\xff\xff}" + body[at + 3:]
    # An offset (or the first bytes of a fixed-size object) beyond everything, and bytes that belong to nothing.
    return b"\xff\xff\xff\xff" + body[4:] + b"\xff\xff\xff"
