"""The outbox as screens and the worker use it: saved means saved, and nothing leaves before the server has it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from mobile.client.answers import Problem, Refused, RetryLater, Why
from mobile.keeping.disk import StoreFull
from mobile.keeping.files import SealedFiles
from mobile.outbox.ladder import About, Damage, Done, Fault, ItemKind, ItemState, WaitReason
from mobile.outbox.queue import OtherContent
from mobile.outbox.task_moves import MovedTask
from shared.vocabulary import TaskState
from tests.mobile.phone_store import OWNER, PHOTOS, Phone, done, new_item

LOST = RetryLater(15.0, Why.UNREACHABLE, "ConnectError")
REFUSAL = Refused(Problem(status=422, slug="invalid", detail="said so", errors={"frames": ["too dark"]}))


@pytest.fixture
def phone(tmp_path: Path) -> Phone:
    """A phone with nothing to send."""
    return Phone(tmp_path)


# --- saved -----------------------------------------------------------------------------------------------


def test_saved_item_outlives_a_crash(phone: Phone) -> None:
    """With its bytes as they were signed, its photos, and what it is about."""
    person = uuid4()
    item = new_item(about=About("Ахметов С. Б., приход", {"person": person}))
    phone.outbox.put(item)
    phone.restart()
    kept = phone.outbox.get(item.id)
    assert kept is not None
    assert (ItemState.SAVED, item.about, item.created_at) == (kept.state, kept.about, kept.created_at)
    assert (3, sum(map(len, PHOTOS)), True) == (kept.photo_count, kept.photo_bytes, kept.waiting)
    assert PHOTOS == phone.outbox.photos(item.id)
    assert [kept] == phone.outbox.about(person)
    parcel = phone.dispatch.begin(item.id)
    assert parcel is not None
    assert (item.manifest, item.signature, PHOTOS) == (parcel.manifest, parcel.signature, parcel.photos)


def test_same_item_twice_is_kept_once(phone: Phone) -> None:
    """A thumb that taps twice; another content under the same id is a mistake."""
    item = new_item()
    phone.outbox.put(item)
    phone.outbox.put(item)
    with pytest.raises(OtherContent, match="make a new id"):
        phone.outbox.put(new_item(id=item.id, photos=(b"other",)))
    assert [item.id] == [each.id for each in phone.outbox.items()]
    assert PHOTOS == phone.outbox.photos(item.id)


def test_full_disk_keeps_nothing_of_an_item(phone: Phone) -> None:
    """The person is told before the phone is put away; what was saved before stays."""
    before = new_item()
    phone.outbox.put(before)

    def full(_path: Path, _data: bytes) -> None:
        raise StoreFull

    object.__setattr__(
        phone.store, "files", SealedFiles(phone.store.files.folder, phone.store.seal, write=full)
    )
    item = new_item()
    with pytest.raises(StoreFull):
        phone.outbox.put(item)
    assert phone.outbox.get(item.id) is None
    phone.restart()
    assert [before.id] == [each.id for each in phone.outbox.items()]
    assert 1 == len(phone.files())


def test_full_database_leaves_no_file(phone: Phone) -> None:
    """The row did not fit: the photos beside it go again."""
    phone.store.database._writer.execute("PRAGMA max_page_count = 1")
    with pytest.raises(StoreFull):
        phone.outbox.put(new_item(manifest=b"x" * 200_000))
    assert ([], []) == (phone.outbox.items(), phone.files())


def test_crash_between_file_and_row_is_swept(phone: Phone) -> None:
    """Not saved was never said, so the file is nobody's."""
    phone.store.files.put(uuid4().hex, [b"orphan"])
    (phone.store.files.folder / ".half.0badcafe").write_bytes(b"half")
    item = new_item()
    phone.outbox.put(item)
    phone.restart()
    assert [item.id.hex] == [path.name for path in phone.files()]


def test_screen_hears_of_every_change(phone: Phone) -> None:
    """Until it stops listening; a listener that fails costs nobody a record."""
    heard: list[str] = []

    def fail() -> None:
        raise RuntimeError("a screen that is gone")

    phone.outbox.listen(fail)
    stop = phone.outbox.listen(lambda: heard.append("change"))
    phone.outbox.put(new_item())
    stop()
    phone.outbox.put(new_item())
    assert ["change"] == heard
    assert 2 == phone.outbox.waiting_count()


