"""The queue: wake-ups cross processes, lost ones are found, failures stay with their row."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from huey import MemoryHuey

from backend import jobs as queue
from backend.app import create_app
from backend.config import Settings, load_settings
from backend.database import db, transaction
from backend.jobs import Jobs, Lane
from tests.backend.toy_worker import UNTIL_STOPPED, ToyWorker
from tests.conftest import missing
from tests.fakes import FakeVerifier
from tests.private_redis import find_redis, private_redis

LIMIT_S = 90.0
WORK = "toy.move"


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Empty registries of work, for this test alone."""
    for name in ("HANDLERS", "LANES", "SWEEPS", "DAILY"):
        monkeypatch.setattr(queue, name, {})


# In one process, with jobs that run at once.


def test_work_runs_after_the_commit(app: Flask, registry: None) -> None:
    """The row is durable before anybody is told."""
    seen: list[tuple[UUID, bool]] = []
    queue.work("toy")(lambda row_id: seen.append((row_id, db.session().in_transaction())))
    row_id = uuid4()
    with app.app_context(), transaction():
        queue.wake("toy", row_id)
        assert [] == seen
    assert [(row_id, False)] == seen


def test_work_of_a_rolled_back_transaction_never_runs(app: Flask, registry: None) -> None:
    """There is no row to work on."""
    seen: list[UUID] = []
    queue.work("toy")(seen.append)

    def fail() -> None:
        with transaction():
            queue.wake("toy", uuid4())
            raise ValueError("no such district")

    with app.app_context(), pytest.raises(ValueError, match="no such district"):
        fail()
    assert [] == seen


def test_failing_work_is_logged_and_the_next_runs(
    app: Flask, registry: None, caplog: pytest.LogCaptureFixture
) -> None:
    """One bad row does not stop the worker."""
    seen: list[UUID] = []

    def handler(row_id: UUID) -> None:
        if not seen:
            seen.append(row_id)
            raise RuntimeError("a bad photo")
        seen.append(row_id)

    queue.work("toy")(handler)
    jobs: Jobs = app.extensions["qala_jobs"]
    jobs.wake("toy", uuid4())
    jobs.wake("toy", uuid4())
    assert len(seen) == 2


def test_queue_that_is_gone_does_not_fail_the_request(app: Flask, registry: None) -> None:
    """The sweep will come."""

    class Gone(MemoryHuey):  # type: ignore[misc]
        def enqueue(self, task: Any) -> None:
            raise ConnectionError("the queue is gone")

    Jobs(app, {lane: Gone(lane.value) for lane in Lane}).wake("toy", uuid4())


def test_what_takes_long_waits_in_a_lane_of_its_own(app: Flask, registry: None) -> None:
    """Neither a plan nor hundreds of photos keep a check-in waiting."""
    lanes = {lane: MemoryHuey(lane.value) for lane in Lane}
    jobs = Jobs(app, lanes)
    for lane in Lane:
        queue.work(f"toy.{lane}", lane=lane)(lambda _row_id: None)
    for name in ("toy.long", "toy.photos", "toy.photos", "toy.quick"):
        jobs.wake(name, uuid4())
    assert {"quick": 1, "long": 1, "photos": 2} == {lane: lanes[lane].pending_count() for lane in Lane}


def test_a_long_backlog_is_not_swept(app: Flask, registry: None) -> None:
    """Its rows have their wake-ups: more of them would only pile up, in every process that sweeps."""
    lanes = {lane: MemoryHuey(lane.value) for lane in Lane}
    jobs = Jobs(app, lanes)
    queue.work("toy", lane=Lane.PHOTOS)(lambda _row_id: None)
    queue.sweep("toy")(lambda: [uuid4() for _each in range(queue.SWEPT_BELOW)])
    assert (queue.SWEPT_BELOW, 0) == (jobs.sweep(), jobs.sweep())
    assert queue.SWEPT_BELOW == lanes[Lane.PHOTOS].pending_count()


def test_sweep_wakes_every_waiting_row(app: Flask, registry: None) -> None:
    """Rows whose wake-up was lost are done after all."""
    waiting, seen = [uuid4(), uuid4()], []
    queue.work("toy")(seen.append)
    queue.sweep("toy")(lambda: waiting)
    assert app.extensions["qala_jobs"].sweep() == 2
    assert waiting == seen


def test_daily_work_that_fails_does_not_hold_up_the_rest(app: Flask, registry: None) -> None:
    """Each handler stands alone."""
    done: list[str] = []

    @queue.daily
    def broken() -> None:
        raise RuntimeError("no disk")

    @queue.daily
    def sound() -> None:
        done.append("sound")

    app.extensions["qala_jobs"].run_daily()
    assert ["sound"] == done


# Across real processes.


