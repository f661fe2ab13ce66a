# SPDX-License-Identifier: Apache-2.0
"""Between HTTP and the two APIs: answers come from the newest snapshot unless a fault says otherwise."""

from __future__ import annotations

import json
import logging
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace as replaced
from typing import Any, Protocol

from ..seams import Request, Response
from . import distort, limits
from .faults import Fault, FaultBoard
from .wire import MEGABYTE_BYTES, Wire, error_response, json_response

log = logging.getLogger("devnet.faults")

SOURCES = frozenset({"stale", "other-chain"})
"""Kinds of faults that say which moment of which network answers."""

Answer = Callable[[Request], Response]


@dataclass(frozen=True)
class View:
    """Both APIs over one immutable moment of a network."""

    slot: int
    beacon: Answer
    execution: Answer

    def answer(self, target: str, request: Request) -> Response:
        """The answer of one of the two APIs."""
        return self.beacon(request) if target == "beacon" else self.execution(request)


class Views:
    """The newest moments of a network, one a slot, limits.VIEWS_MAX of them; older ones go. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: deque[View] = deque(maxlen=limits.VIEWS_MAX)

    def push(self, view: View) -> None:
        """Adds the newest moment."""
        with self._lock:
            self._kept.append(view)

    def back(self, slots: int) -> View:
        """The newest moment at least so many slots older than the newest; the oldest kept if there is none."""
        with self._lock:
            bound = self._kept[-1].slot - slots
            return next((view for view in reversed(self._kept) if view.slot <= bound), self._kept[0])


class Others(Protocol):
    """Where the answers of another network come from."""

    def view(self, same_chain_id: bool) -> View:
        """Its newest moment."""
        ...


def call_names(request: Request) -> dict[str, str]:
    """JSON-RPC methods of a request by the JSON text of their ids; empty: not JSON-RPC."""
    try:
        document = json.loads(request.body)
    except (ValueError, RecursionError):
        return {}
    entries = document if isinstance(document, list) else [document]
    return {
        json.dumps(entry.get("id")): str(entry.get("method"))
        for entry in entries[: limits.BATCH_REQUESTS_SEEN_MAX] if isinstance(entry, dict)
    }


class Gateway:
    """One API as clients see it: `handle` answers a request, with the faults that are on."""

    def __init__(self, target: str, views: Views, board: FaultBoard, others: Others) -> None:
        self.target = target
        self._views = views
        self._board = board
        self._others = others

    def handle(self, request: Request) -> Wire:
        """The answer and how it travels."""
        calls = call_names(request) if self.target == "execution" else {}
        names = [request.path] if self.target == "beacon" else list(calls.values()) or [""]
        struck = self._board.strike(self.target, names)
        if not struck:
            return Wire(self._views.back(0).answer(self.target, request))
        if self.target == "beacon":
            response = self._beacon(request, struck)
        else:
            response = self._execution(request, struck, calls)
        wire = Wire(response, faults=tuple(fault.kind for fault in struck))
        for fault in struck:
            wire = _travel(_dress(wire, fault), fault)
        return wire

    def _source(self, struck: list[Fault]) -> View:
        """The moment that answers: of another network, of the past, or the newest."""
        for fault in struck:
            if fault.kind == "other-chain":
                return self._others.view(bool(fault.parameters["sameChainId"]))
        stale = [int(str(fault.parameters["slots"])) for fault in struck if fault.kind == "stale"]
        return self._views.back(max(stale, default=0))

    def _beacon(self, request: Request, struck: list[Fault]) -> Response:
        source = self._source(struck)
        response = source.beacon(request)
        for fault in struck:
            if fault.kind == "hide":
                response = error_response(404, "NOT_FOUND: hidden on request")
            elif fault.kind in ("alter", "wrong-proof") and response.status == 200:
                response = self._lie(request, response, source, fault)
        return response

    def _lie(self, request: Request, response: Response, source: View, fault: Fault) -> Response:
        """The beacon answer with a leaf changed; SSZ is changed where its JSON twin says the leaf is."""
        ssz = not _is_json(response)
        twin = response
        if ssz:
            headers = {**request.headers, "accept": "application/json"}
            twin = source.beacon(replaced(request, headers=headers))
        document = json.loads(twin.body)
        lie = _lie_of(document, fault, ssz)
        if lie is None:
            log.warning("fault %d: nothing to change in the answer to %s", fault.id, request.path)
            return response
        path, old, new = lie
        if ssz:
            patched = distort.patch_ssz(response.body, old, new)
            if patched is None:
                log.warning("fault %d: %s stands nowhere in the SSZ of %s", fault.id, path, request.path)
            return response if patched is None else replaced(response, body=patched)
        return replaced(response, body=json.dumps(distort.replace(document, path, new), separators=(",", ":")).encode())

    def _execution(self, request: Request, struck: list[Fault], calls: dict[str, str]) -> Response:
        response = self._sourced(request, [fault for fault in struck if fault.kind in SOURCES])
        try:
            document = json.loads(response.body)
        except ValueError:
            return response
        items = document if isinstance(document, list) else [document]
        for fault in struck:
            if fault.kind in ("hide", "alter", "wrong-proof"):
                items = [_changed_item(item, fault, calls) for item in items]
        return json_response(response.status, items if isinstance(document, list) else items[0], response.headers)

    def _sourced(self, request: Request, faults: list[Fault]) -> Response:
        """The JSON-RPC answer, each call of a batch by the moment that its faults say: no call is made twice."""
        document = json.loads(request.body) if faults else None
        if not isinstance(document, list):
            return self._source(faults).execution(request)
        groups: dict[tuple[int, ...], list[Any]] = {}
        for entry in document:
            method = str(entry.get("method")) if isinstance(entry, dict) else ""
            meant = tuple(at for at, fault in enumerate(faults) if fault.pattern.search(method))
            groups.setdefault(meant, []).append(entry)
        if len(groups) <= 1:
            return self._source(faults if () not in groups else []).execution(request)
        answered: list[Any] = []
        for meant, entries in groups.items():
            part = replaced(request, body=json.dumps(entries).encode())
            body = self._source([faults[at] for at in meant]).execution(part).body
            answered += json.loads(body) if body else []
        order = {json.dumps(entry.get("id")): at for at, entry in enumerate(document) if isinstance(entry, dict)}
        answered.sort(key=lambda item: order.get(json.dumps(item.get("id")), len(document)))
        return json_response(200, answered)


def _changed_item(item: Any, fault: Fault, calls: dict[str, str]) -> Any:
    """An entry of a JSON-RPC answer with the fault in it, if the fault matches its method."""
    if fault.pattern.search(calls.get(json.dumps(item.get("id")), "")) is None:
        return item
    if fault.kind == "hide":
        return {"jsonrpc": "2.0", "id": item.get("id"), "result": None}
    lie = _lie_of({"result": item["result"]}, fault, ssz=False) if "result" in item else None
    return item if lie is None else distort.replace(item, lie[0], lie[2])


def _is_json(response: Response) -> bool:
    return response.headers.get("Content-Type", "").startswith("application/json")


def _lie_of(document: Any, fault: Fault, ssz: bool) -> tuple[distort.Path, Any, Any] | None:
    if fault.kind == "wrong-proof":
        return distort.proof_leaf(document, fault.dice)
    field = fault.parameters["field"]
    return distort.field_leaf(document, None if field is None else str(field), fault.parameters["value"], fault.dice,
                              ssz=ssz)


def _dress(wire: Wire, fault: Fault) -> Wire:
    """Faults in how an answer looks."""
    response, given = wire.response, fault.parameters
    if fault.kind == "status":
        headers = {}
        if given["retryAfterSeconds"] is not None:
            headers["Retry-After"] = str(given["retryAfterSeconds"])
        status = int(str(given["status"]))
        return replaced(wire, response=error_response(status, "refused on request", headers))
    if fault.kind == "malformed":
        body = distort.malformed(response.body, str(given["how"]), _is_json(response))
        return replaced(wire, response=replaced(response, body=body))
    if fault.kind == "wrong-type":
        headers = {**response.headers, "Content-Type": str(given["contentType"])}
        return replaced(wire, response=replaced(response, headers=headers))
    if fault.kind == "huge":
        return replaced(wire, padding_bytes=int(str(given["megabytes"])) * MEGABYTE_BYTES,
                        declared=bool(given["declared"]))
    return wire


def _travel(wire: Wire, fault: Fault) -> Wire:
    """Faults in how an answer travels."""
    given = fault.parameters
    if fault.kind == "delay":
        return replaced(wire, delay_seconds=wire.delay_seconds + float(str(given["seconds"])))
    if fault.kind == "slow":
        return replaced(wire, bytes_per_second=float(str(given["bytesPerSecond"])))
    if fault.kind == "cut":
        return replaced(wire, cut_after_bytes=int(str(given["bytes"])))
    return wire
