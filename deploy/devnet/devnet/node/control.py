# SPDX-License-Identifier: Apache-2.0
"""The control API: JSON over HTTP, for whoever tests a client against the network. README.md lists it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Protocol

from ..seams import Request, Response, SlotOutcome, SlotPlan
from . import limits
from .faults import FaultBoard, FaultError, read_fault
from .producer import Producer, ProducerError
from .wire import Wire, error_response, json_response

Body = dict[str, object]
_HASH = re.compile(r"0x[0-9a-fA-F]{64}")
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")


class ControlError(Exception):
    """A refusal with its HTTP status."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class Pool(Protocol):
    """What the control API asks of the transaction pool."""

    def drop(self, transaction_hash: bytes) -> bool:
        """Forgets a transaction; whether it was there."""
        ...

    def hold(self, key: bytes, held: bool) -> None:
        """Keeps a transaction (32-byte hash) or all of a sender (20-byte address) out of blocks, or lets them go."""
        ...


class Switchboard(Protocol):
    """What the control API asks of the network as a whole."""

    def ready(self) -> Body:
        """The values of the ready line."""
        ...

    def status(self) -> Body:
        """What the network is doing."""
        ...

    def prepare_other(self, same_chain_id: bool) -> None:
        """Makes the network that other-chain answers come from; takes as long as a start."""
        ...


def shown_outcome(outcome: SlotOutcome) -> Body:
    """A slot's outcome as JSON."""
    return {
        "slot": outcome.slot, "produced": outcome.produced, "headSlot": outcome.head_slot,
        "headRoot": "0x" + outcome.head_root.hex(), "headBlockHash": "0x" + outcome.head_block_hash.hex(),
        "justifiedEpoch": outcome.justified_epoch, "finalizedEpoch": outcome.finalized_epoch,
        "finalizedRoot": "0x" + outcome.finalized_root.hex(), "transactions": outcome.transactions,
        "reorged": outcome.reorged,
    }


class Control:
    """Answers control requests; `handle` is for an HTTP server."""

    def __init__(self, network: Switchboard, producer: Producer, board: FaultBoard, pool: Pool) -> None:
        self._network = network
        self._producer = producer
        self._board = board
        self._pool = pool
        self._routes: dict[tuple[str, str], Callable[[Body], object]] = {
            ("GET", "/network"): lambda body: network.ready(),
            ("GET", "/status"): self._status,
            ("POST", "/mine"): self._mine,
            ("POST", "/plan"): self._plan,
            ("DELETE", "/plan"): lambda body: {"slots": producer.clear_plans()},
            ("POST", "/reorg"): self._reorg,
            ("GET", "/faults"): lambda body: board.shown(),
            ("POST", "/faults"): self._add_fault,
            ("DELETE", "/faults"): lambda body: {"cleared": board.clear()},
            ("POST", "/mempool/drop"): self._drop,
            ("POST", "/mempool/hold"): self._hold,
        }

    def handle(self, request: Request) -> Wire:
        """The answer to a request; refusals have a JSON body with code and message."""
        try:
            return Wire(self._answer(request))
        except ControlError as refusal:
            return Wire(error_response(refusal.status, str(refusal)))
        except FaultError as refusal:
            return Wire(error_response(400, str(refusal)))
        except ProducerError as refusal:
            return Wire(error_response(409, str(refusal)))

    def _answer(self, request: Request) -> Response:
        single = re.fullmatch(r"/faults/(\d{1,9})", request.path)
        if single and request.method == "DELETE":
            if not self._board.clear(int(single[1])):
                raise ControlError(404, f"there is no fault {single[1]}")
            return json_response(200, {"cleared": 1})
        route = self._routes.get((request.method, request.path))
        if route is None:
            allowed = sorted(method for method, path in self._routes if path == request.path)
            if allowed:
                names = ", ".join(allowed)
                return error_response(405, f"{request.path} takes {names}", {"Allow": names})
            raise ControlError(404, f"there is no {request.path}")
        return json_response(200, route(_body(request)))

    def _status(self, body: Body) -> object:
        outcome = self._producer.outcome
        return {**self._network.status(), "producer": self._producer.shown(), "faults": len(self._board.shown()),
                "head": None if outcome is None else shown_outcome(outcome)}

    def _mine(self, body: Body) -> object:
        _only(body, "slots")
        return shown_outcome(self._producer.mine(_integer(body, "slots", 1, limits.MINE_SLOTS_MAX, 1)))

    def _plan(self, body: Body) -> object:
        _only(body, "slots", "skip", "attesters", "sync_bits")
        skip = body.get("skip", False)
        if not isinstance(skip, bool):
            raise ControlError(400, "skip must be true or false")
        slots = _integer(body, "slots", 1, limits.PLAN_SLOTS_MAX, 1)
        plan = SlotPlan(skip=skip, attesters=_share(body, "attesters"), sync_bits=_share(body, "sync_bits"))
        self._producer.plan(slots, plan)
        return {"slots": slots}

    def _reorg(self, body: Body) -> object:
        _only(body, "depth")
        return shown_outcome(self._producer.reorg(_integer(body, "depth", 1, limits.REORG_DEPTH_SLOTS_MAX, 1)))

    def _add_fault(self, body: Body) -> object:
        if read_fault(0, body).kind == "other-chain":
            self._network.prepare_other(body.get("sameChainId") is True)
        return self._board.add(body).shown()

    def _drop(self, body: Body) -> object:
        _only(body, "hash")
        return {"dropped": self._pool.drop(_bytes(body, "hash", _HASH))}

    def _hold(self, body: Body) -> object:
        _only(body, "hash", "sender", "hold")
        held = body.get("hold", True)
        if not isinstance(held, bool):
            raise ControlError(400, "hold must be true or false")
        if ("hash" in body) == ("sender" in body):
            raise ControlError(400, "exactly one of hash and sender is needed")
        key = _bytes(body, "hash", _HASH) if "hash" in body else _bytes(body, "sender", _ADDRESS)
        self._pool.hold(key, held)
        return {"hold": held}


def _body(request: Request) -> Body:
    if request.method != "POST":
        return {}
    try:
        value = json.loads(request.body or b"{}")
    except (ValueError, RecursionError) as problem:
        raise ControlError(400, f"the body is not JSON: {problem}") from problem
    if not isinstance(value, dict):
        raise ControlError(400, "the body is not a JSON object")
    return value


def _only(body: Body, *names: str) -> None:
    for name in body:
        if name not in names:
            raise ControlError(400, f"there is no parameter {name}; known: {', '.join(names)}")


def _integer(body: Body, name: str, low: int, high: int, default: int) -> int:
    value = body.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise ControlError(400, f"{name} must be an integer from {low} to {high}")
    return value


def _share(body: Body, name: str) -> float:
    value = body.get(name, 1.0)
    if not isinstance(value, (int, float)) or isinstance(value, bool) or not 0 <= value <= 1:
        raise ControlError(400, f"{name} must be a number from 0 to 1")
    return float(value)


def _bytes(body: Body, name: str, form: re.Pattern[str]) -> bytes:
    value = body.get(name)
    if not isinstance(value, str) or form.fullmatch(value) is None:
        raise ControlError(400, f"{name} must be hexadecimal: {form.pattern}")
    return bytes.fromhex(value[2:])
