"""A private Redis for the tests: from the machine's own program, on a free port, keeping nothing."""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager

import redis

START_LIMIT_S = 60.0
PORTS_TRIED = 3


def find_redis() -> str | None:
    """The program redis-server, if this machine has it."""
    return shutil.which("redis-server")


@contextmanager
def private_redis(program: str) -> Iterator[str]:
    """Start a server in a temporary folder, give its URL, stop it afterwards."""
    with tempfile.TemporaryDirectory(prefix="qala-redis-") as folder:
        port, server = _start(program, folder)
        try:
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            server.terminate()
            server.wait()


def _start(program: str, folder: str) -> tuple[int, subprocess.Popen[bytes]]:
    """A server on a free port; one that ends at once has found it taken by somebody meanwhile."""
    options = ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder]
    for _attempt in range(PORTS_TRIED):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
        server = subprocess.Popen(
            [program, "--port", str(port), *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        if _answers(port, server):
            return port, server
    raise RuntimeError("the private Redis found no port")


def _answers(port: int, server: subprocess.Popen[bytes]) -> bool:
    """Whether this very server gets ready."""
    deadline = time.monotonic() + START_LIMIT_S
    with redis.Redis(port=port) as client:
        while True:
            try:
                client.ping()
            except redis.ConnectionError:
                if time.monotonic() > deadline:
                    server.kill()
                    raise
            else:
                return server.poll() is None
            if server.poll() is not None:
                return False
            time.sleep(0.05)
