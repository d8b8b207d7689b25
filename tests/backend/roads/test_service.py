"""Defect reports from the phone to the row, the ledger and /sync; nothing that was photographed is lost."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from flask import Flask

from backend.adapters import blobs
from backend.blobs import BlobMissing
from backend.database import db, transaction
from backend.ledger.service import entries_after
from backend.roads.looking import holding
from backend.roads.models import Defect
from backend.uploads import evidence
from backend.uploads.models import EvidenceKey
from backend.uploads.work import purge_old_photos
from shared.contracts import DefectAnswer, SyncAnswer, decode
from shared.vocabulary import DefectKind, DefectState, Role, Severity
from tests.conftest import Clock
from tests.factories import INSIDE, defect_draft, frames_of, make_geofence, make_task
from tests.fakes import road_photo
from tests.phone import Phone

Staff = Callable[..., Phone]


def test_a_report_is_kept_and_comes_back_by_sync(
    asleep: None, crew: Phone, clock: Clock, district_id: UUID
) -> None:
    """The answer names every photo that the phone may delete now; /sync says the same."""
    draft = defect_draft(crew, clock())
    answer = draft.send(crew)
    assert 200 == answer.status_code, answer.text
    received = decode(DefectAnswer, answer.json)
    hashes = tuple(hashlib.sha256(photo).hexdigest() for photo in draft.photos)
    assert (hashes, DefectState.RECEIVED, 1) == (received.received, received.state, received.version)
    assert "will be looked at" in received.summary
    assert (received,) == decode(SyncAnswer, crew.get("/sync").json).defects


def test_the_same_report_again_gets_the_same_answer(crew: Phone, clock: Clock) -> None:
    """An answer was lost: one row, and no photos that nobody knows."""
    draft = defect_draft(crew, clock())
    first = draft.send(crew)
    clock.advance(minutes=10)
    assert first.json == draft.send(crew).json


def test_the_same_id_with_other_content_is_a_conflict(crew: Phone, clock: Clock) -> None:
    """What was received first stands."""
    draft = defect_draft(crew, clock())
    draft.send(crew)
    draft.manifest["note"] = "another note"
    assert 409 == draft.send(crew).status_code


def test_one_photo_in_two_reports_is_received_twice(crew: Phone, clock: Clock) -> None:
    """Whether they are one fault is for merging to say."""
    photos = frames_of("pothole", 1)
    assert 200 == defect_draft(crew, clock(), photos=photos).send(crew).status_code
    assert 200 == defect_draft(crew, clock(), photos=photos).send(crew).status_code


def test_the_place_is_the_median_of_the_usable_fixes(crew: Phone, clock: Clock, in_app: None) -> None:
    """One wild fix, a made-up one and one from a mast change nothing."""
    draft = defect_draft(crew, clock())
    good = draft.manifest["fixes"]
    moment = clock().isoformat()
    strays = [
        {
            "lat": 54.95,
            "lon": 69.3,
            "accuracy_m": 3,
            "taken_at": (clock() - timedelta(seconds=9)).isoformat(),
        },
        {"lat": 10.0, "lon": 10.0, "accuracy_m": 3, "taken_at": moment, "mock": True},
        {"lat": 54.0, "lon": 69.0, "accuracy_m": 3000, "taken_at": moment},
    ]
    draft.manifest["fixes"] = [*strays, *good]
    draft.send(crew)
    with transaction(read_only=True):
        row = db.session().get_one(Defect, UUID(draft.id))
        assert INSIDE == (row.lat, row.lon)
        assert 6 == row.accuracy_m


@pytest.mark.parametrize("fixes", [[], [{"lat": 0, "lon": 0, "accuracy_m": 5}]], ids=["none", "far away"])
def test_a_report_without_a_place_waits_to_be_placed(
    asleep: None, staff: Staff, crew: Phone, clock: Clock, fixes: list[dict[str, Any]]
) -> None:
    """Received all the same; dispatchers find it."""
    moment = clock().isoformat()
    draft = defect_draft(crew, clock(), fixes=[{**fix, "taken_at": moment} for fix in fixes])
    answer = draft.send(crew)
    assert 200 == answer.status_code, answer.text
    assert "without a place" in answer.json["summary"]
    dispatcher = staff(Role.DISPATCHER)
    waiting = dispatcher.get("/defects?placed=false").json["items"]
    assert [(draft.id, None)] == [(each["id"], each["place"]) for each in waiting]
    assert [] == dispatcher.get("/defects?placed=true").json["items"]


def test_a_phone_with_a_clock_of_1970_is_not_believed_and_loses_nothing(
    crew: Phone, clock: Clock, in_app: None
) -> None:
    """The time of the receipt stands instead, and the row says that it is not sure."""
    draft = defect_draft(crew, clock(), captured_at="1970-01-01T00:00:10Z")
    assert 200 == draft.send(crew).status_code
    with transaction(read_only=True):
        row = db.session().get_one(Defect, UUID(draft.id))
        assert (clock(), False, 1970) == (row.captured_at, row.time_sure, row.device_at.year)


def test_the_boot_clock_carries_the_servers_time(crew: Phone, clock: Clock, in_app: None) -> None:
    """A wall clock two days ahead costs nothing."""
    seen = clock() - timedelta(hours=2)
    times = {"boot_id": "b", "boot_ms": 5_000_000, "server_at": seen.isoformat(), "server_boot_ms": 1_400_000}
    draft = defect_draft(crew, clock() + timedelta(days=2), clock=times)
    assert 200 == draft.send(crew).status_code
    with transaction(read_only=True):
        row = db.session().get_one(Defect, UUID(draft.id))
        assert (seen + timedelta(hours=1), True) == (row.captured_at, row.time_sure)


def test_the_ledger_holds_the_receipt_without_the_words(
    crew: Phone, clock: Clock, in_app: None, district_id: UUID
) -> None:
    """Opaque ids, numbers, a salted hash; no note, no coordinates."""
    draft = defect_draft(crew, clock(), note="у дома Иванова")
    draft.send(crew)
    with transaction(read_only=True):
        entry = [each for each in entries_after(0, limit=1000) if each.kind == "defect.received"][-1]
    assert (f"defect:{draft.id}", "operations", district_id) == (
        entry.subject,
        entry.audience,
        entry.district_id,
    )
    assert "Иванова" not in entry.content
    assert "54.8" not in entry.content


def test_a_report_belongs_to_the_district_of_its_task(
    staff: Staff, clock: Clock, district_id: UUID, other_district_id: UUID
) -> None:
    """A reporter of two districts says by the task which of them it is."""
    crew = staff(Role.CREW, districts=[district_id, other_district_id])
    admin = staff(Role.ADMINISTRATOR)
    for district in (district_id, other_district_id):
        task_id = make_task(
            admin,
            district,
            start=clock(),
            geofence_id=make_geofence(admin, district, name=str(district)),
            assignee_ids=[str(crew.tokens["user"]["id"])],
            person_ids=[],
            kind="inspection",
        )
        draft = defect_draft(crew, clock(), task_id=task_id)
        assert 200 == draft.send(crew).status_code
        row = crew.get(f"/defects/{draft.id}").json
        assert (str(district), task_id) == (row["district_id"], row["task_id"])


def draw(admin: Phone, district: UUID, west: float, east: float) -> None:
    """Give a district the strip between two meridians."""
    corners = [[west, 54.8], [east, 54.8], [east, 54.9], [west, 54.9], [west, 54.8]]
    boundary = {"type": "Polygon", "coordinates": [corners]}
    answer = admin.put(f"/districts/{district}/boundary", json={"boundary": boundary})
    assert 200 == answer.status_code, answer.text


def test_a_report_belongs_to_the_district_of_its_place(
    staff: Staff, clock: Clock, district_id: UUID, other_district_id: UUID
) -> None:
    """Whoever has the case has its photos and the word on it; the reporter keeps seeing the own report."""
    admin, lat, lon = staff(Role.ADMINISTRATOR), *INSIDE
    draw(admin, district_id, lon - 0.1, lon - 0.05)
    draw(admin, other_district_id, lon - 0.05, lon + 0.1)
    crew = staff(Role.CREW, districts=[district_id])
    draft = defect_draft(crew, clock(), photos=[road_photo(DefectKind.POTHOLE, Severity.HIGH)])
    assert 200 == draft.send(crew).status_code
    own = crew.get(f"/defects/{draft.id}")
    assert (200, str(other_district_id)) == (own.status_code, own.json["district_id"])
    assert [draft.id] == [each["id"] for each in crew.get("/sync").json["defects"]]
    here, there = (staff(Role.DISPATCHER, districts=[each]) for each in (other_district_id, district_id))
    (case,) = here.get("/cases").json["items"]
    assert own.json["case_id"] == case["id"]
    assert 200 == here.get(f"/defects/{draft.id}/photos/0").status_code
    assert 200 == here.put(f"/defects/{draft.id}/labels/{uuid4()}", json={"fault": True}).status_code
    assert 404 == there.get(f"/defects/{draft.id}").status_code

    moved = {"lat": lat, "lon": lon - 0.07, "because": "reported_later"}
    assert 200 == here.put(f"/defects/{draft.id}/place", json=moved).status_code
    assert 404 == here.get(f"/defects/{draft.id}").status_code
    (case,) = there.get("/cases").json["items"]
    assert 200 == there.get(f"/defects/{draft.id}/photos/0").status_code
    assert [] == here.get("/cases").json["items"]


def test_who_has_a_case_has_the_reports_of_other_districts_in_it(
    staff: Staff, clock: Clock, district_id: UUID, other_district_id: UUID
) -> None:
    """A task of the next district names the report; older rows have the reporter's own."""
    admin = staff(Role.ADMINISTRATOR)
    draw(admin, other_district_id, INSIDE[1] - 0.05, INSIDE[1] + 0.1)
    crew = staff(Role.CREW)
    task_id = make_task(
        admin,
        district_id,
        start=clock(),
        geofence_id=make_geofence(admin, district_id),
        assignee_ids=[str(crew.tokens["user"]["id"])],
        person_ids=[],
        kind="inspection",
    )
    photos = [road_photo(DefectKind.POTHOLE, Severity.HIGH)]
    draft = defect_draft(crew, clock(), task_id=task_id, photos=photos)
    draft.send(crew)
    assert str(district_id) == crew.get(f"/defects/{draft.id}").json["district_id"]
    dispatcher = staff(Role.DISPATCHER, districts=[other_district_id])
    assert 1 == len(dispatcher.get("/cases").json["items"])
    assert 200 == dispatcher.get(f"/defects/{draft.id}/photos/0").status_code
    assert 200 == dispatcher.put(f"/defects/{draft.id}/labels/{uuid4()}", json={"fault": True}).status_code


