"""Whatever order things happen in (put, send, answers, crashes, full disks, clocks that are set): nothing is lost or doubled."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from mobile.client.answers import Problem, Refused, RetryLater, Why
from mobile.keeping.disk import StoreFull, write_durably
from mobile.keeping.files import SealedFiles
from mobile.outbox.ladder import UNDELIVERED, Done, End, ItemState, NewItem, Parcel
from tests.mobile.phone_store import Phone, done, new_item

MEMORY = Path("/dev/shm")  # thousands of waits for the disk are no part of what is asked here
REFUSED = Refused(Problem(status=422, slug="invalid", detail="said so"))


class Crash(BaseException):
    """The process ends here."""


class OutboxMachine(RuleBasedStateMachine):
    """A phone whose process is killed at any moment, and a server that keeps what it got by id."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None)
        self.saved: dict[UUID, NewItem] = {}
        self.server: dict[UUID, tuple[bytes, tuple[bytes, ...]]] = {}
        self.refused: set[UUID] = set()
        self.discarded: set[UUID] = set()

    @initialize()
    def start(self) -> None:
        """A new phone."""
        self.phone = Phone(Path(self.folder.name))

    @rule(photos=st.lists(st.binary(max_size=40), max_size=3))
    def put(self, photos: list[bytes]) -> None:
        """Capture something; twice by a nervous thumb."""
        item = new_item(photos=tuple(photos), created_at=self.phone.clock.now)
        self.phone.outbox.put(item)
        self.phone.outbox.put(item)
        self.saved[item.id] = item

    @rule(after_file=st.booleans(), full=st.booleans())
    def put_in_vain(self, after_file: bool, full: bool) -> None:
        """The process ends, or the disk is full, before «saved» was said."""
        store = self.phone.store

        def write(path: Path, data: bytes) -> None:
            if after_file:
                write_durably(path, data)
            raise StoreFull if full else Crash

        object.__setattr__(store, "files", SealedFiles(store.files.folder, store.seal, write=write))
        try:
            self.phone.outbox.put(new_item())
        except (Crash, StoreFull):
            pass
        if full:
            object.__setattr__(store, "files", SealedFiles(store.files.folder, store.seal))
        self.restart()

    @rule(
        how=st.sampled_from(
            ["stored", "verified", "lost before", "lost after", "other bytes", "busy", "refused", "sign in"]
        ),
        crash=st.sampled_from(["no", "before", "after"]),
    )
    def send(self, how: str, crash: str) -> None:
        """Send what is due; the process may end before the request, or before its answer is written down."""
        item_id = self.phone.due()
        if item_id is None:
            return
        parcel = self.phone.dispatch.begin(item_id)
        assert parcel is not None
        if crash == "before":
            self.restart()
            return
        end = self.answer(parcel, how)
        if crash == "after":
            self.restart()
            return
        self.phone.dispatch.finish(item_id, end, self.phone.clock.now)
        if isinstance(end, Refused):
            self.refused.add(item_id)

    def answer(self, parcel: Parcel, how: str) -> End:
        """What the server does and says; a second time it must get what it got the first time."""
        if how in ("stored", "verified", "lost after"):
            content = (parcel.manifest, parcel.photos)
            assert content == self.server.setdefault(parcel.id, content)
        return {
            "stored": done(self.saved[parcel.id], verified=False),
            "verified": done(self.saved[parcel.id]),
            "other bytes": Done(received=("0" * 64,)),
            "lost before": RetryLater(15.0, Why.UNREACHABLE, "ConnectError"),
            "lost after": RetryLater(15.0, Why.UNREACHABLE, "ReadTimeout"),
            "busy": RetryLater(30.0, Why.BUSY),
            "sign in": RetryLater(15.0, Why.SIGN_IN),
            "refused": REFUSED,
        }[how]

    @rule()
    def hear(self) -> None:
        """Sync tells what the server has."""
        with self.phone.store.database.writing() as connection:
            arrived = [
                self.phone.dispatch.heard(
                    connection, item_id, done(self.saved[item_id]), self.phone.clock.now
                )
                for item_id in self.server
                if item_id not in self.discarded
            ]
        self.phone.dispatch.drop_photos(each for each in arrived if each)

    @rule()
    def restart(self) -> None:
        """The process ends and the app starts again."""
        self.phone.restart()

    @rule(hours=st.sampled_from([0.01, 1, 48, -48]))
    def set_clock(self, hours: float) -> None:
        """Time passes, or somebody sets the clock."""
        self.phone.clock.now += timedelta(hours=hours)

    @rule()
    def retry_refused(self) -> None:
        """A person sends the refused ones again."""
        for item_id in self.refused - self.discarded:
            self.phone.outbox.retry(item_id)
        self.refused -= self.refused - self.discarded

    @rule()
    def discard_one(self) -> None:
        """A person gives one up that was refused, and says so."""
        for item_id in sorted(self.refused - self.discarded)[:1]:
            self.phone.outbox.discard(item_id, confirmed=True)
            self.discarded.add(item_id)

    @invariant()
    def nothing_is_lost(self) -> None:
        """Every saved item is whole on the phone or whole on the server, and stands once on its list."""
        for item_id, item in self.saved.items():
            if item_id in self.discarded:
                continue
            kept = self.phone.outbox.get(item_id)
            assert kept is not None
            if kept.state in UNDELIVERED:
                assert item.photos == self.phone.outbox.photos(item_id)
            else:
                assert (item.manifest, item.photos) == self.server[item_id]

    @invariant()
    def only_what_is_undelivered_has_a_file(self) -> None:
        """Photos leave the phone's storage once the server has them, and not before."""
        if not hasattr(self, "phone"):
            return
        expected = {
            item_id.hex
            for item_id, item in self.saved.items()
            if item.photos and (kept := self.phone.outbox.get(item_id)) and kept.state in UNDELIVERED
        }
        assert expected == {path.name for path in self.phone.files()}

    def teardown(self) -> None:
        """In the end everything arrives, once."""
        if hasattr(self, "phone"):
            self.phone.restart()
            self.phone.clock.pass_time(7200.0)
            while (item_id := self.phone.due()) is not None:
                parcel = self.phone.dispatch.begin(item_id)
                assert parcel is not None
                self.phone.dispatch.finish(item_id, self.answer(parcel, "verified"), self.phone.clock.now)
            held = self.refused | self.discarded
            assert set(self.saved) - held <= set(self.server)
            assert set(self.server) <= set(self.saved)
            assert [] == [
                each
                for each in self.phone.outbox.items(limit=1000)
                if each.waiting or each.state is ItemState.DAMAGED
            ]
            self.phone.store.close()
        self.folder.cleanup()


TestOutbox = OutboxMachine.TestCase
TestOutbox.settings = settings(max_examples=40, stateful_step_count=25, deadline=None, derandomize=True)
