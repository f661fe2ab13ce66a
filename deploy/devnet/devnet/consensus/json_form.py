# SPDX-License-Identifier: Apache-2.0
"""SSZ values in the Beacon API's JSON: numbers as decimal strings, bytes and bit fields as 0x-prefixed hexadecimals."""

from __future__ import annotations

import functools
import json
from typing import Any

from ssz.bitfields import BitList, BitVector, ProgressiveBitList
from ssz.boolean import Boolean
from ssz.byte_arrays import ByteList
from ssz.collections import List, ProgressiveList, Vector
from ssz.container import Container, ProgressiveContainer
from ssz.uint import BaseUint, Byte

from devnet.consensus.limits import BODIES_DECODED_MAX
from devnet.consensus.views import Encoded, Network


def hexadecimal(value: bytes) -> str:
    """Returns bytes as the API writes them."""
    return "0x" + bytes(value).hex()


def plain(value: Any) -> Any:
    """Returns an SSZ value as what json.dumps takes. TypeError: not an SSZ value."""
    if isinstance(value, Boolean):
        return bool(value)
    if isinstance(value, BaseUint):
        return str(int(value))
    if isinstance(value, ByteList | BitList | ProgressiveBitList | BitVector):
        return hexadecimal(value.encode_bytes())
    if isinstance(value, bytes):
        return hexadecimal(value)
    if isinstance(value, ProgressiveList) and type(value).ELEMENT_TYPE is Byte:
        return hexadecimal(value.encode_bytes())
    if isinstance(value, List | ProgressiveList | Vector):
        return [plain(element) for element in value]
    if isinstance(value, Container | ProgressiveContainer):
        return {name: plain(getattr(value, name)) for name in type(value).model_fields}
    raise TypeError(f"{type(value).__name__} has no form in the API")


@functools.lru_cache(maxsize=BODIES_DECODED_MAX)
def document(network: Network, encoded: Encoded) -> bytes:
    """Returns a served object as a JSON document, decoded from its SSZ, so that both forms say the same."""
    kind = getattr(network.specs[encoded.fork], encoded.kind)
    return compact(plain(kind.decode_bytes(encoded.ssz)))


def compact(value: Any) -> bytes:
    """Returns a JSON document without white space."""
    return json.dumps(value, separators=(",", ":")).encode()