def test_list_comes_in_pages_newest_first(phone: Phone) -> None:
    """A list of thousands is never read at once."""
    ids = [new_item(photos=()) for _ in range(5)]
    for item in ids:
        phone.outbox.put(item)
    first = phone.outbox.items(limit=3)
    rest = phone.outbox.items(limit=3, before=first[-1].number)
    assert [item.id for item in reversed(ids)] == [each.id for each in (*first, *rest)]


# --- the ladder ------------------------------------------------------------------------------------------


def test_stored_item_lets_its_photos_go(phone: Phone) -> None:
    """Only once the server has named the hash of each."""
    item = new_item()
    phone.outbox.put(item)
    assert phone.dispatch.begin(item.id) is not None
    assert phone.outbox.get(item.id).state is ItemState.SENDING  # type: ignore[union-attr]
    assert ItemState.STORED is phone.dispatch.finish(item.id, done(item, verified=False), phone.clock.now)
    kept = phone.outbox.get(item.id)
    assert kept is not None
    assert ({"summary": "Received."}, phone.clock.now, False) == (kept.answer, kept.settled_at, kept.waiting)
    assert ((), []) == (phone.outbox.photos(item.id), phone.files())


@pytest.mark.parametrize("received", [(), ("0" * 64,) * 3])
def test_other_hashes_keep_the_photos(phone: Phone, received: tuple[str, ...]) -> None:
    """Whatever a sender believes: the outbox itself compares."""
    item = new_item()
    phone.outbox.put(item)
    phone.dispatch.begin(item.id)
    assert ItemState.SENT is phone.dispatch.finish(item.id, Done(received=received), phone.clock.now)
    kept = phone.outbox.get(item.id)
    assert kept is not None
    assert (WaitReason.UNCONFIRMED, PHOTOS) == (kept.why, phone.outbox.photos(item.id))


def test_crash_while_sending_sends_again(phone: Phone) -> None:
    """Ids are idempotent, so twice is safe and once too few is not."""
    item = new_item()
    phone.outbox.put(item)
    phone.dispatch.begin(item.id)
    assert phone.due() is None
    phone.restart()
    assert item.id == phone.due()


def test_refused_item_stays_with_its_reason(phone: Phone) -> None:
    """And its photos: a person decides, and may send it again."""
    item = new_item()
    phone.outbox.put(item)
    phone.dispatch.begin(item.id)
    assert ItemState.REFUSED is phone.dispatch.finish(item.id, REFUSAL, phone.clock.now)
    phone.restart()
    kept = phone.outbox.get(item.id)
    assert kept is not None
    assert (REFUSAL.problem, PHOTOS, 1) == (
        kept.problem,
        phone.outbox.photos(item.id),
        phone.outbox.trouble_count(),
    )
    assert phone.due() is None
    phone.outbox.retry(item.id)
    assert item.id == phone.due()


def test_refused_item_does_not_block_the_next(phone: Phone) -> None:
    """Nor does one that waits."""
    bad, slow, good = new_item(), new_item(), new_item()
    for item in (bad, slow, good):
        phone.outbox.put(item)
    for item, end in ((bad, REFUSAL), (slow, RetryLater(60.0, Why.BUSY))):
        assert item.id == phone.due()
        phone.dispatch.begin(item.id)
        phone.dispatch.finish(item.id, end, phone.clock.now)
    assert good.id == phone.due()


def test_oldest_goes_first_whatever_the_clock_says(phone: Phone) -> None:
    """The order of saving counts: a clock may be set back between two captures."""
    first, second = new_item(), new_item(created_at=new_item().created_at - timedelta(days=2))
    phone.outbox.put(first)
    phone.outbox.put(second)
    assert first.id == phone.due()


def test_waits_grow_and_busy_servers_are_obeyed(phone: Phone) -> None:
    """Never before the time that the server named; with jitter after it."""
    item = new_item()
    phone.outbox.put(item)
    for _ in range(3):
        phone.dispatch.begin(item.id)
        phone.dispatch.finish(item.id, RetryLater(120.0, Why.BUSY), phone.clock.now)
        phone.clock.pass_time(119.9)
        assert phone.due() is None
        phone.clock.pass_time(20.0)
        assert item.id == phone.due()
    assert 3 == phone.outbox.get(item.id).tries  # type: ignore[union-attr]


