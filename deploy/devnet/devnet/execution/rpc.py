# SPDX-License-Identifier: Apache-2.0
"""JSON-RPC 2.0 over values: a request body in, a response body out. No HTTP here."""

from __future__ import annotations

import json
import logging
from typing import Any

from ..seams import Request, Response
from . import limits
from .block import View
from .call import deadline_from_now
from .chain import ExecutionChain
from .rpc_errors import INTERNAL, INVALID_REQUEST, METHOD_NOT_FOUND, PARSE, RESPONSE_TOO_LARGE, RpcError
from .rpc_methods import METHODS, Context

log = logging.getLogger(__name__)
_JSON = {"Content-Type": "application/json"}
_MEDIA_TYPES = ("application/json", "application/json-rpc", "application/jsonrequest")


def answer(chain: ExecutionChain, request: Request, view: View | None = None) -> Response:
    """Answers one HTTP request: a call or a batch. The view is the chain's own unless another is given.

    405 for other methods than POST, 413 and 415 for bodies too large or of another type; a JSON-RPC error is a 200."""
    if request.method != "POST":
        return Response(405, {"Allow": "POST", "Content-Type": "text/plain"}, b"method not allowed\n")
    media = request.headers.get("content-type", _MEDIA_TYPES[0]).split(";")[0].strip().lower()
    if media not in _MEDIA_TYPES:
        return Response(415, {"Content-Type": "text/plain"},
                        b"invalid content type, only application/json is supported\n")
    if len(request.body) > limits.REQUEST_BYTES_MAX:
        return Response(413, {"Content-Type": "text/plain"},
                        f"content length too large ({len(request.body)}>{limits.REQUEST_BYTES_MAX})\n".encode())
    context = Context(chain, view or chain.view, deadline_from_now())
    try:
        parsed = json.loads(request.body)
    except (ValueError, RecursionError):
        return _response(_error(None, RpcError(PARSE, "parse error")))
    if not isinstance(parsed, list):
        result = _one(context, parsed)
        return _response(result) if result is not None else Response(200, dict(_JSON), b"")
    if not parsed:
        return _response(_error(None, RpcError(INVALID_REQUEST, "empty batch")))
    if len(parsed) > limits.BATCH_REQUESTS_MAX:
        return _response(_error(None, RpcError(INVALID_REQUEST, "batch too large")))
    return _batch(context, parsed)


def _batch(context: Context, calls: list[Any]) -> Response:
    """Every call in order; once the answers are too large together, the rest get an error each."""
    parts: list[bytes] = []
    size = 0
    for entry in calls:
        if size > limits.BATCH_RESPONSE_BYTES_MAX:
            if isinstance(entry, dict) and "id" in entry:
                parts.append(_encode(_error(entry["id"], RpcError(RESPONSE_TOO_LARGE, "response too large"))))
            continue
        result = _one(context, entry)
        if result is not None:
            parts.append(_encode(result))
            size += len(parts[-1])
    return Response(200, dict(_JSON), b"[" + b",".join(parts) + b"]" if parts else b"")


def _one(context: Context, call: Any) -> dict[str, Any] | None:
    """The response to one call; None for a notification."""
    if not isinstance(call, dict) or call.get("jsonrpc") != "2.0" or not isinstance(call.get("method"), str):
        identifier = call.get("id") if isinstance(call, dict) else None
        return _error(identifier if isinstance(identifier, (str, int, float)) else None,
                      RpcError(INVALID_REQUEST, "invalid request"))
    identifier = call.get("id")
    if isinstance(identifier, (dict, list, bool)):
        return _error(None, RpcError(INVALID_REQUEST, "invalid request"))
    try:
        result = _dispatch(context, call["method"], call.get("params"))
    except RpcError as problem:
        return _error(identifier, problem) if "id" in call else None
    return {"jsonrpc": "2.0", "id": identifier, "result": result} if "id" in call else None


def _dispatch(context: Context, method: str, params: Any) -> Any:
    function = METHODS.get(method)
    if function is None:
        raise RpcError(METHOD_NOT_FOUND, f"the method {method} does not exist/is not available")
    if params is None:
        params = []
    if not isinstance(params, list):
        raise RpcError(-32602, "non-array args")
    try:
        return function(context, params)
    except RpcError:
        raise
    except Exception as problem:
        # The last line of defence of a server: one request's defect must not take its connection down silently.
        log.exception("%s failed", method)
        raise RpcError(INTERNAL, f"internal error: {type(problem).__name__}") from problem


def _error(identifier: Any, problem: RpcError) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": identifier, "error": problem.as_json()}


def _encode(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def _response(value: Any) -> Response:
    return Response(200, dict(_JSON), _encode(value))
