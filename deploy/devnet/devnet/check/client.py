# SPDX-License-Identifier: Apache-2.0
"""The network's three APIs over HTTP, by the standard library."""

from __future__ import annotations

import contextlib
import http.client
import itertools
import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .report import Failure, equal

PATIENCE_SECONDS_MAX = 120.0
BODY_BYTES_MAX = 256 << 20
SSZ = "application/octet-stream"


@dataclass(frozen=True)
class Answer:
    """An HTTP answer with its headers in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """The body as JSON; ValueError if it is none."""
        return json.loads(self.body)


def fetch(url: str, body: bytes | None = None, accept: str = "application/json", method: str | None = None,
          seconds: float = PATIENCE_SECONDS_MAX) -> Answer:
    """One request on its own connection; an error status is an answer too. OSError, HTTPException: none came whole."""
    headers = {"Accept": accept, "Content-Type": "application/json"}
    request = urllib.request.Request(url, data=body, headers=headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=seconds) as answer:
            body = answer.read(BODY_BYTES_MAX)
            declared = answer.headers.get("Content-Length")
            if declared is not None and len(body) < min(int(declared), BODY_BYTES_MAX):
                raise http.client.IncompleteRead(body, int(declared) - len(body))
            return Answer(answer.status, _lower(answer.headers.items()), body)
    except urllib.error.HTTPError as refusal:
        with refusal:
            return Answer(refusal.code, _lower(refusal.headers.items()), refusal.read(BODY_BYTES_MAX))


def _lower(headers: Any) -> dict[str, str]:
    return {name.lower(): value for name, value in headers}


class Network:
    """A running network, known by the JSON line it printed."""

    def __init__(self, ready: dict[str, Any]) -> None:
        self.ready = ready
        self.beacon_url = str(ready["beacon"])
        self.execution_url = str(ready["execution"])
        self.control_url = str(ready["control"])
        self._numbers = itertools.count(1)

    def beacon(self, path: str, accept: str = "application/json") -> Answer:
        """GET of a Beacon API path."""
        return fetch(self.beacon_url + path, accept=accept)

    def beacon_json(self, path: str) -> Any:
        """The JSON of a Beacon API path that must answer 200."""
        answer = self.beacon(path)
        if answer.status != 200:
            raise Failure(f"{path} answered {answer.status}: {answer.body[:200]!r}")
        return answer.json()

    def rpc(self, method: str, *parameters: Any) -> Any:
        """The result of a JSON-RPC call. Failure: it answered with an error."""
        answer = self.rpc_answer(method, *parameters)
        if "error" in answer or "result" not in answer:
            raise Failure(f"{method} answered {answer}")
        return answer["result"]

    def rpc_answer(self, method: str, *parameters: Any) -> Any:
        """The whole JSON-RPC answer of a call."""
        number = next(self._numbers)
        call = {"jsonrpc": "2.0", "id": number, "method": method, "params": list(parameters)}
        answer = fetch(self.execution_url, json.dumps(call).encode()).json()
        equal(answer.get("id"), number, f"the id of the answer to {method}")
        return answer

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """A control request that must answer 200."""
        raw = None if body is None else json.dumps(body).encode()
        answer = fetch(self.control_url + path, raw, method=method)
        if answer.status != 200:
            raise Failure(f"{method} {path} answered {answer.status}: {answer.body[:300]!r}")
        return answer.json()

    @contextlib.contextmanager
    def fault(self, kind: str, target: str, **parameters: Any) -> Iterator[None]:
        """A fault that is on inside the block, and must have struck there."""
        number = self.control("POST", "/faults", {"kind": kind, "target": target, **parameters})["id"]
        try:
            yield
            hits = next(fault["hits"] for fault in self.control("GET", "/faults") if fault["id"] == number)
            if not hits:
                raise Failure(f"the fault {kind} never struck")
        finally:
            self.control("DELETE", f"/faults/{number}")

    def slot(self) -> int:
        """The last slot made."""
        return int(self.control("GET", "/status")["producer"]["lastSlot"])

    def advance(self, slots: int) -> None:
        """Lets so many slots pass: on request, or by waiting for the clock."""
        if self.ready["manual"]:
            self.control("POST", "/mine", {"slots": slots})
            return
        target = self.slot() + slots
        deadline = time.monotonic() + (slots + 10) * float(self.ready["slotSeconds"])
        while self.slot() < target:
            if time.monotonic() > deadline:
                raise Failure(f"slot {target} did not come in time")
            time.sleep(0.1)
