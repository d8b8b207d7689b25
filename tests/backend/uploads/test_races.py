"""The same thing brought twice at one moment is there once, and nothing lies in the store that no row knows."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from backend.config import Settings
from backend.database import db, transaction
from backend.fleet.positions.models import LocationFix
from backend.ledger.service import entries_after
from backend.uploads.models import EvidenceKey, UploadPiece
from tests.backend.routing.conftest import Shift
from tests.backend.test_concurrency import at_once
from tests.backend.uploads.pieces import put_piece, sha256, standing
from tests.factories import defect_draft, fixes_at, frames_of, location_batch
from tests.fakes import LostWakeUps
from tests.phone import Phone

THREADS = 4
ONE_ID = "7b6a2c1e-4f0d-4a3b-9c8d-1e2f3a4b5c6d"


def lines(app: Flask, phone: Phone) -> list[Phone]:
    """The same phone over several connections."""
    found = []
    for _each in range(THREADS):
        line = Phone(app.test_client())
        line.key, line.tokens, line.headers = phone.key, phone.tokens, phone.headers
        found.append(line)
    return found


def acts(app: Flask, kind: str) -> int:
    """How often the ledger holds an act."""
    with app.app_context(), transaction(read_only=True):
        return sum(entry.kind == kind for entry in entries_after(0, limit=1000))


def stored(settings: Settings) -> set[str]:
    """What lies in the blob store."""
    return {path.name for path in Path(settings.instance_dir / "blobs").rglob("*") if path.is_file()}


def named(app: Flask) -> set[str]:
    """The blobs that rows know of."""
    with app.app_context(), transaction(read_only=True):
        keys = db.session().scalars(sa.select(EvidenceKey.blobs))
        return {name for names in keys for name in names} | set(
            db.session().scalars(sa.select(UploadPiece.blob))
        )


def statuses(answers: list[TestResponse]) -> list[int]:
    """The answers' statuses."""
    return [answer.status_code for answer in answers]


def test_a_defect_sent_several_times_at_once_is_one(shift: Shift, app: Flask, settings: Settings) -> None:
    """Equal answers, one act in the ledger, the photos once."""
    phones = lines(app, shift.crew)
    app.extensions["qala_jobs"] = LostWakeUps()
    draft = defect_draft(shift.crew, shift.clock())
    answers = at_once(THREADS, lambda index: draft.send(phones[index]))
    assert [200] * THREADS == statuses(answers)
    assert 1 == len({answer.text for answer in answers}) == acts(app, "defect.received")
    assert named(app) == stored(settings)


def test_two_reports_under_one_id_at_once_are_one_and_a_conflict(
    shift: Shift, app: Flask, settings: Settings
) -> None:
    """What was received first stands; the other's photos are dropped."""
    phones = lines(app, shift.crew)
    drafts = [defect_draft(shift.crew, shift.clock(), id=ONE_ID) for _each in range(2)]
    assert [200, 409] == sorted(statuses(at_once(2, lambda index: drafts[index].send(phones[index]))))
    assert named(app) == stored(settings)


def test_a_stops_report_sent_several_times_at_once_is_one(
    shift: Shift, app: Flask, settings: Settings
) -> None:
    """And the route is set driving once."""
    phones = lines(app, shift.crew)
    draft = shift.report(photos=frames_of("containers", 1))
    answers = at_once(THREADS, lambda index: draft.send(phones[index]))
    assert [200] * THREADS == statuses(answers)
    assert (1, 2) == (acts(app, "stop.reported"), acts(app, "route.moved"))
    assert named(app) == stored(settings)


def test_reports_of_several_stops_at_once_all_count(shift: Shift, app: Flask) -> None:
    """None of them is lost to another."""
    phones = lines(app, shift.crew)
    drafts = [shift.report(index) for index in range(3)]
    assert [200] * 3 == statuses(at_once(3, lambda index: drafts[index].send(phones[index])))
    assert {"planned": 0, "done": 3, "skipped": 0} == shift.read()["stop_counts"]


def test_two_plans_at_once_are_one_and_a_refusal(shift: Shift, app: Flask) -> None:
    """Both were made from the first version."""
    phones = lines(app, shift.dispatcher)
    plans = [shift.plan(title=title) for title in ("Иначе", "По-другому")]

    def change(index: int) -> TestResponse:
        return phones[index].put(shift.path, json=plans[index], headers={"If-Match": '"1"'})

    assert [200, 412] == sorted(statuses(at_once(2, change)))
    assert 2 == shift.read()["version"]


def test_a_piece_sent_several_times_at_once_is_one(shift: Shift, app: Flask) -> None:
    """A phone that lost its answers, and a network that did not lose the requests."""
    phones = lines(app, shift.crew)
    data = bytes(range(256)) * 4
    answers = at_once(THREADS, lambda index: put_piece(phones[index], data, 0, 500))
    assert [(200, 500)] * THREADS == [(answer.status_code, answer.json["have"]) for answer in answers]
    answers = at_once(THREADS, lambda index: put_piece(phones[index], data, 500))
    assert [200] * THREADS == statuses(answers)
    assert {"sha256": sha256(data), "have": 1024, "total": 1024, "whole": True} == standing(shift.crew, data)


def test_positions_sent_several_times_at_once_are_kept_once(shift: Shift, app: Flask) -> None:
    """The same batch, and the same fixes in batches of other ids."""
    phones = lines(app, shift.crew)
    fixes = fixes_at((54.87, 69.15), shift.clock(), 20)
    batches = [location_batch(shift.crew, fixes) for _each in range(2)] * 2

    def send(index: int) -> TestResponse:
        return phones[index].put(f"/location-fixes/{batches[index]['id']}", json=batches[index])

    answers = at_once(THREADS, send)
    assert [200] * THREADS == statuses(answers)
    with app.app_context(), transaction(read_only=True):
        assert 20 == db.session().scalar(sa.select(sa.func.count()).select_from(LocationFix))
    kept = {answer.json["id"]: answer.json["kept"] for answer in answers}  # type: ignore[index]
    assert 20 == sum(kept.values())
