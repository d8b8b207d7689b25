"""The sync worker: empties the outbox and keeps the local copy fresh, in a thread of its own, for as long as the app lives."""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from mobile.client.answers import Refused, RetryLater, Why
from mobile.client.api_client import VERSION, ApiClient, Declined, NotNow
from mobile.keeping.disk import StoreFull
from mobile.keeping.sole import Sole
from mobile.keeping.store import Store
from mobile.listeners import Call, Listeners
from mobile.outbox.dispatch import Dispatch
from mobile.outbox.ladder import End, Fault, ItemKind, Parcel, WaitReason
from mobile.outbox.queue import Outbox
from mobile.outbox.senders import SENDERS, Sender
from mobile.sync.errands import Errand, Errands
from mobile.sync.local_copy import MIN_CLIENT, LocalCopy
from mobile.sync.pulling import CLOCK_OFFSET, UNREAD, Pulling

log = logging.getLogger(__name__)
PULL_EVERY_S = 25.0  # a new task reaches an open app within 30 s
PULL_EVERY_HIDDEN_S = 300.0
PAUSE_FIRST_S, PAUSE_MOST_S, PAUSE_MOST_HIDDEN_S = 1.0, 20.0, 300.0
FAILURES_BORNE = 2  # in a row: then the network is at fault, not the item
PRUNE_EVERY_S = 6 * 3600.0
IDLE_S = 60.0
NETWORK = frozenset({Why.UNREACHABLE, Why.BUSY, Why.NOT_OURS, Why.SIGN_IN})


@dataclass(frozen=True, kw_only=True)
class SyncStatus:
    """What every screen says on top; ``online`` is None before the first try."""

    online: bool | None
    last_pull_at: datetime | None
    waiting: int
    oldest_waiting_age: timedelta | None
    trouble: int
    sending: UUID | None
    sign_in_needed: bool
    update_needed: str | None
    photos_wait_for_wifi: bool
    full: bool
    unread: int = 0  # things of sync that only a newer app can read


