"""From received photos to a result: looked at, blurred, told by /sync and the ledger; the originals go, the hashes stay."""

from __future__ import annotations

import dataclasses
import io
import json
from typing import Any
from uuid import UUID

import numpy as np
import pytest
import sqlalchemy as sa
from flask import Flask
from PIL import Image

from backend.adapters import blobs
from backend.blobs import BlobMissing
from backend.database import transaction
from backend.jobs import LANES, Lane
from backend.ledger.models import LedgerEntry
from backend.roads.looking import holding, work
from backend.roads.looking.models import DefectPhoto, Looking
from backend.roads.models import Defect
from backend.uploads import evidence
from backend.uploads.models import EvidenceKey
from shared.contracts import DefectAnswer, SyncAnswer, decode
from shared.vocabulary import CannotAssess, DefectKind, LookState, Role, Severity
from tests.bad_input import damaged_png, refusal
from tests.commits import answer_lost
from tests.conftest import Clock
from tests.factories import defect_draft
from tests.fakes import FakeRoadEye, road_photo
from tests.phone import Phone

POTHOLE = road_photo(DefectKind.POTHOLE, Severity.HIGH)
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def looked_at(app: Flask, defect_id: str) -> dict[str, Any]:
    """The facts of the ledger's entry on a look."""
    with app.app_context(), transaction(read_only=True) as session:
        query = sa.select(LedgerEntry).where(
            LedgerEntry.kind == "defect.looked_at", LedgerEntry.subject == f"defect:{defect_id}"
        )
        (entry,) = session.scalars(query)
        facts: dict[str, Any] = json.loads(entry.content)["facts"]
        return facts


def test_a_result_follows_by_sync_and_the_ledger(app: Flask, crew: Phone, clock: Clock) -> None:
    """Kind and severity are a suggestion that names its model; the worst of several photos speaks."""
    draft = defect_draft(crew, clock(), photos=[road_photo(DefectKind.CRACK_NETWORK), POTHOLE])
    draft.send(crew)
    (answer,) = decode(SyncAnswer, crew.get("/sync").json).defects
    assert (DefectKind.POTHOLE, Severity.HIGH, True, None) == (
        answer.kind,
        answer.severity,
        answer.suggested,
        answer.cannot,
    )
    assert answer.version > 1
    assert "Looks like: pothole, severe. A suggestion" in answer.summary
    said = looked_at(app, draft.id)
    assert ("pothole", "high", "fake-1", 2, 2, 2) == tuple(
        said[name] for name in ("kind", "severity", "model", "views", "faces", "plates")
    )


@on_sqlite
@pytest.mark.parametrize(
    ("reason", "remedy"),
    [
        (CannotAssess.TOO_DARK, "photograph it again with light"),
        (CannotAssess.BLURRED, "stand still"),
        (CannotAssess.NO_ROAD, "from two steps away"),
        (CannotAssess.SNOW_COVERED, "a person will look"),
        (CannotAssess.UNSURE, "for certain: a person will look"),
    ],
)
def test_what_cannot_be_assessed_is_said_with_its_remedy(
    crew: Phone, clock: Clock, reason: CannotAssess, remedy: str
) -> None:
    """Never as «no fault»."""
    draft = defect_draft(crew, clock(), photos=[road_photo(reason)])
    answer = decode(DefectAnswer, draft.send(crew).json)
    assert (reason, None, False) == (answer.cannot, answer.kind, answer.suggested)
    assert remedy in answer.summary


@on_sqlite
def test_one_photo_that_shows_the_road_outweighs_the_others(crew: Phone, clock: Clock) -> None:
    """Nothing seen is not «good»: a person looks."""
    photos = [road_photo(CannotAssess.TOO_DARK), road_photo()]
    answer = decode(DefectAnswer, defect_draft(crew, clock(), photos=photos).send(crew).json)
    assert (None, None) == (answer.cannot, answer.kind)
    assert "a person will look" in answer.summary


@on_sqlite
def test_a_heap_of_snow_is_what_its_reporter_says(crew: Phone, clock: Clock) -> None:
    """The model knows none."""
    draft = defect_draft(crew, clock(), photos=[POTHOLE], kind_guess="snow_pile")
    answer = decode(DefectAnswer, draft.send(crew).json)
    assert (DefectKind.SNOW_PILE, None, True) == (answer.kind, answer.severity, answer.suggested)


