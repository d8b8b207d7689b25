"""The phone's outbox, worker and local copy against the real server: every kind arrives, whole and in pieces."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from flask import Flask
from PIL import Image

from mobile.capture.challenges import ChallengeSource
from mobile.capture.held_challenges import HeldChallenges
from mobile.capture.photos import prepare_frames
from mobile.capture.stock import ChallengeStock
from mobile.client.api_client import ApiClient
from mobile.client.device_key import DeviceKey
from mobile.client.pieces import PIECE_BYTES
from mobile.keeping.seal import KeyFile
from mobile.keeping.store import open_store
from mobile.outbox.ladder import About, Item, ItemKind, ItemState, NewItem, WaitReason
from mobile.outbox.queue import Outbox
from mobile.outbox.task_moves import MovedTask
from mobile.simulated.boot_clock import BootClock
from mobile.simulated.location import fixes_around, inner_point
from mobile.simulated.phone import SimulatedPhone
from mobile.sync.local_copy import LocalCopy
from mobile.sync.worker import PULL_EVERY_S, SyncWorker
from shared.contracts import (
    Challenge,
    DefectReport,
    LocationBatch,
    Photo,
    StopReport,
    TaskCard,
    canonical_json,
    encode,
)
from shared.geometry import Point, place_of
from shared.proofs import defect_message, stop_report_message
from shared.vocabulary import Language, Role, StopState, TaskState
from tests.conftest import PASSWORD, Clock, make_user
from tests.factories import INSIDE, enrol, make_geofence, make_order, make_person, make_route, make_task
from tests.fakes import face_photo
from tests.mobile.painted_face import PaintedFace
from tests.mobile.phone_store import hashes
from tests.phone import Phone

AT = Point(*INSIDE)


MOVES = (ItemKind.TASK_MOVE, ItemKind.FAULT_MOVE)  # their manifests hold no id


@dataclass
class Handset:
    """The core of the real app in one person's hand, and a network that tests may cut."""

    app: Flask
    clock: Clock
    folder: Path
    login: str
    cut: Callable[[httpx.Request], bool] = field(default=lambda _request: False)
    seconds: float = 0.0
    sent_bytes: int = 0

    def __post_init__(self) -> None:
        self.inner = httpx.WSGITransport(app=self.app)
        self.client = ApiClient(
            "http://server.test",
            DeviceKey.generate(),
            Language.EN,
            now=self.clock,
            transport=httpx.MockTransport(self.carry),
        )
        self.client.login(self.login, PASSWORD, "phone")
        self.store = open_store(self.folder / "phone", KeyFile(self.folder / "phone.key"))
        self.outbox = Outbox(self.store, now=self.clock)
        self.local = LocalCopy(self.store, self.outbox)
        self.held = HeldChallenges(self.store, self.local)
        self.worker = SyncWorker(
            self.client,
            self.store,
            self.outbox,
            self.local,
            rng=random.Random(1),
            errands=(ChallengeStock(self.held, self.local.tasks),),
            seconds=lambda: self.seconds,
        )

    def carry(self, request: httpx.Request) -> httpx.Response:
        """To the server and back; where the network is cut, the answer is lost or the request never arrives."""
        if self.cut(request):
            raise httpx.WriteError("broken pipe", request=request)
        self.sent_bytes += len(request.read())
        response = self.inner.handle_request(request)
        return httpx.Response(response.status_code, headers=response.headers, content=response.read())

    def work(self) -> None:
        """Let time pass until the worker has nothing to do but to wait for its next pull."""
        self.worker.wake()
        for _ in range(60):
            wait_s = self.worker.step()
            if wait_s > 0 and not self.outbox.waiting_count():
                return
            self.seconds += wait_s
            self.clock.advance(seconds=wait_s)
        raise AssertionError("the outbox does not get empty")

    def put(
        self,
        kind: ItemKind,
        manifest: bytes,
        message: Callable[[bytes], bytes] | None,
        photos: tuple[bytes, ...] = (),
        **about: UUID,
    ) -> NewItem:
        """Sign and keep something."""
        assert self.client.tokens is not None
        item = NewItem(
            id=UUID(_id_of(manifest)) if kind not in MOVES else uuid4(),
            kind=kind,
            owner_id=self.client.tokens.user.id,
            manifest=manifest,
            signature=self.client.key.sign(message(manifest)) if message else "",
            photos=photos,
            created_at=self.clock().astimezone(UTC),
            about=About("", about),
        )
        self.outbox.put(item)
        return item

    def kept(self, item_id: UUID) -> Item:
        """An item as it stands."""
        kept = self.outbox.get(item_id)
        assert kept is not None
        return kept

    @property
    def device_id(self) -> UUID:
        """The id under which the server knows this phone."""
        assert self.client.tokens is not None
        return self.client.tokens.device_id


