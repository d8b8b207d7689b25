"""The fault proxy spoils what it says it spoils, and nothing else."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from mobile.crash.proxy import Proxy

BODY = b"answer" * 100
PATIENCE_S = 60.0  # of a machine that has much else to do


class Server(BaseHTTPRequestHandler):
    """Remembers what came whole, and answers."""

    came: list[bytes]

    def do_PUT(self) -> None:
        """Take a body and answer another."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if len(body) == int(self.headers["Content-Length"]):
            self.came.append(body)
        self.send_response(200)
        self.send_header("Content-Length", str(len(BODY)))
        self.end_headers()
        self.wfile.write(BODY)

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


class Line:
    """A phone and a server with the proxy between them."""

    def __init__(self, proxy: Proxy, came: list[bytes]) -> None:
        self.proxy, self.came = proxy, came

    def put(self, body: bytes) -> httpx.Response:
        """Ask through the proxy."""
        return httpx.put(self.proxy.url, content=body, timeout=PATIENCE_S, trust_env=False)

    def wait(self, count: int) -> list[bytes]:
        """What came, once so much has come."""
        deadline = time.monotonic() + PATIENCE_S
        while len(self.came) < count and time.monotonic() < deadline:
            time.sleep(0.01)
        return sorted(self.came)


@pytest.fixture
def line() -> Iterator[Line]:
    """A line on which the network is well."""
    came: list[bytes] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Remembering", (Server,), {"came": came}))
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    proxy = Proxy("127.0.0.1", server.server_address[1], seed=1, held_s=PATIENCE_S)
    proxy.start()
    yield Line(proxy, came)
    proxy.stop()
    server.shutdown()
    server.server_close()
    thread.join()


def only(line: Line, fault: str) -> None:
    """Let every request suffer this."""
    line.proxy.faults = {fault: 1}
    line.proxy.faulty = 1.0


def test_healthy_line_carries_all(line: Line) -> None:
    """Byte for byte."""
    assert BODY == line.put(b"request").content
    assert [b"request"] == line.came


@pytest.mark.parametrize(("fault", "arrives"), [("cut before", 0), ("cut request", 0), ("cut answer", 1)])
def test_cut_lines_fail(line: Line, fault: str, arrives: int) -> None:
    """With or without the server having heard all."""
    only(line, fault)
    with pytest.raises(httpx.TransportError):
        line.put(b"request" * 10_000)
    assert arrives == len(line.came)


def test_truncated_answer_claims_to_be_whole(line: Line) -> None:
    """Only what it says can tell."""
    only(line, "truncate")
    answer = line.put(b"request")
    assert 200 == answer.status_code
    assert len(answer.content) < len(BODY)


@pytest.mark.parametrize("fault", ["500 before", "500 after", "503 before", "503 after"])
def test_server_in_trouble_may_have_done_it(line: Line, fault: str) -> None:
    """Or may not."""
    only(line, fault)
    assert int(fault[:3]) == line.put(b"request").status_code
    assert fault.endswith("after") == bool(line.came)


def test_doubled_request_arrives_twice(line: Line) -> None:
    """And is answered once."""
    only(line, "duplicate")
    assert BODY == line.put(b"request").content
    assert [b"request"] * 2 == line.wait(2)


def test_reordered_request_arrives_after_the_next(line: Line) -> None:
    """The phone has given it up long ago."""
    only(line, "reorder")
    with pytest.raises(httpx.TransportError):
        line.put(b"first")
    line.proxy.faulty = 0.0
    line.put(b"second")
    line.wait(2)
    assert [b"second", b"first"] == line.came


def test_delayed_request_arrives(line: Line) -> None:
    """In the end."""
    only(line, "delay")
    assert BODY == line.put(b"request").content