def test_a_photo_is_shown_only_blurred_and_the_original_goes(
    app: Flask, crew: Phone, dispatcher: Phone, clock: Clock
) -> None:
    """The view is a JPEG without the picture's own bytes; what was received is deleted, its key too, its hash stays."""
    draft = defect_draft(crew, clock(), photos=[POTHOLE])
    app.extensions["qala_blobs"] = store = Remembering(blobs_of(app))
    draft.send(crew)
    view = dispatcher.get(f"/defects/{draft.id}/photos/0")
    assert (200, "image/jpeg", "no-store") == (
        view.status_code,
        view.content_type,
        view.headers["Cache-Control"],
    )
    assert {(90, 90, 90)} == colours(view.data)
    original, shown = store.names
    with app.app_context(), transaction(read_only=True) as session:
        with pytest.raises(BlobMissing):
            blobs().get(original)
        assert view.data not in blobs().get(shown)
        assert [f"defect_view:{draft.id}"] == list(session.scalars(sa.select(EvidenceKey.owner)))
        assert draft.manifest["photos"][0]["sha256"] == session.scalars(sa.select(DefectPhoto.sha256)).one()
        assert clock() == session.get_one(Looking, UUID(draft.id)).originals_gone_at
        gone = sa.select(LedgerEntry.subject).where(LedgerEntry.kind == "defect.original_deleted")
        assert [f"defect:{draft.id}"] == list(session.scalars(gone))


@on_sqlite
def test_outlines_are_drawn_on_request(crew: Phone, dispatcher: Phone, clock: Clock) -> None:
    """A red line where the pothole is; without one asked for there is none."""
    draft = defect_draft(crew, clock(), photos=[POTHOLE])
    draft.send(crew)
    path = f"/defects/{draft.id}/photos/0"
    drawn = np.asarray(Image.open(io.BytesIO(dispatcher.get(f"{path}?outlines=1").data)))
    assert drawn[24, 48, 0] > 180 > 90 > drawn[24, 48, 2]
    assert 404 == dispatcher.get(f"/defects/{draft.id}/photos/1").status_code
    assert [] == refusal(dispatcher.get(f"{path}?outlines=perhaps"), 422, "outlines")


@on_sqlite
def test_findings_say_what_each_photo_showed(crew: Phone, dispatcher: Phone, clock: Clock) -> None:
    """With model, outlines, counts of what was blurred, and the reason where there is nothing."""
    draft = defect_draft(
        crew, clock(), photos=[POTHOLE, road_photo(CannotAssess.BLURRED), damaged_png("street", 7)]
    )
    draft.send(crew)
    first, second, third = dispatcher.get(f"/defects/{draft.id}/photos").json["items"]
    assert ("fake-1", None, True, 1, 1) == tuple(
        first[name] for name in ("model", "cannot", "shown", "faces", "plates")
    )
    assert [("pothole", "high", 0.8)] == [
        (each["kind"], each["severity"], each["width_m"]) for each in first["outlines"]
    ]
    assert ("blurred", True, []) == (second["cannot"], second["shown"], second["outlines"])
    assert ("unreadable", False, None) == (third["cannot"], third["shown"], third["model"])
    answer = dispatcher.get(f"/defects/{draft.id}/photos/2")
    assert [] == refusal(answer, 409, says="cannot be opened", slug="bad-photo")


@on_sqlite
def test_strangers_see_no_view(crew: Phone, staff: Any, clock: Clock, other_district_id: UUID) -> None:
    """Nor learn that there is a report; another crew of the same district neither."""
    draft = defect_draft(crew, clock(), photos=[POTHOLE])
    draft.send(crew)
    for phone in (staff(Role.DISPATCHER, districts=[other_district_id]), staff(Role.CREW)):
        for path in (f"/defects/{draft.id}/photos/0", f"/defects/{draft.id}/photos"):
            assert 404 == phone.get(path).status_code


@on_sqlite
def test_originals_stay_for_the_hours_that_are_set(app: Flask, crew: Phone, clock: Clock) -> None:
    """Sealed and shown to nobody; then the daily pass deletes them."""
    app.config["QALA"] = dataclasses.replace(app.config["QALA"], defect_original_keep_h=2.0)
    draft = defect_draft(crew, clock(), photos=[POTHOLE])
    draft.send(crew)
    owner = holding.owner(UUID(draft.id))
    with app.app_context():
        work.delete_originals()
        with transaction(read_only=True):
            assert draft.photos[0] == evidence.photo(owner, 0)
        clock.advance(hours=3)
        work.delete_originals()
        with transaction(read_only=True), pytest.raises(evidence.PhotoGone):
            evidence.photo(owner, 0)


@on_sqlite
def test_without_a_model_the_report_waits_for_a_person_and_says_so(
    app: Flask, crew: Phone, dispatcher: Phone, clock: Clock
) -> None:
    """Blurred all the same, so that the person can look."""
    app.extensions["qala_road_eye"] = None
    draft = defect_draft(crew, clock(), photos=[POTHOLE])
    answer = decode(DefectAnswer, draft.send(crew).json)
    assert (CannotAssess.NO_MODEL, None) == (answer.cannot, answer.kind)
    assert "No model has looked" in answer.summary
    assert 200 == dispatcher.get(f"/defects/{draft.id}/photos/0").status_code