def test_clock_that_is_set_ends_a_wait(phone: Phone) -> None:
    """Back by two days, or forward: an item must not lie for days."""
    for jump in (timedelta(days=-2), timedelta(days=2)):
        item = new_item()
        phone.outbox.put(item)
        phone.dispatch.begin(item.id)
        phone.dispatch.finish(item.id, RetryLater(3000.0, Why.BUSY), phone.clock.now)
        assert phone.due() is None
        phone.clock.now += jump
        assert item.id == phone.due()
        assert phone.outbox.oldest_waiting_age() >= timedelta()  # type: ignore[operator]
        phone.outbox.discard(item.id, confirmed=True)


def test_next_wait_is_known(phone: Phone) -> None:
    """So that the worker sleeps no longer than it must."""
    assert phone.dispatch.next_due_in_s(OWNER, tuple(ItemKind), phone.clock.now, photos=True) is None
    item = new_item()
    phone.outbox.put(item)
    phone.dispatch.begin(item.id)
    phone.dispatch.finish(item.id, RetryLater(100.0, Why.BUSY), phone.clock.now)
    wait_s = phone.dispatch.next_due_in_s(OWNER, tuple(ItemKind), phone.clock.now, photos=True)
    assert wait_s is not None
    assert 100.0 <= wait_s <= 104.0
    phone.dispatch.forget_waits(WaitReason.UNREACHABLE)
    assert phone.due() is None
    phone.dispatch.forget_waits(WaitReason.UNREACHABLE, WaitReason.BUSY)
    assert item.id == phone.due()


@pytest.mark.parametrize(
    ("end", "state", "why"),
    [
        (LOST, ItemState.SAVED, WaitReason.UNREACHABLE),
        (RetryLater(15.0, Why.UNREACHABLE, "ReadTimeout"), ItemState.SENT, WaitReason.UNREACHABLE),
        (RetryLater(15.0, Why.NOT_OURS), ItemState.SAVED, WaitReason.NOT_OURS),
        (RetryLater(15.0, Why.SIGN_IN), ItemState.SAVED, WaitReason.SIGN_IN),
        (Fault("KeyError"), ItemState.SAVED, WaitReason.FAULT),
    ],
)
def test_reason_of_waiting_is_shown(
    phone: Phone, end: RetryLater | Fault, state: ItemState, why: WaitReason
) -> None:
    """Silence is the worst thing that a queue can do."""
    item = new_item()
    phone.outbox.put(item)
    phone.dispatch.begin(item.id)
    assert state is phone.dispatch.finish(item.id, end, phone.clock.now)
    kept = phone.outbox.get(item.id)
    assert kept is not None
    assert (why, True) == (kept.why, kept.waiting)
    assert (kept.waits_until is None, kept.tries) == ((True, 0) if why is WaitReason.SIGN_IN else (False, 1))


def test_upload_that_was_cut_is_remembered(phone: Phone) -> None:
    """So that the next try may send pieces; one that never began goes whole again."""
    item = new_item()
    phone.outbox.put(item)
    cuts = []
    for detail in ("ConnectError", "WriteError", "ConnectError"):
        parcel = phone.dispatch.begin(item.id)
        assert parcel is not None
        cuts.append(parcel.cut)
        phone.dispatch.finish(item.id, RetryLater(15.0, Why.UNREACHABLE, detail), phone.clock.now)
    assert [False, False, True] == cuts


# --- damage ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("damage", list(Damage))
def test_damaged_item_says_so_and_blocks_nobody(phone: Phone, damage: Damage) -> None:
    """A broken file or row is a state that everybody sees, never a crash loop."""
    bad, good = new_item(), new_item()
    phone.outbox.put(bad)
    phone.outbox.put(good)
    path = phone.store.files.folder / bad.id.hex
    if damage is Damage.FILE_MISSING:
        path.unlink()
    elif damage is Damage.FILE_CHANGED:
        path.write_bytes(path.read_bytes()[:-3])
    else:
        with phone.store.database.writing() as connection:
            connection.execute("UPDATE outbox SET sealed = x'00' WHERE id = ?", (str(bad.id),))
    assert bad.id == phone.due()
    assert phone.dispatch.begin(bad.id) is None
    assert good.id == phone.due()
    kept = phone.outbox.get(bad.id)
    assert kept is not None
    assert (ItemState.DAMAGED, damage) == (kept.state, kept.damage)
    assert [good.id, bad.id] == [each.id for each in phone.outbox.items()]
    phone.outbox.retry(bad.id)
    assert phone.dispatch.begin(bad.id) is None
    phone.outbox.discard(bad.id, confirmed=True)
    assert [good.id] == [each.id for each in phone.outbox.items()]