def _id_of(manifest: bytes) -> str:
    return str(httpx.Response(200, content=manifest).json()["id"])


def road(seed: int) -> bytes:
    """A picture that is hard to make small."""
    grain = Image.frombytes("RGB", (800, 600), random.Random(seed).randbytes(3 * 800 * 600))
    written = io.BytesIO()
    grain.save(written, "JPEG", quality=80)
    return written.getvalue()


def photos_of(photos: tuple[bytes, ...], at: datetime) -> tuple[Photo, ...]:
    """Photos as a manifest names them."""
    item = NewItem(
        id=uuid4(), kind=ItemKind.DEFECT, owner_id=uuid4(), manifest=b"", created_at=at, photos=photos
    )
    return tuple(Photo(sha256=each, taken_at=at) for each in hashes(item))


@pytest.fixture
def handset(
    app: Flask, clock: Clock, tmp_path: Path, staff: Callable[..., Phone], district_id: UUID
) -> Iterator[Callable[[Role], tuple[Handset, Phone, UUID]]]:
    """A maker of handsets: the handset, the dispatcher behind it, and the id of its user."""
    made: list[Handset] = []

    def make(role: Role) -> tuple[Handset, Phone, UUID]:
        user_id = make_user(app, role.value, role, [district_id])
        made.append(Handset(app, clock, tmp_path, role.value))
        return made[-1], staff(Role.DISPATCHER), UUID(str(user_id))

    yield make
    for each in made:
        each.client.close()
        each.store.close()


Make = Callable[[Role], tuple[Handset, Phone, UUID]]


def plain_task(phone: Handset, dispatcher: Phone, user_id: UUID, district_id: UUID, **fields: object) -> str:
    """A task of one supervisor without people."""
    geofence_id = make_geofence(dispatcher, district_id)
    task = make_task(
        dispatcher,
        district_id,
        start=phone.clock(),
        geofence_id=geofence_id,
        assignee_ids=[str(user_id)],
        person_ids=[],
        **fields,
    )
    return str(task)


def at_work(phone: Handset, dispatcher: Phone, user_id: UUID, district_id: UUID) -> UUID:
    """An enrolled person whose work in the park begins now."""
    person_id = make_person(dispatcher, district_id)
    enrol(dispatcher, person_id, [face_photo("serik", shot) for shot in range(4)])
    geofence_id = make_geofence(dispatcher, district_id)
    make_order(dispatcher, person_id)
    people = {"assignee_ids": [str(user_id)], "person_ids": [person_id]}
    make_task(dispatcher, district_id, start=phone.clock(), geofence_id=geofence_id, **people)
    return UUID(person_id)


def check_in(phone: Handset, dispatcher: Phone, user_id: UUID, district_id: UUID) -> NewItem:
    """Put a check-in of an enrolled person in the park into the outbox."""
    person_id = at_work(phone, dispatcher, user_id, district_id)
    phone.worker.step()
    phone.worker.step()
    [task] = phone.local.tasks()
    item = captured(phone, SimulatedPhone(phone.client, random.Random(1)), task.card, person_id)
    phone.outbox.put(item)
    return item