def test_a_task_that_is_none_of_the_reporters_does_not_lose_the_report(crew: Phone, clock: Clock) -> None:
    """It is kept without the task; the signed manifest still names it."""
    draft = defect_draft(crew, clock(), task_id=str(uuid4()))
    assert 200 == draft.send(crew).status_code
    assert crew.get(f"/defects/{draft.id}").json["task_id"] is None


def test_photos_are_sealed_and_open_only_with_the_reports_key(
    asleep: None, crew: Phone, clock: Clock, app: Flask
) -> None:
    """Nobody finds the picture's bytes in the store; without the key they are gone."""
    draft = defect_draft(crew, clock())
    draft.send(crew)
    owner = holding.owner(UUID(draft.id))
    with app.app_context():
        with transaction(read_only=True):
            assert draft.photos == [evidence.photo(owner, index) for index in range(2)]
            names = db.session().get_one(EvidenceKey, owner).blobs
            assert all(photo not in blobs().get(name) for name in names for photo in draft.photos)
        with transaction():
            evidence.erase([owner])
        with transaction(read_only=True), pytest.raises(evidence.PhotoGone):
            evidence.photo(owner, 0)


def test_old_photos_are_purged_and_the_report_stays(
    asleep: None, crew: Phone, clock: Clock, app: Flask
) -> None:
    """Keys and blobs go together when their time is over."""
    draft = defect_draft(crew, clock())
    draft.send(crew)
    owner = holding.owner(UUID(draft.id))
    with app.app_context():
        with transaction(read_only=True):
            names = list(db.session().get_one(EvidenceKey, owner).blobs)
        clock.advance(days=364)
        purge_old_photos()
        assert blobs().get(names[0])
        clock.advance(days=2)
        purge_old_photos()
        with pytest.raises(BlobMissing):
            blobs().get(names[0])
        with transaction(read_only=True):
            assert 0 == db.session().scalar(sa.select(sa.func.count()).select_from(EvidenceKey))
            assert db.session().get(Defect, UUID(draft.id)) is not None


def test_phones_forget_reports_after_a_month(crew: Phone, clock: Clock) -> None:
    """A tombstone; the server keeps the report."""
    draft = defect_draft(crew, clock())
    draft.send(crew)
    cursor = crew.get("/sync").json["cursor"]
    clock.advance(days=31)
    crew.sign_in(crew.tokens["user"]["login"], "correct horse battery")
    later = decode(SyncAnswer, crew.get(f"/sync?cursor={cursor}").json)
    assert [("defect", draft.id)] == [(each.kind, str(each.id)) for each in later.tombstones]
    assert 200 == crew.get(f"/defects/{draft.id}").status_code