def test_file_that_cannot_be_read_is_damage(phone: Phone) -> None:
    """A worn-out memory card, as far as a test can make one."""
    item = new_item()
    phone.outbox.put(item)
    path = phone.store.files.folder / item.id.hex
    path.unlink()
    path.mkdir()
    assert phone.dispatch.begin(item.id) is None
    assert phone.outbox.get(item.id).damage is Damage.FILE_CHANGED  # type: ignore[union-attr]


# --- what a person decides -------------------------------------------------------------------------------


def test_unsent_item_is_discarded_only_after_a_question(phone: Phone) -> None:
    """An item that the server has only leaves the list."""
    unsent, sent = new_item(), new_item()
    for item in (unsent, sent):
        phone.outbox.put(item)
    phone.dispatch.begin(sent.id)
    phone.dispatch.finish(sent.id, done(sent), phone.clock.now)
    phone.outbox.discard(sent.id)
    with pytest.raises(ValueError, match="has not reached the server"):
        phone.outbox.discard(unsent.id)
    assert PHOTOS == phone.outbox.photos(unsent.id)
    phone.outbox.discard(unsent.id, confirmed=True)
    assert ([], []) == (phone.outbox.items(), phone.files())


def test_item_discarded_while_it_is_sent_does_not_come_back(phone: Phone) -> None:
    """Its answer finds nobody."""
    item = new_item()
    phone.outbox.put(item)
    phone.dispatch.begin(item.id)
    phone.outbox.discard(item.id, confirmed=True)
    assert phone.dispatch.finish(item.id, done(item), phone.clock.now) is None
    assert [] == phone.outbox.items()


# --- what may go when ------------------------------------------------------------------------------------


def test_photos_wait_for_wifi_and_the_rest_does_not(phone: Phone) -> None:
    """As the person has chosen."""
    heavy, light = new_item(), new_item(ItemKind.LOCATION_FIXES, photos=())
    phone.outbox.put(heavy)
    phone.outbox.put(light)
    assert (light.id, heavy.id) == (phone.due(photos=False), phone.due(photos=True))
    assert phone.outbox.photos_waiting()


def test_items_of_another_user_wait_for_them(phone: Phone) -> None:
    """A phone may go from hand to hand; nobody sends in another's name."""
    theirs, mine = new_item(owner_id=uuid4()), new_item()
    phone.outbox.put(theirs)
    phone.outbox.put(mine)
    assert mine.id == phone.due()
    phone.outbox.discard(mine.id, confirmed=True)
    assert phone.due() is None
    assert 1 == phone.outbox.waiting_count()


def test_task_is_moved_after_its_evidence(phone: Phone) -> None:
    """«Done» before its check-ins would be refused for lack of evidence; other tasks go on."""
    task = uuid4()
    manifest = MovedTask(task_id=task, to=TaskState.DONE).manifest()
    check_in = new_item(about=About("", {"task": task}))
    move = new_item(ItemKind.TASK_MOVE, manifest=manifest, photos=(), about=About("", {"task": task}))
    other = new_item(ItemKind.TASK_MOVE, photos=(), about=About("", {"task": uuid4()}))
    for item in (check_in, move, other):
        phone.outbox.put(item)
    phone.dispatch.begin(check_in.id)
    phone.dispatch.finish(check_in.id, RetryLater(60.0, Why.BUSY), phone.clock.now)
    assert other.id == phone.due()
    phone.clock.pass_time(70.0)
    assert check_in.id == phone.due()
    phone.dispatch.begin(check_in.id)
    phone.dispatch.finish(check_in.id, REFUSAL, phone.clock.now)  # somebody must look at it; it blocks nobody
    assert move.id == phone.due()


def test_old_items_leave_the_list_once_they_are_verified(phone: Phone) -> None:
    """Two weeks of ladder are enough; what has not arrived stays for ever."""
    verified, refused, waiting = new_item(), new_item(), new_item()
    for item, end in ((verified, done(verified)), (refused, REFUSAL)):
        phone.outbox.put(item)
        phone.dispatch.begin(item.id)
        phone.dispatch.finish(item.id, end, phone.clock.now)
    phone.outbox.put(waiting)
    phone.clock.pass_time(13 * 86400)
    phone.dispatch.prune(phone.clock.now)
    assert 3 == len(phone.outbox.items())
    phone.clock.pass_time(300 * 86400)
    phone.dispatch.prune(phone.clock.now)
    assert [waiting.id, refused.id] == [each.id for each in phone.outbox.items()]