def captured(
    phone: Handset,
    simulated: SimulatedPhone,
    task: TaskCard,
    person_id: UUID,
    challenge: Challenge | None = None,
) -> NewItem:
    """A check-in of somebody in the park, as it goes into the outbox; by default it asks for its challenge."""
    place = place_of(task.place or {}, task.radius_m)
    capture = simulated.check_in(
        task, person_id, PaintedFace("serik"), inner_point(place), challenge=challenge
    )
    assert phone.client.tokens is not None
    return NewItem(
        id=capture.id,
        kind=ItemKind.CHECK_IN,
        owner_id=phone.client.tokens.user.id,
        manifest=capture.manifest,
        signature=capture.signature,
        photos=capture.frames,
        created_at=phone.clock(),
        about=About("Серик, приход", {"task": task.id, "person": person_id}),
    )


@pytest.mark.parametrize(
    ("minutes_away", "outcome", "doubts"), [(15, "accepted", set()), (45, "to_review", {"challenge_fresh"})]
)
def test_phone_that_goes_offline_without_a_warning_checks_somebody_in(
    handset: Make, district_id: UUID, minutes_away: int, outcome: str, doubts: set[str]
) -> None:
    """It holds movements for who is at work, though nobody touched a button; after a long outage a person decides."""
    phone, dispatcher, user_id = handset(Role.SUPERVISOR)
    person_id = at_work(phone, dispatcher, user_id, district_id)
    simulated = SimulatedPhone(phone.client, random.Random(1), BootClock(lambda: phone.clock().timestamp()))
    simulated.boot_clock.hear(phone.clock())
    for _ in range(3):
        phone.worker.step()  # pull, and what the worker does by itself
    [task] = phone.local.tasks()
    phone.cut = lambda _request: True
    phone.clock.advance(minutes=minutes_away)
    source = ChallengeSource(phone.client.challenges, phone.held, phone.client.server_now)
    challenge = source.get(task.card.id, person_id)
    assert challenge is not None
    phone.clock.advance(seconds=10)
    item = captured(phone, simulated, task.card, person_id, challenge)
    phone.outbox.put(item)
    phone.clock.advance(minutes=30)
    phone.cut = lambda _request: False
    phone.worker.reconnected()
    phone.work()
    answer = phone.kept(item.id).answer
    assert answer is not None
    assert (outcome, doubts) == (
        answer["outcome"],
        {each["code"] for each in answer["findings"] if each["result"] != "ok"},
    )
    assert [] == phone.local.spot_checks()


def test_check_in_climbs_to_verified(handset: Make, district_id: UUID) -> None:
    """From the outbox to a verdict; the roster finds it by its task; its photos are gone from the phone."""
    phone, dispatcher, user_id = handset(Role.SUPERVISOR)
    item = check_in(phone, dispatcher, user_id, district_id)
    phone.work()
    kept = phone.kept(item.id)
    assert kept.answer is not None
    assert (ItemState.VERIFIED, "accepted") == (kept.state, kept.answer["outcome"])
    assert ([kept], ()) == (phone.outbox.about(item.about.subjects["task"]), phone.outbox.photos(item.id))
    phone.seconds += PULL_EVERY_S
    phone.worker.step()
    answer = phone.local.check_in(item.id)
    assert answer is not None
    assert kept.answer["summary"] == answer.summary


def test_check_in_arrives_in_pieces(handset: Make, district_id: UUID) -> None:
    """After a cut its frames come as files, and are judged as frames."""
    phone, dispatcher, user_id = handset(Role.SUPERVISOR)
    item = check_in(phone, dispatcher, user_id, district_id)
    phone.client.piece_bytes = 100
    _as_if_cut(phone, item)
    phone.work()
    assert phone.kept(item.id).state is ItemState.VERIFIED


def test_lost_answer_of_a_check_in_costs_no_second_upload(handset: Make, district_id: UUID) -> None:
    """The server is asked by the id alone; one check-in is there."""
    phone, dispatcher, user_id = handset(Role.SUPERVISOR)
    item = check_in(phone, dispatcher, user_id, district_id)
    phone.client.piece_bytes = 100
    _as_if_cut(phone, item)
    phone.client.send_evidence(  # it arrives, and nobody hears the answer
        f"/check-ins/{item.id}", ("check_in", item.manifest), item.signature, ("frame", item.photos)
    )
    before = phone.sent_bytes
    phone.work()
    assert phone.kept(item.id).state is ItemState.VERIFIED
    assert phone.sent_bytes - before < len(item.manifest) + 1500  # the parts of the form, and no photo
    listed = dispatcher.get("/check-ins").json
    assert [str(item.id)] == [each["id"] for each in listed["items"]]  # type: ignore[index]


