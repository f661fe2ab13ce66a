# SPDX-License-Identifier: Apache-2.0
"""The Beacon API as a function: a view of the chain and a request in, a response out. It knows no HTTP and no clock."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Protocol

from devnet.consensus import chain_api, config_api, light_client_api
from devnet.consensus.answers import ApiError
from devnet.consensus.views import Snapshot
from devnet.seams import Request, Response

log = logging.getLogger(__name__)

Handler = Callable[..., Response]


class Viewable(Protocol):
    """What can be answered from: a chain, or one of its older views."""

    def snapshot(self) -> Snapshot:
        """Returns the view to answer from."""
        ...


ROUTES: dict[str, Handler] = {
    "/eth/v1/beacon/genesis": config_api.genesis,
    "/eth/v1/config/spec": config_api.configuration,
    "/eth/v1/config/fork_schedule": config_api.fork_schedule,
    "/eth/v1/config/deposit_contract": config_api.deposit_contract,
    "/eth/v1/node/version": config_api.node_version,
    "/eth/v1/node/health": config_api.node_health,
    "/eth/v1/node/syncing": config_api.node_syncing,
    "/eth/v1/beacon/headers": chain_api.headers,
    "/eth/v1/beacon/headers/{}": chain_api.header,
    "/eth/v1/beacon/blocks/{}/root": chain_api.block_root,
    "/eth/v2/beacon/blocks/{}": chain_api.block,
    "/eth/v1/beacon/execution_payload_envelope/{}": chain_api.payload_envelope,
    "/eth/v1/beacon/states/{}/root": chain_api.state_root,
    "/eth/v1/beacon/states/{}/fork": chain_api.state_fork,
    "/eth/v1/beacon/states/{}/finality_checkpoints": chain_api.finality_checkpoints,
    "/eth/v1/beacon/light_client/bootstrap/{}": light_client_api.bootstrap,
    "/eth/v1/beacon/light_client/updates": light_client_api.updates,
    "/eth/v1/beacon/light_client/finality_update": light_client_api.finality_update,
    "/eth/v1/beacon/light_client/optimistic_update": light_client_api.optimistic_update,
}
"""Handlers by path; {} is one segment, handed to the handler."""

SEGMENTS_MAX = 7


def _find(path: str) -> tuple[Handler, list[str]]:
    """Returns the handler of a path and its parameters. ApiError 404: no such endpoint."""
    segments = path.split("/", SEGMENTS_MAX)
    for pattern, handler in ROUTES.items():
        wanted = pattern.split("/")
        if len(wanted) != len(segments):
            continue
        if all(want in ("{}", given) and given for want, given in zip(wanted[1:], segments[1:], strict=True)):
            return handler, [given for want, given in zip(wanted, segments, strict=True) if want == "{}"]
    raise ApiError(404, "No such endpoint")


def answer(chain: Viewable, request: Request) -> Response:
    """Answers a request from the chain's newest view; errors are answers too, in the standard's form."""
    try:
        handler, parameters = _find(request.path)
        if request.method != "GET":
            raise ApiError(405, "Method not allowed")
        return handler(chain.snapshot(), request, *parameters)
    except ApiError as error:
        return error.response()
    except Exception:
        log.exception("%s %s", request.method, request.path)
        return ApiError(500, "Internal error").response()
