# SPDX-License-Identifier: Apache-2.0
"""The Beacon API's constant answers: configuration, fork schedule, genesis, node."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

from ssz.uint import BaseUint

from devnet.consensus.answers import ApiError, json_only, single, uint64
from devnet.consensus.json_form import hexadecimal
from devnet.consensus.specification import LINEAGE
from devnet.consensus.views import Network, Snapshot
from devnet.seams import Request, Response

VERSION = "halcyon-devnet/1"
STATUS_MIN, STATUS_MAX = 100, 599


def _written(value: Any) -> Any:
    if isinstance(value, bytes):
        return hexadecimal(value)
    if isinstance(value, BaseUint | int):
        return str(int(value))
    if isinstance(value, Mapping):
        return {name: _written(part) for name, part in value.items()}
    if isinstance(value, tuple):
        return [_written(part) for part in value]
    return str(value)


@functools.lru_cache(maxsize=8)
def values(network: Network) -> dict[str, Any]:
    """Returns constants, preset and configuration of every fork known here, as the API writes them."""
    spec = network.newest
    found = {
        name: _written(value)
        for name, value in vars(spec).items()
        if name.isupper() and isinstance(value, BaseUint | int | bytes) and not isinstance(value, bool)
    }
    found |= {name: _written(value) for name, value in spec.config._asdict().items()}
    found["CONFIG_NAME"] = f"halcyon-devnet-{network.options.chain_id}"
    found["SECONDS_PER_SLOT"] = str(network.options.slot_seconds)
    return dict(sorted(found.items()))


def configuration(view: Snapshot, request: Request) -> Response:
    """Answers with the network's configuration."""
    return json_only(request, {"data": values(view.network)})


def fork_schedule(view: Snapshot, request: Request) -> Response:
    """Answers with every fork that is active or scheduled, from genesis on."""
    config = view.network.newest.config
    previous = config.GENESIS_FORK_VERSION
    forks = [{"previous_version": hexadecimal(previous), "current_version": hexadecimal(previous), "epoch": "0"}]
    far = int(view.network.newest.FAR_FUTURE_EPOCH)
    for name in LINEAGE[1:]:
        epoch = int(getattr(config, f"{name.upper()}_FORK_EPOCH"))
        if epoch == far:
            continue
        current = getattr(config, f"{name.upper()}_FORK_VERSION")
        entry = {"previous_version": hexadecimal(previous), "current_version": hexadecimal(current)}
        forks.append(entry | {"epoch": str(epoch)})
        previous = current
    return json_only(request, {"data": forks})


def deposit_contract(view: Snapshot, request: Request) -> Response:
    """Answers with where deposits would go; the network has no deposit contract of its own."""
    config = view.network.newest.config
    address = hexadecimal(config.DEPOSIT_CONTRACT_ADDRESS)
    return json_only(request, {"data": {"chain_id": str(int(config.DEPOSIT_CHAIN_ID)), "address": address}})


def genesis(view: Snapshot, request: Request) -> Response:
    """Answers with genesis time, validators root and fork version."""
    network = view.network
    data = {
        "genesis_time": str(network.genesis_time),
        "genesis_validators_root": hexadecimal(network.genesis_validators_root),
        "genesis_fork_version": hexadecimal(network.newest.config.GENESIS_FORK_VERSION),
    }
    return json_only(request, {"data": data})


def node_version(view: Snapshot, request: Request) -> Response:
    """Answers with the name of this software."""
    return json_only(request, {"data": {"version": VERSION}})


def node_health(view: Snapshot, request: Request) -> Response:
    """Answers 200 without a body: blocks are made here, so that there is nothing to sync."""
    status = single(request, "syncing_status")
    if status is not None and not STATUS_MIN <= uint64(status, "Invalid syncing status code") <= STATUS_MAX:
        raise ApiError(400, "Invalid syncing status code")
    return Response(200, {}, b"")


def node_syncing(view: Snapshot, request: Request) -> Response:
    """Answers with the head's slot; nothing is ever behind or optimistic here."""
    data = {
        "head_slot": str(view.head.slot),
        "sync_distance": "0",
        "is_syncing": False,
        "is_optimistic": False,
        "el_offline": False,
    }
    return json_only(request, {"data": data})
