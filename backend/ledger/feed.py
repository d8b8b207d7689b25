"""The live feed: one thread a process tails the ledger and fans out to bounded queues; a stream holds no transaction."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass, field
from uuid import UUID

import psycopg
import structlog
from flask import Flask

from backend.database import db, transaction
from backend.errors import Busy
from backend.ledger import service
from backend.ledger.passing import News, Sees, Watch
from backend.web.principal import Principal
from shared.i18n import Message

_ = Message
log = structlog.get_logger()

QUEUE_MAX = 512
BATCH = 200
HEARTBEAT_S = 15.0
LISTEN_TIMEOUT_S = 1.0
RECOVERY_S = 1.0
RETRY_AFTER_S = 10
LOOK_LEAST_S = 1.0  # also without news in the ledger: positions make none
VIEWERS_PER_USER_MAX = 5  # one user's browsers and phones; more would take everybody else's places
# After these a principal is not what it was when the stream began; the client comes back as what it is now.
ENDING_KINDS = frozenset(
    {"device.revoked", "user.changed", "user.disabled", "user.logged_out_everywhere", "session.ended"}
)


@dataclass(frozen=True)
class Event:
    """One ledger entry on its way to viewers."""

    id: int
    kind: str
    subject: str
    audience: str
    district_id: UUID | None
    content: str

    def as_sse(self) -> str:
        """The entry as a server-sent event; the ledger's id is the event's id."""
        return f"id: {self.id}\nevent: {self.kind}\ndata: {self.content}\n\n"


@dataclass(eq=False)
class Subscription:
    """One viewer's bounded queue; a viewer too slow to empty it is cut off and replays on reconnect."""

    user_id: UUID
    sees: Mapping[str, Sees] = field(default_factory=dict)  # by kind of passing news that is asked for
    events: queue.Queue[Event | News | None] = field(default_factory=lambda: queue.Queue(QUEUE_MAX))
    overflowed: bool = False

    def offer(self, event: Event | News | None) -> None:
        """Hand over an event, or the end (None), without ever waiting."""
        try:
            self.events.put_nowait(event)
        except queue.Full:
            self.overflowed = True


class Stream:
    """An open stream; closing it gives its place free, also when nobody has read a word of it (HEAD, a client gone)."""

    def __init__(self, events: Generator[str], leave: Callable[[], None]) -> None:
        self._events = events
        self._leave = leave

    def __iter__(self) -> Iterator[str]:
        return self._events

    def close(self) -> None:
        """The web server calls this at the end of every response."""
        self._events.close()
        self._leave()