class Rows:
    """Toy rows that wait in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "pending").mkdir(parents=True)
        (folder / "done").mkdir()

    def add(self, length: str = "0") -> UUID:
        """A row whose work takes so many seconds, or until its worker is stopped; a sweep that looks meanwhile never sees half of it."""
        row_id = uuid4()
        self.change(row_id, length)
        return row_id

    def change(self, row_id: UUID, length: str) -> None:
        """Its work takes so long after all."""
        written = self.folder / "written"
        written.write_text(length)
        written.rename(self.folder / "pending" / str(row_id))

    @property
    def done(self) -> set[UUID]:
        return {UUID(path.name) for path in (self.folder / "done").iterdir()}

    @property
    def begun(self) -> list[UUID]:
        log = self.folder / "begun"
        return [UUID(line) for line in log.read_text().split()] if log.exists() else []


@pytest.fixture
def rows(tmp_path: Path) -> Rows:
    """Where toy rows wait."""
    return Rows(tmp_path / "rows")


@pytest.fixture(params=["sqlite", "redis"])
def queue_settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """Settings with each real queue; the database is not used."""
    if request.param == "sqlite":
        yield load_settings({}, instance_dir=tmp_path / "instance", log_level="ERROR")
        return
    program = find_redis()
    if program is None:
        missing("redis-server is not on this machine (apt-get install redis-server)")
        return
    with private_redis(program) as url:
        yield load_settings({}, instance_dir=tmp_path / "instance", log_level="ERROR", jobs_url=url)


@pytest.fixture
def producer(queue_settings: Settings) -> Jobs:
    """The queue as a web process holds it."""
    jobs: Jobs = create_app(queue_settings, verifier=FakeVerifier).extensions["qala_jobs"]
    return jobs


@pytest.fixture
def start_worker(queue_settings: Settings, rows: Rows) -> Iterator[Callable[..., ToyWorker]]:
    """A maker of worker processes that are ready to work."""
    workers: list[ToyWorker] = []
    environment = {
        "QALA_INSTANCE_DIR": str(queue_settings.instance_dir),
        "QALA_JOBS_URL": queue_settings.jobs_url,
        "QALA_LOG_LEVEL": "ERROR",
    }

    def start(grace_s: float = 10.0) -> ToyWorker:
        worker = ToyWorker(rows.folder, grace_s, environment)
        workers.append(worker)
        assert "started" == worker.hear(LIMIT_S)
        return worker

    yield start
    for worker in workers:
        worker.kill()


def wait_until(condition: Callable[[], bool], what: str) -> None:
    """Poll until something is the case."""
    deadline = time.monotonic() + LIMIT_S
    while not condition():
        assert time.monotonic() < deadline, f"waited {LIMIT_S} s in vain until {what}"
        time.sleep(0.02)


def test_who_is_waited_for_goes_before_the_patient(producer: Jobs, registry: None) -> None:
    """A crew's photo does not wait behind a drive's thousands of frames, swept ones among them; alike ones keep their order."""
    seen: list[UUID] = []
    queue.work("toy", lane=Lane.PHOTOS)(seen.append)
    frames, crew = [uuid4() for _each in range(3)], uuid4()
    for row_id in frames:
        producer.wake("toy", row_id, patient=True)
    queue.sweep("toy")(lambda: frames)
    producer.sweep()
    producer.wake("toy", crew)
    lane = producer.lanes[Lane.PHOTOS]
    while task := lane.dequeue():
        lane.execute(task)
    assert [crew, *frames, *frames] == seen


@pytest.mark.slow
def test_two_workers_share_the_rows(producer: Jobs, rows: Rows, start_worker: Callable[..., Any]) -> None:
    """Every row is done, each by one of them."""
    workers = [start_worker(), start_worker()]
    wanted = [rows.add() for _ in range(100)]
    for row_id in wanted:
        producer.wake(WORK, row_id)
    wait_until(lambda: rows.done == set(wanted), "all rows are done")
    assert sorted(rows.begun) == sorted(wanted)
    for worker in workers:
        worker.stop()
        assert "finished" == worker.hear(LIMIT_S)


@pytest.mark.slow
def test_row_without_a_wake_up_is_found(rows: Rows, start_worker: Callable[..., Any], producer: Jobs) -> None:
    """Put down while no worker ran, and while one ran; nobody was told of either."""
    before = rows.add()
    start_worker()
    wait_until(lambda: before in rows.done, "the row from before is done")
    meanwhile = rows.add()
    wait_until(lambda: meanwhile in rows.done, "the sweep has found the other")


@pytest.mark.slow
def test_row_of_a_killed_worker_is_done_by_the_next(
    producer: Jobs, rows: Rows, start_worker: Callable[..., Any]
) -> None:
    """Its wake-up is gone from the queue, the row is not."""
    worker = start_worker()
    row_id = rows.add("600")
    producer.wake(WORK, row_id)
    wait_until(lambda: row_id in rows.begun, "the work has begun")
    worker.kill()
    assert set() == rows.done
    rows.change(row_id, "0")
    start_worker()
    wait_until(lambda: row_id in rows.done, "another worker has done it")


@pytest.mark.slow
def test_stopping_worker_finishes_what_it_has_in_hand(
    producer: Jobs, rows: Rows, start_worker: Callable[..., Any]
) -> None:
    """And takes nothing new."""
    worker = start_worker(grace_s=600.0)
    first = rows.add(UNTIL_STOPPED)
    producer.wake(WORK, first)
    wait_until(lambda: first in rows.begun, "the work has begun")
    second = rows.add()
    producer.wake(WORK, second)
    worker.stop()
    assert "finished" == worker.hear(LIMIT_S)
    assert {first} == rows.done


@pytest.mark.slow
def test_stopping_worker_abandons_what_takes_too_long(
    producer: Jobs, rows: Rows, start_worker: Callable[..., Any]
) -> None:
    """The row still waits for another."""
    worker = start_worker(grace_s=0.2)
    row_id = rows.add("600")
    producer.wake(WORK, row_id)
    wait_until(lambda: row_id in rows.begun, "the work has begun")
    worker.stop()
    assert "abandoned" == worker.hear(LIMIT_S)
    assert set() == rows.done