@on_sqlite
def test_an_outage_of_the_store_is_waited_out(app: Flask, crew: Phone, clock: Clock, asleep: None) -> None:
    """It counts as no try, however long it lasts; nothing is lost."""
    draft = defect_draft(crew, clock(), photos=[POTHOLE])
    draft.send(crew)
    defect_id, good = UUID(draft.id), app.extensions["qala_blobs"]
    with app.app_context():
        app.extensions["qala_blobs"] = Away()
        for _each in range(6):
            with pytest.raises(ConnectionError):
                work.look(defect_id)
            clock.advance(minutes=10)
        app.extensions["qala_blobs"] = good
        assert [defect_id] == list(work.waiting_reports())
        work.look(defect_id)
        with transaction(read_only=True) as session:
            assert (LookState.DONE, 1) == _state(session.get_one(Looking, defect_id))
            assert DefectKind.POTHOLE is session.get_one(Defect, defect_id).kind


@on_sqlite
def test_a_photo_that_kills_every_worker_goes_to_a_person(
    app: Flask, crew: Phone, dispatcher: Phone, clock: Clock, asleep: None
) -> None:
    """After a few tries; its original stays sealed, for nothing of it can be shown, so it can be looked at again."""
    draft = defect_draft(crew, clock(), photos=[POTHOLE])
    draft.send(crew)
    defect_id = UUID(draft.id)
    app.extensions["qala_road_eye"] = Dying()
    with app.app_context():
        for _each in range(app.config["QALA"].attempts_max):
            with pytest.raises(RuntimeError, match="killed"):
                work.look(defect_id)
            clock.advance(minutes=10)
        work.look(defect_id)
        with transaction(read_only=True) as session:
            assert CannotAssess.NO_MODEL is session.get_one(Defect, defect_id).cannot
            assert session.get_one(Looking, defect_id).originals_gone_at is None
            assert draft.photos[0] == evidence.photo(holding.owner(defect_id), 0)
        app.extensions["qala_road_eye"] = FakeRoadEye()
        dispatcher.sign_in(dispatcher.tokens["user"]["login"], "correct horse battery")
        for _twice in range(2):
            assert 204 == dispatcher.post(f"/defects/{draft.id}/looks").status_code
        work.look(defect_id)
    row = dispatcher.get(f"/defects/{draft.id}").json
    assert ("pothole", None) == (row["kind"], row["cannot"])
    again = dispatcher.post(f"/defects/{draft.id}/looks")
    assert [] == refusal(again, 409, says="gone for good")


def test_a_worker_that_was_too_slow_writes_nothing(
    app: Flask, crew: Phone, clock: Clock, asleep: None
) -> None:
    """Its lease ran out and another looked meanwhile: one result, one entry, no blob that nobody knows."""
    draft = defect_draft(crew, clock(), photos=[POTHOLE])
    draft.send(crew)
    defect_id = UUID(draft.id)

    class Slow(FakeRoadEye):
        """Is overtaken while it looks."""

        def look(self, picture: Any) -> Any:
            app.extensions["qala_road_eye"] = FakeRoadEye()
            clock.advance(minutes=10)
            work.look(defect_id)
            return super().look(picture)

    app.extensions["qala_road_eye"] = Slow()
    app.extensions["qala_blobs"] = store = Remembering(blobs_of(app))
    with app.app_context():
        work.look(defect_id)
        assert 2 == len(store.names)
        with pytest.raises(BlobMissing):
            store.get(store.names[1])  # the slow one's
    assert "fake-1" == looked_at(app, draft.id)["model"]


@on_sqlite
def test_a_commit_whose_answer_is_lost_loses_no_photo(
    app: Flask, crew: Phone, clock: Clock, asleep: None
) -> None:
    """The worker does not know that its result is durable, so what it has blurred stays."""
    draft = defect_draft(crew, clock(), photos=[POTHOLE])
    draft.send(crew)
    defect_id = UUID(draft.id)
    with app.app_context():
        with answer_lost(), pytest.raises(ConnectionError):
            work.look(defect_id)
        work.delete_originals()
        with transaction(read_only=True) as session:
            assert session.get_one(Looking, defect_id).originals_gone_at is not None
            assert evidence.photo(holding.views_owner(defect_id), 0)


