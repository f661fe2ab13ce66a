# SPDX-License-Identifier: Apache-2.0
"""JSON-RPC 2.0 errors with the codes execution clients use (EIP-1474, geth)."""

from __future__ import annotations

PARSE = -32700
INVALID_REQUEST = -32600
METHOD_NOT_FOUND = -32601
INVALID_PARAMS = -32602
INTERNAL = -32603
SERVER = -32000
RESPONSE_TOO_LARGE = -32003
LIMIT_EXCEEDED = -32005
REVERTED = 3
PRUNED = 4444


class RpcError(Exception):
    """An error answer: code, message, and optionally data."""

    def __init__(self, code: int, message: str, data: object = None) -> None:
        super().__init__(message)
        self.code, self.message, self.data = code, message, data

    def as_json(self) -> dict[str, object]:
        """The `error` member of a response."""
        body: dict[str, object] = {"code": self.code, "message": self.message}
        if self.data is not None:
            body["data"] = self.data
        return body


def invalid(position: int, problem: str) -> RpcError:
    """A parameter at a position is wrong, in geth's words."""
    return RpcError(INVALID_PARAMS, f"invalid argument {position}: {problem}")
