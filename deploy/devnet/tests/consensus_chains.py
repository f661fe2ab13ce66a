# SPDX-License-Identifier: Apache-2.0
"""Chains that several consensus tests read, made once, and requests to them."""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass, replace
from typing import Any

from empty_execution import EmptyExecution

from devnet.consensus import BeaconChain, ChainOptions, Crossing
from devnet.consensus.beacon_api import Viewable, answer
from devnet.consensus.specification import load
from devnet.seams import Request, Response, SlotPlan

GENESIS_TIME = 1_700_000_000
CROSSING_SLOTS = 140


@functools.cache
def _shared(options: ChainOptions) -> dict[str, Any]:
    return load(options)


@functools.cache
def apart(options: ChainOptions) -> dict[str, Any]:
    """Returns modules of the specification that no chain uses, to check chains with."""
    return load(options)


def new_chain(options: ChainOptions) -> tuple[BeaconChain, EmptyExecution]:
    """Returns a chain at its genesis and the execution under it."""
    execution = EmptyExecution()
    return BeaconChain(options, execution, GENESIS_TIME, _shared(replace(options, seed=0))), execution


def grown(chain: BeaconChain, to_slot: int, plan: SlotPlan = SlotPlan()) -> BeaconChain:
    """Advances a chain to a slot, every slot by the same plan."""
    for slot in range(chain.snapshot().slot + 1, to_slot + 1):
        chain.advance(slot, plan)
    return chain


@functools.cache
def settled() -> BeaconChain:
    """A fulu chain of 512-key committees with a few finalized epochs. Not to be advanced."""
    return grown(new_chain(ChainOptions())[0], 50)


@functools.cache
def crossing() -> BeaconChain:
    """A chain through electra, fulu and gloas and into its third period. Not to be advanced."""
    schedule = (Crossing("fulu", 3), Crossing("gloas", 10))
    return grown(new_chain(ChainOptions(fork="electra", crossings=schedule, committee_size=32))[0], CROSSING_SLOTS)


@dataclass(frozen=True)
class Client:
    """Asks a chain's Beacon API."""

    chain: Viewable

    def ask(self, path: str, accept: str | None = None, **query: str) -> Response:
        """Returns the response to a GET."""
        headers = {} if accept is None else {"accept": accept}
        return answer(self.chain, Request("GET", path, {name: [value] for name, value in query.items()}, headers))

    def json(self, path: str, **query: str) -> Any:
        """Returns the document of a successful answer."""
        response = self.ask(path, **query)
        assert response.status == 200, response.body
        assert response.headers["Content-Type"] == "application/json"
        return json.loads(response.body)

    def ssz(self, path: str, **query: str) -> Response:
        """Returns a successful answer in SSZ."""
        response = self.ask(path, "application/octet-stream", **query)
        assert response.status == 200, response.body
        assert response.headers["Content-Type"] == "application/octet-stream"
        return response

    def refusal(self, path: str, accept: str | None = None, **query: str) -> tuple[int, str]:
        """Returns code and message of an error, which must be in the standard's form."""
        response = self.ask(path, accept, **query)
        document = json.loads(response.body)
        assert set(document) == {"code", "message"}
        assert document["code"] == response.status
        return response.status, document["message"]