@on_sqlite
def test_a_result_that_cannot_be_written_leaves_no_view_that_nobody_knows(
    app: Flask, crew: Phone, clock: Clock, asleep: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is rolled back for certain; the photo waits for the next look."""

    def failing(*_arguments: Any) -> None:
        raise RuntimeError("full")

    draft = defect_draft(crew, clock(), photos=[POTHOLE])
    draft.send(crew)
    app.extensions["qala_blobs"] = store = Remembering(blobs_of(app))
    monkeypatch.setattr(holding, "write", failing)
    with app.app_context():
        with pytest.raises(RuntimeError, match="full"):
            work.look(UUID(draft.id))
        (name,) = store.names
        with pytest.raises(BlobMissing):
            store.get(name)


def test_a_case_that_fails_holds_no_result_back_and_is_told_later(
    app: Flask, crew: Phone, clock: Clock
) -> None:
    """A look that nobody can read stands for any fault of ours; once it is mended, the daily round makes up for it."""

    class Stammering(FakeRoadEye):
        """Its looks are no numbers."""

        def look(self, picture: Any) -> Any:
            return dataclasses.replace(super().look(picture), look=b"odd")

    app.extensions["qala_road_eye"] = Stammering()
    draft = defect_draft(crew, clock(), photos=[POTHOLE])
    draft.send(crew)
    defect_id = UUID(draft.id)
    with app.app_context():
        with transaction() as session:
            row = session.get_one(Defect, defect_id)
            assert (DefectKind.POTHOLE, None) == (row.kind, row.case_id)
            assert [defect_id] == holding.not_in_cases()
            session.execute(sa.update(DefectPhoto).values(look=None))
        work.tell_cases_of_what_was_left()
        with transaction(read_only=True) as session:
            assert session.get_one(Defect, defect_id).case_id is not None
            assert [] == holding.not_in_cases()


def test_the_same_photo_from_two_phones_is_said(app: Flask, crew: Phone, staff: Any, clock: Clock) -> None:
    """The second report names the first, byte for byte the same picture; a photo of its own beside it changes nothing."""
    first = defect_draft(crew, clock(), photos=[POTHOLE])
    first.send(crew)
    clock.advance(minutes=5)
    other = staff(Role.CREW)
    second = defect_draft(other, clock(), photos=[road_photo(DefectKind.POTHOLE, shot=9), POTHOLE])
    answer = decode(DefectAnswer, second.send(other).json)
    assert "the same photo" in answer.summary
    assert "the same photo" not in crew.get("/sync").json["defects"][0]["summary"]
    assert first.id == other.get(f"/defects/{second.id}").json["same_photo_as"]


@on_sqlite
def test_five_hundred_photos_at_once_are_all_looked_at(
    app: Flask, crew: Phone, clock: Clock, asleep: None
) -> None:
    """Every one once, whatever wake-ups were lost, and in a lane where no check-in waits."""
    assert Lane.PHOTOS is LANES[holding.WORK]
    ids = []
    for number in range(84):
        photos = [road_photo(DefectKind.POTHOLE, shot=6 * number + each) for each in range(6)]
        draft = defect_draft(crew, clock(), photos=photos)
        assert 200 == draft.send(crew).status_code
        ids.append(UUID(draft.id))
    with app.app_context():
        found = work.waiting_reports()
        assert set(ids) == set(found)
        for each in found:
            work.look(each)
            work.look(each)  # a wake-up that came twice
        assert [] == work.waiting_reports()
        with transaction(read_only=True) as session:
            looked = sa.select(sa.func.count()).where(LedgerEntry.kind == "defect.looked_at")
            assert 84 == session.scalar(looked)
            seen = sa.select(sa.func.count()).where(DefectPhoto.view.is_not(None))
            assert 504 == session.scalar(seen)


class Remembering:
    """A store that remembers the names that it was given, in order."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner
        self.names: list[str] = []

    def put(self, name: str, data: bytes) -> None:
        self.names.append(name)
        self.inner.put(name, data)

    def get(self, name: str) -> bytes:
        data: bytes = self.inner.get(name)
        return data

    def delete(self, name: str) -> None:
        self.inner.delete(name)


class Away:
    """A store that cannot be reached."""

    def get(self, name: str) -> bytes:
        raise ConnectionError("the store is away")


class Dying:
    """An eye that takes its worker along."""

    def look(self, picture: Any) -> Any:
        raise RuntimeError("killed")


def blobs_of(app: Flask) -> Any:
    """The application's store."""
    return app.extensions["qala_blobs"]


def colours(jpeg: bytes) -> set[tuple[int, ...]]:
    """Every colour in a picture, rounded as JPEG needs it."""
    with Image.open(io.BytesIO(jpeg)) as picture:
        pixels = np.asarray(picture.convert("RGB")).reshape(-1, 3)
    return {tuple(int(value) for value in each) for each in np.unique(pixels, axis=0)}


def _state(row: Looking) -> tuple[LookState, int]:
    return row.state, row.attempts
