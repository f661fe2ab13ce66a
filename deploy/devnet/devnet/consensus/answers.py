# SPDX-License-Identifier: Apache-2.0
"""The Beacon API's manners: media types by Accept, errors, versions, parameters."""

from __future__ import annotations

import re

from devnet.consensus.json_form import compact, document
from devnet.consensus.views import Encoded, Network
from devnet.seams import Request, Response

JSON = "application/json"
SSZ = "application/octet-stream"
UINT64_MAX = 2**64 - 1
SHOWN_CHARACTERS_MAX = 80
"""Of a refused value, so much is said back."""

_ROOT = re.compile("0x[0-9a-fA-F]{64}")
_QUALITY = re.compile(r"(?:0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)")


class ApiError(Exception):
    """An answer that is an error: HTTP status and message."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message

    def response(self) -> Response:
        """Returns the error in the standard's form."""
        body = compact({"code": self.status, "message": self.message})
        headers = {"Content-Type": JSON}
        if self.status == 405:
            headers["Allow"] = "GET"
        return Response(self.status, headers, body)


def shown(value: str) -> str:
    """Returns the beginning of a value for a message."""
    return value if len(value) <= SHOWN_CHARACTERS_MAX else value[:SHOWN_CHARACTERS_MAX] + "…"


def _ranges(accept: str) -> list[tuple[str, float]]:
    """Returns the media ranges with their quality, in order (RFC 9110, 12.5.1); malformed ones are left out."""
    found = []
    for item in accept.split(","):
        media, *parameters = (part.strip().lower() for part in item.split(";"))
        quality = "1"
        for parameter in parameters:
            name, _, value = parameter.partition("=")
            if name.strip() == "q":
                quality = value.strip()
        if media.count("/") == 1 and _QUALITY.fullmatch(quality):
            found.append((media, float(quality)))
    return found


def negotiate(request: Request, offered: tuple[str, ...]) -> str:
    """Returns the offered media type that the client likes best. ApiError 406: none.

    The most exact range decides about a type; of equally liked ones the first one named, and else the first offered.
    """
    accept = request.headers.get("accept", "")
    if not accept.strip():
        return offered[0]
    ranges = _ranges(accept)
    best: tuple[float, int, int] | None = None
    chosen = ""
    for position, media in enumerate(offered):
        for wanted in (media, media.split("/")[0] + "/*", "*/*"):
            places = [place for place, (name, _) in enumerate(ranges) if name == wanted]
            if not places:
                continue
            quality = ranges[places[0]][1]
            rank = (quality, -places[0], -position)
            if quality > 0 and (best is None or rank > best):
                best, chosen = rank, media
            break
    if not chosen:
        raise ApiError(406, "Accepted media type not supported")
    return chosen


def json_only(request: Request, value: object) -> Response:
    """Returns a JSON answer of an endpoint that has no other form. ApiError 406: the client refuses JSON."""
    negotiate(request, (JSON,))
    return Response(200, {"Content-Type": JSON}, compact(value))


def versioned(request: Request, network: Network, encoded: Encoded, **flags: bool) -> Response:
    """Returns an object as JSON or SSZ with its consensus version; the flags stand beside it in JSON."""
    media = negotiate(request, (JSON, SSZ))
    headers = {"Content-Type": media, "Eth-Consensus-Version": encoded.fork}
    if media == SSZ:
        return Response(200, headers, encoded.ssz)
    before = compact({"version": encoded.fork, **flags})
    return Response(200, headers, before[:-1] + b',"data":' + document(network, encoded) + b"}")


def single(request: Request, name: str) -> str | None:
    """Returns a query parameter, None if it is absent. ApiError 400: given more than once."""
    values = request.query.get(name, [])
    if len(values) > 1:
        raise ApiError(400, f"`{name}` is given {len(values)} times")
    return values[0] if values else None


def uint64(value: str, message: str) -> int:
    """Returns a decimal number below 2^64. ApiError 400 with the message: anything else."""
    if not (value.isascii() and value.isdigit() and len(value) <= 20 and int(value) <= UINT64_MAX):
        raise ApiError(400, message)
    return int(value)


def root(value: str, message: str) -> bytes:
    """Returns the 32 bytes of a root. ApiError 400 with the message: anything else."""
    if not _ROOT.fullmatch(value):
        raise ApiError(400, message)
    return bytes.fromhex(value[2:])
