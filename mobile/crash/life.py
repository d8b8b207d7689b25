"""One life of the phone's process: it opens its store, captures, saves, sends and acknowledges until somebody kills it."""

from __future__ import annotations

import random
import time
import traceback
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from mobile.client.answers import Declined, NotNow
from mobile.client.api_client import ApiClient, system_clock
from mobile.crash.captures import Captures
from mobile.crash.movable import Move, move_of
from mobile.crash.notes import note
from mobile.keeping.disk import StoreFull, is_full
from mobile.keeping.seal import KeyFile
from mobile.models.phone import Phone
from mobile.outbox.ladder import TROUBLE, WAITING, NewItem
from mobile.outbox.queue import Outbox

NERVOUS = 0.2  # how often a thumb saves twice
CLOCK_SET = 0.3  # how often the clock is set in the middle of a life


@dataclass(frozen=True, kw_only=True)
class Order:
    """What one life is to do."""

    phone: str
    server: str
    login: str
    password: str
    seed: int
    captures: int
    moves: list[tuple[str, str, str]]  # what to move where (see movable.Move), in this order
    offset_s: float  # how wrong the device's clock is
    longest_s: float
    until_empty: bool = False  # live until nothing waits, and then tell what became of everything


class SetClock:
    """The device's clock, set to any time by anybody."""

    def __init__(self, offset_s: float) -> None:
        self.offset_s = offset_s

    def __call__(self) -> datetime:
        """What it shows."""
        return system_clock() + timedelta(seconds=self.offset_s)


class SpokenClient(ApiClient):
    """The client of the app, which says when a request goes out and when its answer is there."""

    def _send(self, method: str, path: str, token: str | None = None, **options: Any) -> Any:
        note("asking", path=path)
        response = super()._send(method, path, token, **options)
        note("answered", path=path)
        return response


def live(order: Order, folder: Path) -> None:
    """Live; ends only when the longest time is over, or when everything has been sent that was asked for."""
    rng, clock = random.Random(order.seed), SetClock(order.offset_s)
    ends_s = time.monotonic() + order.longest_s
    try:
        phone = Phone(
            folder / order.phone,
            KeyFile(folder / f"{order.phone}.key"),
            device_name=f"crash run, {order.phone}",
            server=order.server,
            now=clock,
            rng=random.Random(order.seed + 1),
            make_client=partial(SpokenClient, now=clock),
        )
    except Exception as error:  # a full disk, say: the next life finds what is there
        note("unopened", why=type(error).__name__, full=isinstance(error, StoreFull) or is_full(error))
        return
    note("opened")
    phone.start()
    phone.outbox.listen(lambda: note("changed"))
    _sign_in(phone, order, ends_s)
    if order.until_empty:
        _empty(phone, ends_s)
    else:
        _capture(phone, order, rng, clock)
        while time.monotonic() < ends_s:
            time.sleep(0.02)
            if rng.random() < CLOCK_SET / 50:
                clock.offset_s = rng.uniform(-172_800.0, 172_800.0)
    phone.close()
    note("closed")


def _sign_in(phone: Phone, order: Order, ends_s: float) -> None:
    """Sign in where the session has never begun, or has ended: as often as the network makes it necessary."""
    while time.monotonic() < ends_s:
        client = phone.account.client
        if client is not None and client.tokens is not None and phone.account.server == order.server:
            return
        try:
            phone.account.sign_in(order.server, order.login, order.password)
            note("signed_in")
        except (NotNow, Declined, StoreFull) as error:
            note("not_signed_in", why=str(error))
            time.sleep(0.05)


def _capture(phone: Phone, order: Order, rng: random.Random, clock: SetClock) -> None:
    """Capture and save: the harness hears of each item before it is kept, and after."""
    captures = Captures(phone, clock, rng)
    moves = [Move(*each) for each in order.moves]
    for _ in range(order.captures):
        time.sleep(rng.uniform(0.0, 0.04))
        move = moves.pop(0) if moves and rng.random() < 0.3 else None
        note("capturing")
        item = captures.any(move)
        if item is not None and not _save(phone.outbox, item, rng) and move is not None:
            return


def _save(outbox: Outbox, item: NewItem, rng: random.Random) -> bool:
    facts: dict[str, Any] = {"id": str(item.id), "kind": item.kind.value}
    move = move_of(item)
    if move is not None:
        facts["move"] = move
    note("created", **facts)
    try:
        outbox.put(item)
        note("saved", id=str(item.id))
        if rng.random() < NERVOUS:
            outbox.put(item)
    except StoreFull:
        note("full", id=str(item.id))
        return False
    except Exception as error:
        note("fault", where="save", why=type(error).__name__, text=traceback.format_exc()[-600:])
        return False
    return True


def _empty(phone: Phone, ends_s: float) -> None:
    """The network is well again: send everything, and tell what stands where."""
    while phone.outbox.waiting_count() and time.monotonic() < ends_s:
        phone.wake()
        time.sleep(0.05)
    states: Counter[str] = Counter()
    before: int | None = None
    while page := phone.outbox.items(limit=200, before=before):
        before = page[-1].number
        for item in page:
            states[f"{item.kind.value} {item.state.value}"] += 1
            if item.state in WAITING | TROUBLE:
                problem = item.problem.slug + ": " + item.problem.detail if item.problem else ""
                why = problem or str(item.damage or item.why or "")
                note("stuck", id=str(item.id), kind=item.kind.value, state=item.state.value, why=why)
    note("emptied", states=dict(states), files=len(list(phone.store.files.folder.iterdir())))
