# SPDX-License-Identifier: Apache-2.0
"""An answer together with the way it travels: late, slowly, in part, or far too long."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from ..seams import Response

MEGABYTE_BYTES = 1_000_000
CHUNK_BYTES = 64 << 10


@dataclass(frozen=True)
class Wire:
    """A response and what is done to it on its way out; the defaults do nothing."""

    response: Response
    delay_seconds: float = 0.0
    bytes_per_second: float | None = None
    cut_after_bytes: int | None = None
    """The body ends there and the connection with it, whatever Content-Length promised."""
    padding_bytes: int = 0
    """Spaces sent after the body."""
    declared: bool = True
    """Content-Length is sent; otherwise the body is chunked (RFC 9112, 7.1)."""
    faults: tuple[str, ...] = field(default=())
    """Kinds of the faults that made this answer, for the log."""


def json_response(status: int, value: object, headers: dict[str, str] | None = None) -> Response:
    """A response with a JSON body."""
    body = json.dumps(value, separators=(",", ":")).encode()
    return Response(status, {"Content-Type": "application/json", **(headers or {})}, body)


def error_response(status: int, message: str, headers: dict[str, str] | None = None) -> Response:
    """An error as the Beacon API shapes it: code and message."""
    return json_response(status, {"code": status, "message": message}, headers)
