# SPDX-License-Identifier: Apache-2.0
"""The HTTP layer over a function: what reaches it, what it refuses, and how an answer can travel badly."""

import http.client
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from devnet.node import limits
from devnet.node.server import Server
from devnet.node.wire import Wire, json_response
from devnet.seams import Request, Response

SECONDS = 10


class Scripted:
    """A function whose answer a test sets; it keeps the requests."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.wire = Wire(json_response(200, {"ok": True}))

    def __call__(self, request: Request) -> Wire:
        self.requests.append(request)
        if request.path == "/broken":
            raise RuntimeError("broken on purpose")
        return self.wire


@pytest.fixture
def scripted() -> Scripted:
    """A fresh function."""
    return Scripted()


@pytest.fixture
def server(scripted: Scripted) -> Iterator[Server]:
    """A server over it on a free loopback port."""
    made = Server("test", "127.0.0.1", 0, scripted)
    made.start()
    yield made
    made.stop()


def connect(server: Server) -> http.client.HTTPConnection:
    """A client with a bound on its patience."""
    return http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=SECONDS)


def raw(server: Server, text: bytes) -> bytes:
    """Everything that comes back for these bytes until the server closes."""
    with socket.create_connection(("127.0.0.1", server.server_port), timeout=SECONDS) as link:
        link.sendall(text)
        got = b""
        while piece := link.recv(65536):
            got += piece
        return got


def test_a_request_reaches_the_function_decoded(server: Server, scripted: Scripted) -> None:
    """Path without escapes, query by name, header names in lower case, body whole; one connection carries many."""
    link = connect(server)
    for _ in range(2):
        link.request("POST", "/a%20b?x=1&x=2&y=", body=b"12345", headers={"X-Name": "Value"})
        assert link.getresponse().read() == b'{"ok":true}'
    first, second = scripted.requests
    assert (first.method, first.path, first.body) == ("POST", "/a b", b"12345")
    assert first.query == {"x": ["1", "2"], "y": [""]}
    assert first.headers["x-name"] == "Value" and second == first


def test_an_exception_is_answered_with_500_and_the_next_request_goes_on(server: Server) -> None:
    """The connection survives; the cause is not told."""
    link = connect(server)
    link.request("GET", "/broken")
    answer = link.getresponse()
    assert (answer.status, answer.read()) == (500, b'{"code":500,"message":"internal error"}')
    link.request("GET", "/")
    assert link.getresponse().status == 200


@pytest.mark.parametrize(("head", "status"), [
    (b"Content-Length: %d\r\n" % (limits.BODY_BYTES_MAX + 1), b" 413 "),
    (b"Content-Length: -1\r\n", b" 400 "),
    (b"Transfer-Encoding: chunked\r\n", b" 411 "),
])
def test_a_body_out_of_bounds_is_refused_unread(server: Server, scripted: Scripted, head: bytes, status: bytes) -> None:
    """The function never sees it, and the connection ends."""
    assert status in raw(server, b"POST / HTTP/1.1\r\nHost: x\r\n" + head + b"\r\n").split(b"\r\n")[0] + b" "
    assert scripted.requests == []


def test_a_cut_answer_promises_more_than_comes(server: Server, scripted: Scripted) -> None:
    """Content-Length is the whole body's; the connection ends after the bytes asked for."""
    scripted.wire = Wire(Response(200, {}, b"x" * 1000), cut_after_bytes=10)
    head, _, body = raw(server, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").partition(b"\r\n\r\n")
    assert b"Content-Length: 1000" in head and body == b"x" * 10


def test_a_slow_answer_keeps_its_pace(server: Server, scripted: Scripted) -> None:
    """60 bytes at 100 a second take at least half a second; others are not held up."""
    scripted.wire = Wire(Response(200, {}, b"x" * 60), bytes_per_second=100)
    began = time.monotonic()
    slow = connect(server)
    slow.request("GET", "/")
    answer = slow.getresponse()
    assert answer.read(1) == b"x"
    scripted.wire = Wire(Response(200, {}, b"y"))
    quick = connect(server)
    quick.request("GET", "/")
    assert quick.getresponse().read() == b"y" and time.monotonic() - began < 0.5
    assert answer.read() == b"x" * 59 and time.monotonic() - began >= 0.5


@pytest.mark.parametrize("declared", [True, False])
def test_a_huge_answer_is_as_long_as_asked(server: Server, scripted: Scripted, declared: bool) -> None:
    """Spaces follow the body, with Content-Length or in chunks; the connection lives on."""
    scripted.wire = Wire(json_response(200, {}), padding_bytes=3_000_000, declared=declared)
    link = connect(server)
    link.request("GET", "/")
    answer = link.getresponse()
    assert (answer.getheader("Content-Length") is not None) == declared
    assert answer.read() == b"{}" + b" " * 3_000_000
    link.request("GET", "/")
    assert link.getresponse().status == 200


def test_connections_beyond_the_limit_are_closed_unread(server: Server) -> None:
    """limits.CONNECTIONS_MAX are served; when one goes, there is room again."""
    links = []
    for _ in range(limits.CONNECTIONS_MAX):
        link = connect(server)
        link.request("GET", "/")
        assert link.getresponse().read()
        links.append(link)
    with pytest.raises((ConnectionError, http.client.RemoteDisconnected)):
        extra = connect(server)
        extra.request("GET", "/")
        extra.getresponse()
    for link in links:
        link.close()
    for _ in range(100):
        try:
            again = connect(server)
            again.request("GET", "/")
            assert again.getresponse().status == 200
            break
        except (ConnectionError, http.client.RemoteDisconnected):
            time.sleep(0.05)
    else:
        pytest.fail("there was no room again")


def test_stopping_ends_an_answer_on_its_way(scripted: Scripted) -> None:
    """A drip of an hour does not hold the server up."""
    scripted.wire = Wire(Response(200, {}, b"x" * 100_000), bytes_per_second=10)
    server = Server("test", "127.0.0.1", 0, scripted)
    server.start()
    got: list[bytes] = []
    reader = threading.Thread(target=lambda: got.append(raw(server, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")))
    reader.start()
    while not scripted.requests:
        time.sleep(0.01)
    began = time.monotonic()
    server.stop()
    reader.join(SECONDS)
    assert not reader.is_alive() and time.monotonic() - began < 5 and len(got[0]) < 10_000