@pytest.mark.parametrize("in_pieces", [False, True])
def test_defect_arrives(handset: Make, district_id: UUID, in_pieces: bool) -> None:
    """Whole, or in pieces over a network that breaks again and again; sync then knows of it."""
    phone, _dispatcher, _user_id = handset(Role.CREW)
    now = phone.clock()
    photos = prepare_frames([road(1), road(2)])
    assert sum(map(len, photos)) > 4 * PIECE_BYTES
    report = DefectReport(
        id=uuid4(),
        device_id=phone.device_id,
        captured_at=now,
        photos=photos_of(photos, now),
        fixes=fixes_around(AT, now, random.Random(1), 4),
        heading_deg=90.0,
    )
    item = phone.put(ItemKind.DEFECT, canonical_json(encode(report)), defect_message, photos)
    if in_pieces:
        cuts = random.Random(2)
        phone.cut = lambda request: request.method == "PUT" and cuts.random() < 0.3
        _as_if_cut(phone, item)
    phone.work()
    phone.cut = lambda _request: False
    assert phone.kept(item.id).problem is None
    assert (ItemState.STORED, ()) == (phone.kept(item.id).state, phone.outbox.photos(item.id))
    phone.work()
    defect = phone.local.defect(item.id)
    assert defect is not None
    assert hashes(item) == defect.received


def _as_if_cut(phone: Handset, item: NewItem) -> None:
    """An upload of it broke off before."""
    with phone.store.database.writing() as connection:
        connection.execute("UPDATE outbox SET cut = 1 WHERE id = ?", (str(item.id),))


def test_stop_report_and_fixes_arrive(handset: Make, district_id: UUID) -> None:
    """The route comes by sync, its stop is done on the phone at once, and on the server afterwards."""
    phone, dispatcher, user_id = handset(Role.CREW)
    now = phone.clock()
    route = make_route(dispatcher, district_id, start=now - timedelta(hours=1), assignee_ids=[str(user_id)])
    phone.work()
    [local] = phone.local.routes()
    stop = local.sheet.stops[0]
    report = StopReport(
        id=uuid4(),
        device_id=phone.device_id,
        route_id=local.sheet.id,
        stop_id=stop.id,
        route_version=local.sheet.version,
        state=StopState.DONE,
        captured_at=now,
        fixes=fixes_around(AT, now, random.Random(1), 3),
    )
    about: dict[str, Any] = {"route": local.sheet.id, "stop": stop.id}
    reported = phone.put(ItemKind.STOP_REPORT, canonical_json(encode(report)), stop_report_message, **about)
    batch = LocationBatch(
        id=uuid4(),
        device_id=phone.device_id,
        route_id=local.sheet.id,
        fixes=fixes_around(AT, now, random.Random(1), 20),
    )
    fixes = phone.put(ItemKind.LOCATION_FIXES, canonical_json(encode(batch)), None, route=local.sheet.id)
    shown = phone.local.route(local.sheet.id)
    assert shown is not None
    assert (StopState.DONE, {stop.id}) == (shown.sheet.stops[0].state, shown.unsent_stops)
    phone.work()
    assert [ItemState.VERIFIED] * 2 == [phone.kept(each.id).state for each in (reported, fixes)]
    phone.work()
    shown = phone.local.route(local.sheet.id)
    assert shown is not None
    assert (StopState.DONE, frozenset()) == (shown.sheet.stops[0].state, shown.unsent_stops)
    assert "done" == dispatcher.get(f"/routes/{route['id']}").json["stops"][0]["state"]  # type: ignore[index]


