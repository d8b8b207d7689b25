"""`qala serve`: run web and worker processes on this machine."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from backend.cli import COMMANDS
from backend.cli.supervisor import Pace, Program, Supervisor, die_with_parent
from backend.config import PREFIX, BadSetting, Settings, load_settings

PYTHON = (sys.executable, "-m")
QALA = (*PYTHON, "backend.cli")
BACKLOG = 512
CLIENT_TIMEOUT_S = (
    30  # a client that says nothing for so long in the middle of a request loses its connection
)
LOOPBACK = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # where a server on every address is reached from here
BIND_TRIES_S = 10.0  # a server killed a moment ago may still hold the port


@click.command()
@click.option("--host", help="Address to listen on (QALA_HOST).")
@click.option("--port", help="Port to listen on, 0 for any free one (QALA_PORT).")
@click.option("--web", "web_processes", help="Web processes (QALA_WEB_PROCESSES).")
@click.option("--workers", "work_processes", help="Worker processes (QALA_WORK_PROCESSES).")
@click.option("--demo", is_flag=True, help="Fill an empty database with the demo city and print its logins.")
def serve(demo: bool, **overrides: str | None) -> None:
    """Run web and worker processes on this machine until SIGTERM or Ctrl-C; the schema is migrated first."""
    for name, value in overrides.items():
        if value is not None:
            os.environ[PREFIX + name.upper()] = value
    if sys.stderr.isatty():
        os.environ.setdefault(f"{PREFIX}LOG_FORMAT", "text")
    settings = load_settings()
    listener = listen(settings.host, settings.port)
    host, port = listener.getsockname()[:2]
    environment = _environment(settings)
    with_demo = demo and "seed-demo" in COMMANDS
    said = _prepare(["migrate", "seed-demo"] if with_demo else ["migrate"], environment)
    demo_logins = said if with_demo else ""
    host = LOOPBACK.get(host, host)
    url = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    announce = _announcer(settings.log_format)
    running = programs(settings, listener.fileno(), environment)
    if with_demo:
        running.append(Program("demo-city", (*QALA, "demo", "city", "--server", url), environment))
    Supervisor(running, announce, pace=Pace()).run(
        _greeter(host, port, f"\nQala serves at {url}   API page: {url}/api/v1/docs\n{demo_logins}")
    )


def programs(settings: Settings, listener_fd: int, environment: dict[str, str]) -> list[Program]:
    """What runs: one gunicorn on the open socket, the workers, the first of which also minds the daily work, one for plans and one for photos of roads."""
    web = (*PYTHON, "gunicorn", "-c", "python:backend.cli.gunicorn_settings", "--bind", f"fd://{listener_fd}")
    workers = [
        Program(f"work-{number}", (*QALA, "work", "--daily" if number == 1 else "--no-daily"), environment)
        for number in range(1, settings.work_processes + 1)
    ]
    apart = [
        Program(f"work-{lane}", (*QALA, "work", f"--{lane}", "--no-daily"), environment)
        for lane in ("long", "photos")
    ]
    return [Program("web", web, environment, (listener_fd,)), *workers, *apart]


def listen(host: str, port: int) -> socket.socket:
    """The open socket: held here, so that clients wait instead of being refused while the web processes restart.

    Raises BadSetting when the address cannot be had.
    """
    deadline = time.monotonic() + BIND_TRIES_S
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    while True:
        listener = socket.socket(family, socket.SOCK_STREAM)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((host, port))
            break
        except OSError as error:
            listener.close()
            if time.monotonic() >= deadline or isinstance(error, socket.gaierror | PermissionError):
                raise BadSetting(
                    f"{PREFIX}HOST = {host!r} and {PREFIX}PORT = {port} cannot be used: {error.strerror}; choose others"
                ) from None
            time.sleep(0.2)
    timeout = struct.pack("ll", CLIENT_TIMEOUT_S, 0)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, timeout)  # accepted sockets inherit both
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, timeout)
    listener.listen(BACKLOG)
    return listener


def _environment(settings: Settings) -> dict[str, str]:
    """The children's environment: the counters' folder is emptied, native libraries use one core per process."""
    metrics_dir = Path(settings.metrics_dir or settings.instance_dir / "metrics")
    shutil.rmtree(metrics_dir, ignore_errors=True)
    metrics_dir.mkdir(parents=True, mode=0o700)
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    return {
        **threads,
        **os.environ,
        "PROMETHEUS_MULTIPROC_DIR": str(metrics_dir),
        f"{PREFIX}METRICS_DIR": str(metrics_dir),
    }


def _prepare(commands: list[str], environment: dict[str, str]) -> str:
    """Run commands to their end in another process, which keeps this one small; returns what the last one printed."""
    parent_pid = os.getpid()
    done = subprocess.run(
        [*PYTHON, "backend.cli.in_turn", *commands],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
        preexec_fn=lambda: die_with_parent(parent_pid),
    )
    if done.returncode != 0:
        sys.exit(done.returncode)  # it has said why
    return done.stdout


def _announcer(log_format: str) -> Callable[..., None]:
    """The supervisor's events as log lines in the same forms as the application's."""

    def announce(event: str, **facts: Any) -> None:
        level = "warning" if event in {"program_ended", "program_killed"} else "info"
        if log_format == "json":
            line = json.dumps(
                {**facts, "event": event, "level": level, "timestamp": datetime.now(UTC).isoformat()}
            )
        else:
            line = f"[{level}] {event} " + " ".join(f"{name}={value}" for name, value in facts.items())
        print(line, file=sys.stderr, flush=True)

    return announce


def _greeter(host: str, port: int, greeting: str) -> Callable[[], None]:
    """Asks /healthz until it answers, and then greets once."""
    waiting = [True]

    def greet() -> None:
        if waiting and answers(host, port, timeout_s=0.5):
            waiting.clear()
            click.echo(greeting)
            sys.stdout.flush()

    return greet


def answers(host: str, port: int, *, timeout_s: float) -> bool:
    """Whether /healthz answers 200 in time."""
    connection = http.client.HTTPConnection(host, port, timeout=timeout_s)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.client.OK
    except OSError:
        return False
    finally:
        connection.close()
