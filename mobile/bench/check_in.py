"""A check-in as a supervisor's thumb takes it: from the tap to «saved», from there to the verdict, and the bytes it costs.

The models of the app run with its real devices of a desktop, its real store, outbox and worker; only nothing is drawn.
"""

from __future__ import annotations

import queue
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import httpx

from mobile.bench.city import AT, City
from mobile.bench.figures import Figure, spread
from mobile.client.api_client import API_PREFIX, ApiClient
from mobile.devices.platform import DeviceSettings, for_this_platform
from mobile.models.desk import Desk
from mobile.models.navigation import Place
from mobile.models.phone import Phone
from mobile.outbox.ladder import ItemState
from mobile.simulated.served import PASSWORD

Result = TypeVar("Result")
TICK_S = 1 / 15  # as the screen calls
PATIENCE_S = 60.0
BETWEEN_S = 1.0
HEADER_BYTES = 4  # «: » and the end of the line
DECIDED = frozenset({ItemState.VERIFIED, ItemState.REFUSED})


class Deliveries:
    """Work in threads; its ends are delivered by whoever plays the screen's thread."""

    def __init__(self) -> None:
        self._ends: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()

    def run(
        self,
        work: Callable[[], Result],
        done: Callable[[Result], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """See mobile.models.background."""

        def job() -> None:
            try:
                result = work()
            except Exception as error:
                reason = error
                self._ends.put(lambda: failed(reason))
            else:
                self._ends.put(lambda: done(result))

        threading.Thread(target=job, daemon=True).start()

    def deliver(self) -> None:
        """Whatever has ended."""
        while not self._ends.empty():
            self._ends.get()()


class CountingTransport(httpx.HTTPTransport):
    """Counts what goes out, by path: body, headers and the line of the request."""

    def __init__(self, sent: dict[str, int]) -> None:
        super().__init__()
        self._sent = sent

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send it."""
        head = sum(len(name) + len(value) + HEADER_BYTES for name, value in request.headers.raw)
        line = len(request.method) + len(str(request.url))
        path = request.url.path.removeprefix(API_PREFIX)
        self._sent[path] = self._sent.get(path, 0) + len(request.read()) + head + line
        return super().handle_request(request)


@dataclass
class Times:
    """What the rounds have shown, seconds and bytes."""

    saved_s: list[float] = field(default_factory=list)
    verdict_s: list[float] = field(default_factory=list)
    sent_bytes: list[float] = field(default_factory=list)
    outcomes: list[str] = field(default_factory=list)


def measure_check_ins(city: City, folder: Path, rounds: int) -> tuple[list[Figure], Times]:
    """Check the person in so often; nothing is measured where there is no face to show to the camera."""
    times = Times()
    if city.face is not None:
        sent: dict[str, int] = {}
        phone = _phone(city, folder, sent)
        try:
            _rounds(city, phone, sent, rounds, times)
        finally:
            phone.close()
    return [
        spread("s from tap to «saved», two movements, a head in real time", times.saved_s, 10.0),
        spread("s from «saved» to the verdict, loopback, real models", times.verdict_s),
        spread("bytes of a check-in over the air", times.sent_bytes, 700_000, 0),
    ], times


def _rounds(city: City, phone: Phone, sent: dict[str, int], rounds: int, times: Times) -> None:
    background = Deliveries()
    desk = Desk(phone.core(), background, frozenset(Place))
    capture = desk.capture

    def until(done: Callable[[], Any]) -> None:
        ends_s = time.monotonic() + PATIENCE_S
        while not done():
            if time.monotonic() > ends_s:
                raise RuntimeError(f"a check-in takes longer than {PATIENCE_S} s: {capture.view}")
            background.deliver()
            capture.tick()
            time.sleep(TICK_S)

    phone.account.sign_in(city.server.url, "supervisor", PASSWORD)
    until(lambda: phone.local.task(city.task_id))
    for _round in range(rounds):
        capture.open(city.task_id, city.person_id)
        until(lambda: capture.view.gps_colour == "good")
        tapped_s = time.monotonic()
        capture.begin()
        until(lambda: capture.saved_id is not None or _doubted(capture))
        saved_s = time.monotonic()
        item_id = capture.saved_id
        assert item_id is not None
        until(lambda item_id=item_id: _decided(phone, item_id))  # type: ignore[misc]
        times.saved_s.append(saved_s - tapped_s)
        times.verdict_s.append(time.monotonic() - saved_s)
        times.sent_bytes.append(sent[f"/check-ins/{item_id}"])
        item = phone.outbox.get(item_id)
        times.outcomes.append(str((item.answer or {}).get("outcome")) if item else "")
        capture.close()
        time.sleep(BETWEEN_S)


def _doubted(capture: Any) -> bool:
    """Pictures that the phone doubts are kept by a second tap, as here."""
    if capture.view.save:
        capture.save()
    return False


def _decided(phone: Phone, item_id: UUID) -> bool:
    item = phone.outbox.get(item_id)
    return item is not None and item.state in DECIDED


def _phone(city: City, folder: Path, sent: dict[str, int]) -> Phone:
    """A phone that has never been used, at work, before the person's face."""
    face = city.face
    assert face is not None
    devices = for_this_platform(
        DeviceSettings(
            folder=folder, faces=lambda _person_id: face, here=lambda: AT, sound=False, rng=random.Random(3)
        )
    )

    def client(*arguments: Any, **options: Any) -> ApiClient:
        return ApiClient(*arguments, transport=CountingTransport(sent), **options)

    return Phone(folder, devices.keys, device_name="measured", devices=devices, make_client=client)