class Feed:
    """The tailer of one process; starts with its first viewer."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.settings = app.config["QALA"]
        self._lock = threading.Lock()
        self._subscriptions: set[Subscription] = set()
        self._thread: threading.Thread | None = None
        self._stopping = threading.Event()

    @property
    def viewers(self) -> int:
        """How many streams are open in this process."""
        return len(self._subscriptions)

    def subscribe(self, user_id: UUID, sees: Mapping[str, Sees] | None = None) -> Subscription:
        """Open a place for one more viewer, or say when to come back."""
        # Read before the place is open: what follows this entry is tailed, and what a viewer replays reaches at least to it.
        # A database that is away fails this one viewer, and the next one starts the tailer.
        head_id = self.head() if self._thread is None else 0
        with self._lock:
            own = sum(each.user_id == user_id for each in self._subscriptions)
            if len(self._subscriptions) >= self.settings.sse_viewers_max:
                message = _(
                    "{count} live feeds are open, which is all this server serves: try again in {seconds} s."
                )
                raise _busy(message, len(self._subscriptions))
            if own >= VIEWERS_PER_USER_MAX:
                message = _("You have {count} live feeds open: close one and try again in {seconds} s.")
                raise _busy(message, own)
            subscription = Subscription(user_id, sees or {})
            self._subscriptions.add(subscription)
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._tail, args=(head_id,), name="ledger-feed", daemon=True
                )
                self._thread.start()
        return subscription

    def unsubscribe(self, subscription: Subscription) -> None:
        """Give a viewer's place free."""
        with self._lock:
            self._subscriptions.discard(subscription)

    def stop(self) -> None:
        """End the tailer and wait for it; streams end at once, quiet ones too."""
        self._stopping.set()
        with self._lock:
            subscriptions = list(self._subscriptions)
        for subscription in subscriptions:
            subscription.offer(None)
        if self._thread is not None:
            self._thread.join(2 * LISTEN_TIMEOUT_S)

    def read_after(self, after_id: int) -> list[Event]:
        """A batch of entries after an id, in a short transaction of its own."""
        with self.app.app_context(), transaction(read_only=True):
            rows = service.entries_after(after_id, limit=BATCH)
            return [
                Event(row.id, row.kind, row.subject, row.audience, row.district_id, row.content)
                for row in rows
            ]

    def head(self) -> int:
        """The newest entry's id."""
        with self.app.app_context(), transaction(read_only=True):
            return service.last_id()

    def stream(
        self, principal: Principal, after_id: int | None, now: float, sees: Mapping[str, Sees] | None = None
    ) -> Stream:
        """Server-sent events for one principal: first what was missed, then what happens; ends when the token does.

        ``sees`` are the kinds of passing news that the viewer asks for, and may see.
        """
        subscription = self.subscribe(principal.user_id, sees)
        return Stream(
            self._stream(subscription, principal, after_id, now), lambda: self.unsubscribe(subscription)
        )

    def _stream(
        self, subscription: Subscription, principal: Principal, after_id: int | None, now: float
    ) -> Generator[str]:
        ends_at = time.monotonic() + max(0.0, principal.expires_at.timestamp() - now)
        own = {
            f"user:{principal.user_id}",
            f"device:{principal.device_id}",
            f"session:{principal.session_id}",
        }
        try:
            opened_at_id = self.head()
            sent_id = opened_at_id if after_id is None else after_id
            yield f"retry: {int(RECOVERY_S * 1000)}\n: qala live feed\n\n"
            for event in self._missed_then_live(subscription, sent_id, ends_at):
                if event is None:
                    yield ": still here\n\n"
                    continue
                if isinstance(event, News):
                    said = event.as_sse(subscription.sees[event.kind])
                    if said is not None:
                        yield said
                    continue
                if principal_sees(principal, event):
                    yield event.as_sse()
                if event.id > opened_at_id and event.kind in ENDING_KINDS and event.subject in own:
                    return
        finally:
            self.unsubscribe(subscription)

    def _missed_then_live(
        self, subscription: Subscription, sent_id: int, ends_at: float
    ) -> Iterator[Event | News | None]:
        """Every event after an id, once each and in order; None when it is quiet."""
        while batch := self.read_after(sent_id):
            yield from batch
            sent_id = batch[-1].id
        while not subscription.overflowed and not self._stopping.is_set():
            left_s = ends_at - time.monotonic()
            if left_s <= 0:
                return
            try:
                event = subscription.events.get(timeout=min(HEARTBEAT_S, left_s))
            except queue.Empty:
                yield None
                continue
            if event is None:
                return
            if isinstance(event, News):
                yield event
            elif event.id > sent_id:
                sent_id = event.id
                yield event

    def _tail(self, last_id: int) -> None:
        passing = Watch(self.app, self.settings.feed_positions_s)
        while not self._stopping.is_set():
            try:
                for _news in self._news():
                    while batch := self.read_after(last_id):
                        last_id = batch[-1].id
                        with self._lock:
                            subscriptions = list(self._subscriptions)
                        for event in batch:
                            for subscription in subscriptions:
                                subscription.offer(event)
                    with self._lock:
                        asking = [each for each in self._subscriptions if each.sees]
                    passing.look(asking)
                    if self._stopping.is_set():
                        return
            except Exception:
                log.exception("feed_interrupted")
                self._stopping.wait(RECOVERY_S)

    def _news(self) -> Iterator[None]:
        """Yield at the start and whenever the database may have changed."""
        with self.app.app_context():
            url = db.engine.url
            postgresql = db.engine.dialect.name == "postgresql"
            dsn = url.set(drivername="postgresql").render_as_string(hide_password=False)
        return self._listen(dsn) if postgresql else self._poll()

    def _listen(self, dsn: str) -> Iterator[None]:
        with psycopg.connect(dsn, autocommit=True) as connection:
            connection.execute(f"LISTEN {service.WAKE_CHANNEL}")
            yield
            while True:
                for _notice in connection.notifies(timeout=LISTEN_TIMEOUT_S, stop_after=1):
                    pass
                yield  # also without a notice: one may have been lost with a connection

    def _poll(self) -> Iterator[None]:
        with self.app.app_context():
            engine = db.engine
        connection = engine.raw_connection()
        try:
            cursor = connection.cursor()
            version, looked_at = None, 0.0
            while True:
                seen = cursor.execute("PRAGMA data_version").fetchone()[0]
                if seen != version or time.monotonic() - looked_at >= LOOK_LEAST_S:
                    version, looked_at = seen, time.monotonic()
                    yield
                else:
                    if self._stopping.wait(self.settings.feed_poll_ms / 1000):
                        return
        finally:
            connection.close()


def _busy(message: Message, count: int) -> Busy:
    return Busy(
        message.format(count=count, seconds=RETRY_AFTER_S),
        retry_after_s=RETRY_AFTER_S,
        slug="too-many-viewers",
    )


def principal_sees(principal: Principal, event: Event) -> bool:
    """Whether an entry is for this principal: by its audience and district alone."""
    return event.audience in principal.audiences and principal.in_scope(event.district_id)
