# SPDX-License-Identifier: Apache-2.0
"""HTTP/1.1 servers: a thread a connection, keep-alive, limits on everything, answers that may travel badly."""

from __future__ import annotations

import logging
import socket
import threading
import time
import urllib.parse
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from ..seams import Request, Response
from . import limits
from .wire import CHUNK_BYTES, Wire, error_response

log = logging.getLogger("devnet.http")

Handle = Callable[[Request], Wire]
POLL_SECONDS = 0.1


def _nothing(request: Request) -> Wire:
    return Wire(error_response(503, "not ready"))


class _Stopped(Exception):
    """The server ends while an answer is on its way."""


class Server(ThreadingHTTPServer):
    """An HTTP server over a function. Connections beyond limits.CONNECTIONS_MAX are closed unread."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = limits.LISTEN_BACKLOG_CONNECTIONS

    def __init__(self, name: str, host: str, port: int, handle: Handle | None = None) -> None:
        """Takes the port, so that a taken one is known at once (OSError); answers only after `start`."""
        self.name = name
        self.handle = _nothing if handle is None else handle
        self.stopping = threading.Event()
        self._slots = threading.BoundedSemaphore(limits.CONNECTIONS_MAX)
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        super().__init__((host, port), _Handler)
        self._thread = threading.Thread(target=self.serve_forever, args=(POLL_SECONDS,), name=name, daemon=True)

    @property
    def url(self) -> str:
        """Where it listens, without a slash at the end."""
        host, port = self.server_address[:2]
        return f"http://[{host}]:{port}" if ":" in str(host) else f"http://{host}:{port}"

    def server_bind(self) -> None:
        """Binds without asking the resolver for a name, which may take seconds."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])

    def start(self) -> None:
        """Answers from now on, in threads of its own."""
        self._thread.start()

    def stop(self) -> None:
        """Takes no more connections; answers on their way end at their next chunk."""
        self.stopping.set()
        if self._thread.is_alive():
            self.shutdown()
        self.server_close()

    def process_request(self, request: socket.socket, client_address: object) -> None:  # type: ignore[override]
        """Gives a connection its thread, or closes it when there are too many."""
        if not self._slots.acquire(blocking=False):
            log.warning("%s: %d connections are open, one more is refused", self.name, limits.CONNECTIONS_MAX)
            self.shutdown_request(request)
            return
        super().process_request(request, client_address)  # type: ignore[arg-type]

    def process_request_thread(self, request: socket.socket, client_address: object) -> None:  # type: ignore[override]
        """Serves one connection to its end."""
        try:
            super().process_request_thread(request, client_address)  # type: ignore[arg-type]
        finally:
            self._slots.release()

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is no news; anything else is."""
        log.debug("%s: a connection ended badly", self.name, exc_info=True)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "halcyon-devnet"
    sys_version = ""
    timeout = limits.IDLE_SECONDS_MAX
    disable_nagle_algorithm = True
    wbufsize = -1
    server: Server

    def _serve(self) -> None:
        began = time.monotonic()
        body = self._body()
        if isinstance(body, Response):
            self.close_connection = True
            self._send(Wire(body))
            return
        parts = urllib.parse.urlsplit(self.path)
        request = Request(
            method=self.command, path=urllib.parse.unquote(parts.path),
            query=urllib.parse.parse_qs(parts.query, keep_blank_values=True),
            headers={name.lower(): value for name, value in self.headers.items()}, body=body,
        )
        try:
            wire = self.server.handle(request)
        except Exception:  # noqa: BLE001 (an answer is owed, and the cause goes to the log)
            log.exception("%s: %s %s failed", self.server.name, self.command, self.path)
            wire = Wire(error_response(500, "internal error"))
        self._send(wire)
        took = (time.monotonic() - began) * 1e3
        log.debug("%s: %s %s %d, %d bytes, %.1f ms %s", self.server.name, self.command, self.path,
                  wire.response.status, len(wire.response.body), took, " ".join(wire.faults))

    do_GET = do_POST = do_DELETE = do_PUT = _serve

    def _body(self) -> bytes | Response:
        """The request's body, or the refusal of it."""
        if self.headers.get("Transfer-Encoding"):
            return error_response(411, "a body needs Content-Length")
        length = self.headers.get("Content-Length", "0")
        if not length.isdecimal():
            return error_response(400, "Content-Length is not a number")
        if int(length) > limits.BODY_BYTES_MAX:
            return error_response(413, f"a body may have {limits.BODY_BYTES_MAX} bytes")
        body = self.rfile.read(int(length))
        if len(body) < int(length):
            return error_response(400, "the body ended early")
        return body

    def _send(self, wire: Wire) -> None:
        self._pause(wire.delay_seconds)
        response = wire.response
        self.send_response(response.status)
        for name, value in response.headers.items():
            if name.lower() != "content-length":
                self.send_header(name, value)
        if wire.declared:
            self.send_header("Content-Length", str(len(response.body) + wire.padding_bytes))
        else:
            self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        pace = wire.bytes_per_second
        step = CHUNK_BYTES if pace is None else max(1, min(CHUNK_BYTES, int(pace / 10)))
        left = len(response.body) + wire.padding_bytes
        if wire.cut_after_bytes is not None:
            left = min(left, wire.cut_after_bytes)
            self.close_connection = True
        at = 0
        while at < left:
            size = min(step, left - at)
            piece = response.body[at : at + size].ljust(size, b" ")
            self.wfile.write(piece if wire.declared else b"%x\r\n%s\r\n" % (size, piece))
            at += size
            if pace is not None:
                self.wfile.flush()
                self._pause(size / pace)
            elif self.server.stopping.is_set():
                raise _Stopped
        if not wire.declared and wire.cut_after_bytes is None:
            self.wfile.write(b"0\r\n\r\n")
        self.wfile.flush()

    def _pause(self, seconds: float) -> None:
        if seconds > 0 and self.server.stopping.wait(seconds):
            raise _Stopped

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 (the base class names it so)
        """Requests are logged by `_serve`; this is what the base class has to say."""
        log.debug("%s: " + format, self.server.name, *arguments)