class SyncWorker:
    """One sender for one store; every method may be called from any thread."""

    def __init__(
        self,
        client: ApiClient,
        store: Store,
        outbox: Outbox,
        local: LocalCopy,
        *,
        rng: random.Random,
        senders: Mapping[ItemKind, Sender] = SENDERS,
        may_send_photos: Callable[[], bool] = lambda: True,
        heard: Callable[[datetime], None] = lambda _server_time: None,
        errands: Sequence[Errand] = (),
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        """``heard`` learns the server's time whenever sync says it; ``errands`` are done between pulling and sending; ``seconds``
        counts and is never set.
        """
        self._client = client
        self._store = store
        self._outbox = outbox
        self._local = local
        self._dispatch = Dispatch(store, outbox, rng)
        self._pulling = Pulling(store, self._dispatch, local)
        self._rng = rng
        self._senders = senders
        self._may_send_photos = may_send_photos
        self._heard = heard
        self._errands = Errands(errands)
        self._seconds = seconds
        self._sole = Sole(store.database.path.with_suffix(".sending"))
        self._event = threading.Event()
        self._stopping = False
        self._thread: threading.Thread | None = None
        self._open = True
        self._recovered = False
        self._back = False  # the network is back
        self._failures = 0
        self._paused_until_s = 0.0
        self._pull_at_s = 0.0
        self._prune_at_s = 0.0
        self._online: bool | None = None
        self._full = False
        self._sending: UUID | None = None
        self._deaf: Call = lambda: None
        self.listeners = Listeners()
        if not client.clock_offset:
            client.clock_offset = timedelta(seconds=store.facts.get(CLOCK_OFFSET, 0.0))

    # --- from the app -------------------------------------------------------------------------------

    def start(self) -> None:
        """Work in a thread until ``stop``; AlreadyRunning when another process sends from this store."""
        self._sole.take()
        self._stopping = False
        self._deaf = self._outbox.listen(self._event.set)
        self._thread = threading.Thread(target=self._run, name="sync", daemon=True)
        self._thread.start()

    def stop(self, timeout_s: float | None = None) -> None:
        """End the thread once the request under way has ended; what it leaves is sent again next time."""
        self._stopping = True
        self._event.set()
        if self._thread is not None:
            self._thread.join(timeout_s)
            self._thread = None
            self._deaf()

    def wake(self) -> None:
        """Pull and send at once: somebody pulls to refresh, has signed in, or has changed what may be sent."""
        self._pull_at_s = self._paused_until_s = 0.0
        self._event.set()

    def reconnected(self) -> None:
        """The network is back: what waited for it waits no longer."""
        self._back = True
        self.wake()

    def foreground(self, is_open: bool) -> None:
        """The app was opened or left."""
        self._open = is_open
        if is_open:
            self.wake()

    def listen(self, call: Call) -> Call:
        """Be told when the status may have changed, on whichever thread changed it; the answer ends it."""
        stops = (self.listeners.add(call), self._local.listen(call))  # the local copy listens to the outbox

        def stop() -> None:
            for each in stops:
                each()

        return stop

    def status(self) -> SyncStatus:
        """How things stand."""
        asked_for = str(self._store.facts.get(MIN_CLIENT, ""))
        return SyncStatus(
            online=self._online,
            last_pull_at=self._local.last_pull_at(),
            waiting=self._outbox.waiting_count(),
            oldest_waiting_age=self._outbox.oldest_waiting_age(),
            trouble=self._outbox.trouble_count(),
            sending=self._sending,
            sign_in_needed=self._client.tokens is None,
            update_needed=asked_for if is_newer(asked_for, VERSION) else None,
            photos_wait_for_wifi=not self._may_send_photos() and self._outbox.photos_waiting(),
            full=self._full,
            unread=self._store.facts.get(UNREAD, 0),
        )

    # --- the work -----------------------------------------------------------------------------------

    def step(self) -> float:
        """One request at most; how long there is nothing to do after it, seconds."""
        try:
            wait_s = self._step()
        except StoreFull:
            self._full, self._recovered = True, False  # an answer could not be written down: ask for it again
            self._failures = max(self._failures + 1, FAILURES_BORNE)
            return self._pause()
        if self._full:
            self._full = False
            self.listeners.tell()
        return wait_s

    def _step(self) -> float:
        if not self._recovered:
            self._dispatch.recover()
            self._recovered = True
        if self._back:
            self._back = False
            self._dispatch.forget_waits(WaitReason.UNREACHABLE, WaitReason.NOT_OURS)
        now_s = self._seconds()
        if now_s >= self._prune_at_s:
            self._dispatch.prune(self._client.device_now())
            self._prune_at_s = now_s + PRUNE_EVERY_S
        tokens = self._client.tokens
        if tokens is None:
            return IDLE_S  # everything is kept; signing in wakes us
        if now_s < self._paused_until_s:
            return self._paused_until_s - now_s
        self._local.belongs_to(tokens.user.id)
        if now_s >= self._pull_at_s:
            return self._pull(now_s)
        errand = self._errands.due(self._client.server_now(), now_s)
        if errand is not None:
            return self._note(self._errands.run(errand, self._client, now_s))
        photos, now = self._may_send_photos(), self._client.device_now()
        item_id = self._dispatch.next_due(tokens.user.id, self._senders, now, photos=photos)
        if item_id is not None:
            return self._send(item_id)
        due_in_s = self._dispatch.next_due_in_s(tokens.user.id, self._senders, now, photos=photos)
        pull_in_s = self._pull_at_s - now_s
        return pull_in_s if due_in_s is None else min(due_in_s, pull_in_s)

    def _pull(self, now_s: float) -> float:
        self._pull_at_s = now_s + (PULL_EVERY_S if self._open else PULL_EVERY_HIDDEN_S)
        try:
            pulled = self._client.sync(self._pulling.cursor())
        except NotNow as later:
            return self._note(later.end)
        except Declined:  # nothing here can mend it; the outbox goes on
            log.warning("sync is refused", exc_info=True)
            return self._note(None)
        self._pulling.take_in(pulled, self._client.clock_offset, self._client.device_now())
        self._heard(pulled.answer.server_time)
        return self._note(None)

    def _send(self, item_id: UUID) -> float:
        parcel = self._dispatch.begin(item_id)
        if parcel is None:
            return 0.0
        self._sending = item_id
        try:
            end = self._sent(parcel)
        finally:
            self._sending = None
        self._dispatch.finish(item_id, end, self._client.device_now())
        return self._note(end)

    def _sent(self, parcel: Parcel) -> End:
        try:
            return self._senders[parcel.kind](self._client, parcel)
        except Declined as declined:
            return Refused(declined.problem)
        except NotNow as later:
            return later.end
        except Exception as error:  # one bad item never blocks the others
            log.exception("item %s cannot be sent", parcel.id)
            return Fault(type(error).__name__)

    def _note(self, end: End | None) -> float:
        """Learn from an answer whether the network is there; how long to leave it alone, seconds."""
        was = self._online
        if isinstance(end, RetryLater) and end.why in NETWORK:
            self._failures += 1
            self._online = end.why in (Why.BUSY, Why.SIGN_IN)
        elif not isinstance(end, Fault):
            self._failures, self._online = 0, True
        if was is not self._online or isinstance(end, RetryLater):
            self.listeners.tell()
        return self._pause() if self._failures >= FAILURES_BORNE else 0.0

    def _pause(self) -> float:
        most_s = PAUSE_MOST_S if self._open else PAUSE_MOST_HIDDEN_S
        pause_s = self._rng.uniform(0.0, min(most_s, PAUSE_FIRST_S * 2 ** min(self._failures, 10)))
        self._paused_until_s = self._seconds() + pause_s
        return pause_s

    def _run(self) -> None:
        try:
            while not self._stopping:
                self._event.clear()
                wait_s = self._step_whatever_happens()
                if not self._stopping and wait_s > 0:
                    self._event.wait(wait_s)
        finally:
            self._sole.release()  # not before: a request may have outlasted the patience of ``stop``

    def _step_whatever_happens(self) -> float:
        try:
            return self.step()
        except Exception:  # the thread must outlive it
            log.exception("a step of sync failed")
            self._recovered = False
            self._failures += 1
            return self._pause()


def is_newer(version: str, than: str) -> bool:
    """Whether a version like «0.10.2» comes after another; what is no version is not newer."""
    try:
        return _numbers(version) > _numbers(than)
    except ValueError:
        return False


def _numbers(version: str) -> list[int]:
    return [int(part) for part in version.split(".")]
