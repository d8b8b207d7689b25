"""How gunicorn serves the application: read by gunicorn itself (`-c python:backend.cli.gunicorn_settings`)."""

from __future__ import annotations

import logging
import os
import signal
import threading
from pathlib import Path
from typing import Any

from prometheus_client import multiprocess

from backend.cli.supervisor import die_with_parent
from backend.config import load_settings

_settings = load_settings()

wsgi_app = "backend.cli.wsgi:app"
proc_name = "qala-web"
bind = [f"{_settings.host}:{_settings.port}"]  # `qala serve` gives its own open socket instead
worker_class = "gthread"
workers = _settings.web_processes
threads = _settings.web_threads
worker_connections = 1000
keepalive = 5
timeout = 30  # of a worker's main loop, not of a request: live feeds may stay open
graceful_timeout = 8
limit_request_line = 4094
limit_request_fields = 64
limit_request_field_size = 8190
forwarded_allow_ips = ""  # werkzeug's ProxyFix, told by QALA_TRUSTED_PROXIES, is the only believer
# A heartbeat on a disk stalls with the disk
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None
control_socket_disable = True
loglevel = "warning"


def post_fork(_server: Any, _worker: Any) -> None:
    """A worker does not outlive a killed arbiter: its port would look served."""
    die_with_parent(os.getppid())


def post_worker_init(worker: Any) -> None:
    """Send gunicorn's own lines the application's way, and end live feeds as soon as a stop is asked for."""
    logger = logging.getLogger("gunicorn.error")
    logger.handlers, logger.propagate = [], True
    feed = worker.wsgi.extensions["qala_feed"]
    finish = worker.handle_exit

    def stop(number: int, frame: Any) -> None:
        threading.Thread(target=feed.stop, daemon=True).start()
        finish(number, frame)

    signal.signal(signal.SIGTERM, stop)


def child_exit(_server: Any, worker: Any) -> None:
    """Forget the gauges of a worker that has ended."""
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        multiprocess.mark_process_dead(worker.pid)
