"""Begins, resumes and ends the recording of a shift by itself, in a thread of its own: no screen has to think of it.

What counts is the phone's local copy with its unsent changes, so it works offline, and a route that the dispatcher has
closed ends the recording as soon as sync says so.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from mobile.devices.location import Location
from mobile.devices.shift_notice import ShiftNotice
from mobile.devices.trouble import Trouble
from mobile.keeping.disk import StoreFull
from mobile.listeners import Call, Listeners
from mobile.tracking.driven import Batches, newest, recorded
from mobile.tracking.due import Work, shift_due
from mobile.tracking.tracker import Shift, Tracker
from shared.contracts import Fix

log = logging.getLogger(__name__)
LOOK_EVERY_S, LOOK_EVERY_RESTING_S = 15.0, 60.0
FIXES_SEEN_MOST = 10_000  # a shift of twelve hours has some 8,000


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """How the recording stands: ``shift`` None while nothing is recorded; ``trouble`` why the receiver gives nothing."""

    shift: Shift | None = None
    trouble: Trouble | None = None
    count: int = 0
    last_at: datetime | None = None


class ShiftKeeper:
    """See the docstring of the module; ``step`` is one look, for tests and for phones without a thread."""

    def __init__(
        self,
        make_tracker: Callable[[Callable[[Fix], None]], Tracker],
        location: Location,
        outbox: Batches,
        *,
        work: Callable[[], Work],
        now: Callable[[], datetime],
        notice: ShiftNotice,
        say: Callable[[Shift], tuple[str, str]],
    ) -> None:
        """``work``: that of whoever is signed in; ``say``: title and text of the notice for a shift."""
        self.tracker = make_tracker(self._heard)
        self.listeners = Listeners()
        self._location = location
        self._outbox = outbox
        self._work = work
        self._now = now
        self._notice = notice
        self._say = say
        self._trouble: Trouble | None = None
        self._fixes: list[Fix] = []
        self._about: UUID | None = None  # whose fixes these are: a route or a task
        self._lock = threading.Lock()  # one look at a time
        self._fixes_lock = threading.Lock()
        self._event = threading.Event()
        self._stopping = False
        self._thread: threading.Thread | None = None
        self._is_first = True

    # --- from the app -------------------------------------------------------------------------------

    def start(self) -> None:
        """Look by itself from now on."""
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="shift", daemon=True)
        self._thread.start()

    def stop(self, timeout_s: float | None = None) -> None:
        """The app ends: what is in memory goes to the disk, and the next start goes on."""
        self._stopping = True
        self._event.set()
        if self._thread is not None:
            self._thread.join(timeout_s)
            self._thread = None
        with self._lock:
            self.tracker.rest()
            self._hide()

    def wake(self) -> None:
        """Something has changed: look at once, in the own thread."""
        self._event.set()

    def listen(self, call: Call) -> Call:
        """Be told, on any thread, when a recording begins, ends or falls silent."""
        return self.listeners.add(call)

    @property
    def recording(self) -> Recording:
        """How it stands; never waits for the disk."""
        with self._fixes_lock:
            last = self._fixes[-1].taken_at if self._fixes else None
            count = len(self._fixes)
        shift = self.tracker.shift
        if shift is None:
            return Recording()
        return Recording(shift=shift, trouble=self._trouble, count=count, last_at=last)

    def driven(self, subject_id: UUID) -> tuple[Fix, ...] | None:
        """What was recorded for the route or task of this shift; None for another one, which ``load`` reads."""
        with self._fixes_lock:
            return tuple(self._fixes) if subject_id == self._about else None

    def load(self, subject_id: UUID) -> tuple[Fix, ...]:
        """What was recorded for any route or task; reads the disk."""
        return newest(recorded(self._outbox, subject_id), FIXES_SEEN_MOST)

    # --- one look -----------------------------------------------------------------------------------

    def step(self) -> float:
        """Make the recording what the work asks for; how long there is nothing to do after it, seconds."""
        with self._lock:
            before = self.tracker.shift, self._trouble
            tracked = self.tracker.remembered() if self._is_first else self.tracker.shift
            wanted = shift_due(self._work(), self._now(), tracked)
            self._is_first = False
            if wanted is None:
                self.tracker.end()
            elif wanted != self.tracker.shift:
                self._turn_to(wanted)
                self.tracker.begin(wanted)
            self.tracker.tick()
            shift = self.tracker.shift
            if shift is None:
                self._trouble = None
                self._hide()
            else:
                self._attend(shift)
            if (shift, self._trouble) != before:
                self.listeners.tell()
            return LOOK_EVERY_RESTING_S if shift is None else LOOK_EVERY_S

    def _turn_to(self, shift: Shift) -> None:
        """Have the fixes of this shift at hand, those from before a crash too."""
        about = shift.route_id or shift.task_id
        if about is not None and about != self._about:
            before = self.load(about)
            with self._fixes_lock:
                self._about, self._fixes = about, list(before)

    def _attend(self, shift: Shift) -> None:
        """Permission may come, or go, in the middle of a shift."""
        was, self._trouble = self._trouble, self._location.trouble
        if self._trouble is not was and self._trouble is None:
            self.tracker.ask_again()
        if self._trouble is not Trouble.NOT_ALLOWED and not self._notice.stands:
            self._notice.show(*self._say(shift))

    def _hide(self) -> None:
        if self._notice.stands:
            self._notice.hide()

    def _heard(self, fix: Fix) -> None:
        with self._fixes_lock:
            self._fixes.append(fix)
            del self._fixes[:-FIXES_SEEN_MOST]

    def _run(self) -> None:
        while not self._stopping:
            self._event.clear()
            try:
                wait_s = self.step()
            except StoreFull:  # its user is told where something is saved
                log.warning("the phone's storage is full: the shift cannot be written down now")
                wait_s = LOOK_EVERY_S
            except Exception:  # the thread must outlive it
                log.exception("a look at the shift failed")
                wait_s = LOOK_EVERY_S
            self._event.wait(wait_s)
