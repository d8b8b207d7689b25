"""`qala work`: one worker process: do what waits in the queue."""

from __future__ import annotations

import os
import signal
import threading
from typing import Any

import click

# A queue in SQLite is polled: this is its latency.
FIRST_POLL_S = 0.05
LONGEST_POLL_S = 0.25
POLL_BACKOFF = 1.15
HEALTH_CHECK_S = 10.0
GRACE_S = 10.0  # for the work in hand; shorter than the supervisor's


@click.command()
@click.option(
    "--threads",
    default=1,
    show_default=True,
    help="Rows worked on at once; dlib holds the GIL, so rather start more processes.",
)
@click.option(
    "--daily/--no-daily",
    default=True,
    show_default=True,
    help="Also start the daily work: exactly one process of a city should.",
)
@click.option(
    "--long", "lane", flag_value="long", help="Do what takes minutes (plans) instead of what is quick."
)
@click.option("--photos", "lane", flag_value="photos", help="Look at photos of roads instead.")
def work(threads: int, daily: bool, lane: str | None) -> None:
    """Do what waits in the queue, and find what no wake-up came for, until SIGTERM or Ctrl-C."""
    import structlog

    from backend.memory import all_kept, keep_little

    with all_kept():
        from backend.app import create_app
        from backend.config import load_settings

    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stopping.set())
    if lane == "photos":
        keep_little()
    app = create_app(load_settings(), describe_api=False)
    jobs = app.extensions["qala_jobs"]
    log = structlog.get_logger()
    log.info("worker_started", pid=os.getpid(), daily=daily, lane=lane or "quick")
    if not run_consumer(jobs, stopping, threads=threads, daily=daily, lane=lane or "quick"):
        log.warning("work_abandoned", remedy="its lease will end and another worker will take it")
        os._exit(0)  # a thread is still busy in native code, which must not see the interpreter end
    log.info("worker_stopped", pid=os.getpid())


def run_consumer(
    jobs: Any,
    stopping: threading.Event,
    *,
    threads: int = 1,
    daily: bool = True,
    lane: str = "quick",
    grace_s: float = GRACE_S,
) -> bool:
    """Consume one lane and sweep until told to stop; whether everything in hand was finished within the grace."""
    sweeping = threading.Thread(target=jobs.sweep_until, args=(stopping,), name="sweep", daemon=True)
    consumer = jobs.lanes[lane].create_consumer(
        workers=threads,
        periodic=daily,
        initial_delay=FIRST_POLL_S,
        max_delay=LONGEST_POLL_S,
        backoff=POLL_BACKOFF,
        check_worker_health=True,
        shutdown_timeout=grace_s,
    )
    old_handlers = {
        number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    }
    consumer.start()
    for (
        number,
        handler,
    ) in old_handlers.items():  # huey sets its own: SIGTERM drops the work in hand, SIGHUP re-executes
        signal.signal(number, handler)
    sweeping.start()
    while not stopping.wait(HEALTH_CHECK_S):
        consumer.check_worker_health()
    consumer.stop(graceful=True)
    sweeping.join(grace_s)
    return not any(thread.is_alive() for _worker, thread in consumer.worker_threads)
