"""A simulated phone with the app's own storage: what it captures goes into the outbox, and from there to the server."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from uuid import UUID

from mobile.capture.held_challenges import HeldChallenges
from mobile.capture.stock import ChallengeStock
from mobile.client.answers import UNREACHABLE_S, NotNow, Problem, Refused, RetryLater, Stored, Why
from mobile.client.api_client import ApiClient
from mobile.devices.battery import Charge
from mobile.devices.boot_clock import DeviceTime
from mobile.devices.location import FixLog, Heard
from mobile.devices.shift_notice import NoShiftNotice
from mobile.devices.trouble import Trouble
from mobile.keeping.seal import KeyFile
from mobile.keeping.sole import Sole
from mobile.keeping.store import open_store
from mobile.outbox.ladder import ItemKind, ItemState, NewItem, WaitReason
from mobile.outbox.queue import Outbox
from mobile.simulated.boot_clock import BootClock
from mobile.simulated.phone import VERDICT_POLL_S, Capture, SimulatedPhone
from mobile.simulated.reports import Hand, check_in_item
from mobile.sync.local_copy import LocalCopy
from mobile.sync.worker import SyncWorker
from mobile.tracking.due import NO_WORK, TRACKED_ROLES, Work
from mobile.tracking.keeper import ShiftKeeper
from mobile.tracking.tracker import Tracker
from shared.contracts import (
    Challenge,
    CheckIn,
    CheckInAnswer,
    Fix,
    RouteSheet,
    SpotCheck,
    TaskCard,
    decode,
    parse_json,
)
from shared.vocabulary import CheckInState

STEPS_MOST = 500  # of one sync: a request each


class GivenLocation(FixLog):
    """A receiver that says what it is given."""

    trouble: Trouble | None = None

    def start(self, every_s: float, who: str = "app") -> None:
        """See Location: the truck sets the pace."""

    def stop(self, who: str = "app") -> None:
        """See Location."""


class NoBattery:
    """Of a phone that is always charged."""

    def charge(self) -> Charge | None:
        """See Battery."""
        return None


class OutboxPhone(SimulatedPhone):
    """A SimulatedPhone whose outbox and local copy lie in a folder and outlive its process.

    AlreadyRunning when another process holds the folder; WrongKey and NewerDatabase as the app says them.
    """

    def __init__(
        self,
        client: ApiClient,
        folder: Path,
        rng: random.Random,
        boot_clock: BootClock | None = None,
        sleep: Callable[[float], None] | None = None,
    ) -> None:
        super().__init__(client, rng, boot_clock, sleep)
        self.store = open_store(folder, KeyFile(folder.with_suffix(".seal")))
        self._sole = Sole(self.store.database.path.with_suffix(".sending"))
        self._sole.take()
        self.outbox = Outbox(self.store, now=client.device_now)
        self.local = LocalCopy(self.store, self.outbox)
        self.held = HeldChallenges(self.store, self.local)
        self.worker = SyncWorker(
            client,
            self.store,
            self.outbox,
            self.local,
            rng=random.Random(rng.random()),
            heard=self._hear,
            errands=(ChallengeStock(self.held, self.local.tasks),),
        )
        self.time = DeviceTime(self.boot_clock, self.store.facts, client.device_now)
        self.location = GivenLocation()
        self.shifts = ShiftKeeper(
            self._tracker,
            self.location,
            self.outbox,
            work=self._work,
            now=client.server_now,
            notice=NoShiftNotice(),
            say=lambda shift: ("", shift.title),
        )

    def close(self) -> None:
        """Let go of the store; what waits in it goes on next time."""
        self.shifts.stop()
        self._sole.release()
        self.store.close()

    def sync(self) -> None:
        """Pull, and send what is due; NotNow when the server cannot be reached."""
        self.shifts.step()
        away = self.worker.status().online is False
        if away:
            self.worker.reconnected()
        else:
            self.worker.wake()
        for _ in range(STEPS_MOST):
            if self.worker.step() > 0:
                break
        if self.worker.status().online is False:
            raise NotNow(RetryLater(UNREACHABLE_S, Why.UNREACHABLE))

    def challenge(self, task: TaskCard, person_id: UUID) -> Challenge:
        """From the server, or from what the phone holds while it cannot be reached; NotNow when there is neither."""
        try:
            return super().challenge(task, person_id)
        except NotNow:
            held = self.held.take(task.id, person_id, self.client.server_now())
            if held is None:
                raise
            return held

    def drive(self, fixes: Iterable[Fix]) -> Problem | None:
        """The receiver gives these, oldest first; the app's own tracker does with them what the app does."""
        self.shifts.step()
        for fix in fixes:
            self.location.add(fix)
        self.sync()
        refused = [each for each in self.outbox.items() if each.kind is ItemKind.LOCATION_FIXES]
        problems = [problem for each in refused if (problem := self._given_up(each.id)) is not None]
        return problems[0] if problems else None

    @property
    def device_id(self) -> UUID | None:
        """In whose name positions are sent."""
        return self.client.tokens.device_id if self.client.tokens else None

    @property
    def owner_id(self) -> UUID | None:
        """In whose name positions are sent."""
        return self.client.tokens.user.id if self.client.tokens else None

    @property
    def tasks(self) -> list[TaskCard]:
        """The tasks handed to this phone's user as the screens show them, by begin."""
        return [each.card for each in self.local.tasks() if not each.withdrawn]

    @property
    def routes(self) -> list[RouteSheet]:
        """The routes, by begin, with what has been reported of their stops."""
        return [each.sheet for each in self.local.routes() if not each.withdrawn]

    @property
    def spot_checks(self) -> list[SpotCheck]:
        """The spot checks that this phone prompts for now, the most urgent first."""
        now = self.client.server_now()
        return [each for each in self.local.spot_checks() if each.due_at <= now < each.answer_by]

    def hand(self) -> Hand:
        """Whose phone it is, now."""
        tokens = self.client.tokens
        if tokens is None:
            raise ValueError("nobody is signed in on this phone")
        return Hand(
            owner_id=tokens.user.id,
            device_id=tokens.device_id,
            sign=self.client.key.sign,
            now=self.client.server_now(),
            clock=self.boot_clock.reading(),
        )

    def put(self, item: NewItem) -> Problem | None:
        """Save something and send what is due; why the server refuses it, if it does."""
        self.outbox.put(item)
        self.sync()
        return self._given_up(item.id)

    def send(self, capture: Capture, *, patience_s: float = 0.0) -> Stored | Refused | RetryLater:
        """Save a capture, and sync until its verdict is there; one that cannot go out stays in the outbox."""
        check_in = decode(CheckIn, parse_json(capture.manifest))
        self.outbox.put(check_in_item(self.hand(), capture, check_in.task_id, check_in.person_id))
        deadline = time.monotonic() + patience_s
        while True:
            try:
                self.sync()
            except NotNow as later:
                return later.end
            end = self._end(capture.id)
            undecided = isinstance(end, Stored) and end.answer.state is CheckInState.PENDING
            if not undecided or time.monotonic() >= deadline:
                return end
            time.sleep(VERDICT_POLL_S)

    def _hear(self, server_at: datetime) -> None:
        self.boot_clock.hear(server_at)
        self.time.hear(server_at)

    def _tracker(self, heard: Heard) -> Tracker:
        return Tracker(
            self.location,
            self.outbox,
            self.store.facts,
            self,
            self.time,
            NoBattery(),
            now=self.client.server_now,
            heard=heard,
        )

    def _work(self) -> Work:
        tokens = self.client.tokens
        if tokens is None or tokens.user.role not in TRACKED_ROLES:
            return NO_WORK
        return Work(tuple(self.local.routes()), tuple(self.local.tasks()))

    def _end(self, check_in_id: UUID) -> Stored | Refused | RetryLater:
        """What has become of a check-in so far."""
        problem = self._given_up(check_in_id)
        if problem is not None:
            return Refused(problem)
        item = self.outbox.get(check_in_id)
        if item is not None and item.state in (ItemState.STORED, ItemState.VERIFIED) and item.answer:
            return Stored(self.local.check_in(check_in_id) or decode(CheckInAnswer, item.answer))
        why = item.why if item is not None else None
        return RetryLater(UNREACHABLE_S, Why(why) if why not in (None, WaitReason.FAULT) else Why.BUSY)

    def _given_up(self, item_id: UUID) -> Problem | None:
        """The problem of a refused item, which then leaves the outbox: nobody looks at this phone's screen."""
        item = self.outbox.get(item_id)
        if item is None or item.state is not ItemState.REFUSED:
            return None
        self.outbox.discard(item_id, confirmed=True)
        return item.problem
