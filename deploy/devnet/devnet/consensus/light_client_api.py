# SPDX-License-Identifier: Apache-2.0
"""The Beacon API's light-client endpoints (beacon-APIs, apis/beacon/light_client)."""

from __future__ import annotations

from devnet.consensus.answers import JSON, SSZ, ApiError, negotiate, root, single, uint64, versioned
from devnet.consensus.json_form import document
from devnet.consensus.limits import UPDATES_COUNT_MAX
from devnet.consensus.views import Encoded, Snapshot
from devnet.seams import Request, Response

LENGTH_BYTES = 8


def bootstrap(view: Snapshot, request: Request, block_root: str) -> Response:
    """Answers with the bootstrap of a checkpoint block that is retained."""
    found = view.branch.bootstraps.get(root(block_root, "Invalid block root value"))
    if found is None:
        raise ApiError(404, "LC bootstrap unavailable")
    return versioned(request, view.network, found)


def finality_update(view: Snapshot, request: Request) -> Response:
    """Answers with the newest finality update."""
    if view.branch.finality_update is None:
        raise ApiError(404, "LC finality update unavailable")
    return versioned(request, view.network, view.branch.finality_update)


def optimistic_update(view: Snapshot, request: Request) -> Response:
    """Answers with the newest optimistic update."""
    if view.branch.optimistic_update is None:
        raise ApiError(404, "LC optimistic update unavailable")
    return versioned(request, view.network, view.branch.optimistic_update)


def updates(view: Snapshot, request: Request) -> Response:
    """Answers with the best updates of consecutive periods, from the earliest known one of those asked for."""
    start = _number(request, "start_period", "Invalid sync committee period requested")
    count = _number(request, "count", "Invalid count requested")
    if count == 0:
        raise ApiError(400, "Invalid count requested")
    media = negotiate(request, (JSON, SSZ))
    found: list[Encoded] = []
    for period in range(start, start + min(count, UPDATES_COUNT_MAX)):
        update = view.branch.updates.get(period)
        if update is not None:
            found.append(update)
        elif found:
            break
    if media == SSZ:
        return Response(200, {"Content-Type": SSZ}, b"".join(_chunk(update) for update in found))
    items = (
        b'{"version":"' + update.fork.encode() + b'","data":' + document(view.network, update) + b"}"
        for update in found
    )
    return Response(200, {"Content-Type": JSON}, b"[" + b",".join(items) + b"]")


def _chunk(update: Encoded) -> bytes:
    """Returns an update with its fork digest, after the length of both."""
    content = update.digest + update.ssz
    return len(content).to_bytes(LENGTH_BYTES, "little") + content


def _number(request: Request, name: str, message: str) -> int:
    value = single(request, name)
    if value is None:
        raise ApiError(400, f"Missing `{name}` value")
    return uint64(value, message)