def test_task_move_arrives(handset: Make, district_id: UUID) -> None:
    """Once more, after the server has lost nothing but its answer, too."""
    phone, dispatcher, user_id = handset(Role.SUPERVISOR)
    plain_task(phone, dispatcher, user_id, district_id)
    phone.work()
    [task] = phone.local.tasks()
    move = MovedTask(task_id=task.card.id, to=TaskState.IN_PROGRESS)
    item = phone.put(ItemKind.TASK_MOVE, move.manifest(), None, task=task.card.id)
    phone.client.move_task(item.id, move.task_id, move.to)
    phone.work()
    assert phone.kept(item.id).state is ItemState.VERIFIED
    phone.work()
    [task] = phone.local.tasks()
    assert (TaskState.IN_PROGRESS, False) == (task.card.state, task.unsent)


def test_task_move_whose_answer_was_lost_is_settled_though_the_task_has_moved_on(
    handset: Make, district_id: UUID
) -> None:
    """The server has made it; somebody else has moved the task further before the second try."""
    phone, dispatcher, user_id = handset(Role.SUPERVISOR)
    task_id = plain_task(phone, dispatcher, user_id, district_id)
    phone.work()
    [task] = phone.local.tasks()
    move = MovedTask(task_id=task.card.id, to=TaskState.IN_PROGRESS)
    item = phone.put(ItemKind.TASK_MOVE, move.manifest(), None, task=task.card.id)
    phone.client.move_task(item.id, move.task_id, move.to)  # it arrives, and nobody hears the answer
    answer = dispatcher.post(f"/tasks/{task_id}/moves", json={"to": "cancelled", "reason": "Метель"})
    assert answer.status_code == 200, answer.text
    _as_if_cut(phone, item)
    phone.work()
    assert phone.kept(item.id).state is ItemState.VERIFIED


def test_task_move_whose_answer_was_lost_is_not_made_twice_after_it_was_taken_back(
    handset: Make, district_id: UUID
) -> None:
    """«Done» arrives unheard, a dispatcher reopens the task, and the phone tries again: the task stays open."""
    phone, dispatcher, user_id = handset(Role.SUPERVISOR)
    task_id = plain_task(phone, dispatcher, user_id, district_id, required_evidence=[])
    for to in (TaskState.IN_PROGRESS, TaskState.DONE):
        move = MovedTask(task_id=UUID(task_id), to=to)
        item = phone.put(ItemKind.TASK_MOVE, move.manifest(), None, task=UUID(task_id))
        phone.client.move_task(item.id, move.task_id, move.to)
    back = {"to": "in_progress", "reason": "Снег ещё лежит"}
    answer = dispatcher.post(f"/tasks/{task_id}/moves", json=back)
    assert answer.status_code == 200, answer.text
    _as_if_cut(phone, item)
    phone.work()
    phone.work()
    assert phone.kept(item.id).state is ItemState.VERIFIED
    [task] = phone.local.tasks()
    assert (TaskState.IN_PROGRESS, False) == (task.card.state, task.unsent)
    moves = dispatcher.get(f"/tasks/{task_id}").json["moves"]  # type: ignore[index]
    assert ["assigned", "in_progress", "done", "in_progress"] == [each["target"] for each in moves]


def test_report_for_a_route_that_was_taken_away_is_kept_and_visible(handset: Make, district_id: UUID) -> None:
    """The dispatcher withdrew it while the phone was away: nothing of the work is lost."""
    phone, dispatcher, user_id = handset(Role.SUPERVISOR)
    task_id = plain_task(phone, dispatcher, user_id, district_id)
    phone.work()
    [task] = phone.local.tasks()
    phone.cut = lambda request: "/moves" in request.url.path
    move = MovedTask(task_id=task.card.id, to=TaskState.IN_PROGRESS)
    item = phone.put(ItemKind.TASK_MOVE, move.manifest(), None, task=task.card.id)
    answer = dispatcher.post(f"/tasks/{task_id}/moves", json={"to": "draft"})
    assert answer.status_code == 200, answer.text
    for _ in range(3):
        phone.worker.wake()
        phone.worker.step()
    assert phone.kept(item.id).why in (None, WaitReason.UNREACHABLE)
    [task] = phone.local.tasks()
    assert (True, True) == (task.withdrawn, phone.kept(item.id).withdrawn)
    phone.cut = lambda _request: False
    phone.worker.reconnected()
    phone.work()
    assert phone.kept(item.id).state is ItemState.REFUSED
    assert phone.kept(item.id).problem is not None
