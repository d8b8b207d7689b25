"""Photos in pieces: they go on where they stopped, serve one report of the same device, and leave nothing behind."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from backend.adapters import blobs
from backend.blobs import BlobMissing
from backend.config import Settings
from backend.database import db, transaction
from backend.uploads.models import Upload, UploadPiece
from backend.uploads.work import forget_unfinished
from shared.vocabulary import Role
from tests.backend.attendance.conftest import Morning
from tests.backend.uploads.pieces import PIECE, put_piece, send_all, sha256, standing
from tests.conftest import Clock
from tests.factories import defect_draft, frames_of, make_route, stop_report_draft
from tests.phone import Phone

Staff = Callable[..., Phone]


@pytest.fixture
def crew(staff: Staff) -> Phone:
    """A signed-in crew."""
    return staff(Role.CREW)


def noise(length: int, seed: int = 1) -> bytes:
    """Bytes that are no photo."""
    return random.Random(seed).randbytes(length)


def counts(app: Flask) -> tuple[int, int]:
    """How many uploads and pieces there are."""
    with app.app_context(), transaction(read_only=True):
        query = [sa.select(sa.func.count()).select_from(table) for table in (Upload, UploadPiece)]
        uploads, pieces = (db.session().scalar(each) for each in query)
        return int(uploads or 0), int(pieces or 0)


def piece_names(app: Flask) -> list[str]:
    """The blobs of every piece."""
    with app.app_context(), transaction(read_only=True):
        return list(db.session().scalars(sa.select(UploadPiece.blob)))


def test_a_cut_file_goes_on_where_it_stopped(crew: Phone) -> None:
    """The server says how many bytes are there."""
    data = noise(150_000)
    assert {"sha256": sha256(data), "have": 0, "total": None, "whole": False} == standing(crew, data)
    assert PIECE == put_piece(crew, data, 0).json["have"]
    assert (PIECE, 150_000, False) == tuple(standing(crew, data)[key] for key in ("have", "total", "whole"))
    assert 2 * PIECE == put_piece(crew, data, PIECE).json["have"]
    assert put_piece(crew, data, 2 * PIECE).json["whole"]
    assert standing(crew, data)["whole"]


def test_a_piece_that_is_there_changes_nothing(crew: Phone, app: Flask) -> None:
    """A lost answer: the same piece, or one that overlaps."""
    data = noise(100_000)
    put_piece(crew, data, 0, 1000)
    assert 1000 == put_piece(crew, data, 0, 1000).json["have"]
    assert 1000 == put_piece(crew, data, 10, 100).json["have"]
    assert (1, 1) == counts(app)
    assert 1500 == put_piece(crew, data, 500, 1000).json["have"]
    assert (1, 2) == counts(app)


def test_a_gap_is_refused_and_says_where_to_go_on(crew: Phone) -> None:
    """The server may have forgotten what the phone remembers to have sent."""
    data = noise(1000)
    answer = put_piece(crew, data, 500, 100)
    assert (409, "urn:qala:problem:upload-gap") == (answer.status_code, answer.json["type"])
    put_piece(crew, data, 0, 100)
    assert "go on at 100" in put_piece(crew, data, 500, 100).json["detail"]


@hypothesis_settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    cuts=st.lists(st.tuples(st.integers(0, 999), st.integers(1, 400)), max_size=12), seed=st.integers(0, 99)
)
def test_any_pieces_in_any_order_end_whole_and_right(
    crew: Phone, cuts: list[tuple[int, int]], seed: int
) -> None:
    """Doubled, overlapping, out of order: what is there is always the file's beginning."""
    data = noise(1000, seed)
    reached = standing(crew, data)["have"]
    for offset, length in cuts:
        answer = put_piece(crew, data, offset, length)
        end = min(offset + length, 1000)
        assert (409 if offset > reached else 200) == answer.status_code
        reached = max(reached, end) if offset <= reached else reached
        assert reached == standing(crew, data)["have"]
    send_all(crew, data, length=300)


def test_wrong_bytes_are_forgotten(crew: Phone, app: Flask) -> None:
    """A file that is not what its name says serves nothing; the phone begins again."""
    data = noise(1000)
    put_piece(crew, data, 0, 900)
    names = piece_names(app)
    answer = put_piece(crew, data, 900, data=b"x" * 100)
    assert (409, "urn:qala:problem:upload-damaged") == (answer.status_code, answer.json["type"])
    assert (0, 0) == counts(app)
    with app.app_context(), pytest.raises(BlobMissing):
        blobs().get(names[0])
    send_all(crew, data)


def test_uploads_belong_to_their_device(crew: Phone, staff: Staff, clock: Clock) -> None:
    """Another device of the same district sees nothing of them and cannot use them."""
    photos = frames_of("pothole", 1)
    uploaded = send_all(crew, *photos)
    other = staff(Role.CREW)
    assert 0 == standing(other, photos[0])["have"]
    refused = defect_draft(other, clock(), photos=photos).send(other, uploaded=uploaded)
    assert (409, "urn:qala:problem:upload-incomplete") == (refused.status_code, refused.json["type"])


def test_pieces_lie_sealed(crew: Phone, app: Flask) -> None:
    """Not one byte of the picture is in the store in the clear."""
    data = noise(5000)
    put_piece(crew, data, 0, 1000)
    (name,) = piece_names(app)
    with app.app_context():
        assert data[:16] not in blobs().get(name)


def test_a_defect_comes_by_the_names_of_its_photos(crew: Phone, clock: Clock, app: Flask) -> None:
    """The same manifest and signature as in one piece; the pieces go once the report stands."""
    draft = defect_draft(crew, clock())
    uploaded = send_all(crew, *draft.photos, length=200)
    names = piece_names(app)
    answer = draft.send(crew, uploaded=uploaded)
    assert (200, uploaded.split(",")) == (answer.status_code, answer.json["received"])
    assert (0, 0) == counts(app)
    with app.app_context():
        for name in names:
            with pytest.raises(BlobMissing):
                blobs().get(name)
    assert answer.json == draft.send(crew, uploaded=uploaded).json
    assert answer.json == draft.send(crew).json


def test_a_check_in_comes_by_the_names_of_its_frames(morning: Morning, app: Flask) -> None:
    """Judged as any other."""
    draft = morning.draft()
    uploaded = send_all(morning.supervisor, *draft.frames)
    manifest = draft.manifest_bytes()
    parts = {
        "check_in": manifest.decode(),
        "signature": morning.supervisor.sign(b"qala-check-in-1\n" + manifest),
        "uploaded": uploaded,
    }
    answer = morning.supervisor.put(f"/check-ins/{draft.id}", data=parts, content_type="multipart/form-data")
    assert (200, "accepted") == (answer.status_code, answer.json["outcome"]), answer.text
    assert (0, 0) == counts(app)


def test_a_stops_report_comes_by_the_names_of_its_photos(
    crew: Phone, staff: Staff, clock: Clock, district_id: UUID
) -> None:
    """As the others."""
    crew_id = str(crew.tokens["user"]["id"])
    route = make_route(staff(Role.DISPATCHER), district_id, start=clock(), assignee_ids=[crew_id])
    draft = stop_report_draft(crew, route, clock(), photos=frames_of("containers", 2))
    answer = draft.send(crew, uploaded=send_all(crew, *draft.photos))
    assert (200, 2) == (answer.status_code, len(answer.json["received"]))


def test_a_report_with_a_photo_that_is_not_whole_is_not_refused_for_good(crew: Phone, clock: Clock) -> None:
    """The problem has a name of its own: the phone sends the rest and repeats."""
    draft = defect_draft(crew, clock())
    put_piece(crew, draft.photos[1], 0, 50)
    send_all(crew, draft.photos[0])
    uploaded = ",".join(map(sha256, draft.photos))
    answer = draft.send(crew, uploaded=uploaded)
    assert (409, "urn:qala:problem:upload-incomplete") == (answer.status_code, answer.json["type"])
    assert "only 50 bytes" in answer.json["detail"]
    send_all(crew, draft.photos[1])
    assert 200 == draft.send(crew, uploaded=uploaded).status_code


def test_photos_lost_from_the_store_are_asked_for_again(crew: Phone, clock: Clock, app: Flask) -> None:
    """The upload begins anew instead of failing for ever."""
    draft = defect_draft(crew, clock(), photos=frames_of("pothole", 1))
    uploaded = send_all(crew, *draft.photos)
    with app.app_context():
        blobs().delete(piece_names(app)[0])
    assert "urn:qala:problem:upload-incomplete" == draft.send(crew, uploaded=uploaded).json["type"]
    assert 0 == standing(crew, draft.photos[0])["have"]
    assert 200 == draft.send(crew, uploaded=send_all(crew, *draft.photos)).status_code


def test_the_longest_untouched_give_way(crew: Phone, clock: Clock, app: Flask) -> None:
    """A device has room for so many files; a new one is never refused."""
    limits = app.config["QALA"]
    app.config["QALA"] = replace(limits, uploads_per_device_max=2)
    files = [noise(500, seed) for seed in range(3)]
    for data in files[:2]:
        put_piece(crew, data, 0, 100)
        clock.advance(minutes=1)
    put_piece(crew, files[0], 100, 100)
    clock.advance(minutes=1)
    put_piece(crew, files[2], 0, 100)
    assert [200, 0, 100] == [standing(crew, data)["have"] for data in files]
    assert 3 == len(piece_names(app))


def test_what_is_never_finished_is_forgotten_after_a_week(crew: Phone, clock: Clock, app: Flask) -> None:
    """Each piece begins the week anew."""
    data = noise(500)
    put_piece(crew, data, 0, 100)
    clock.advance(days=6)
    crew.sign_in(crew.tokens["user"]["login"], "correct horse battery")
    put_piece(crew, data, 100, 100)
    clock.advance(days=6)
    with app.app_context():
        forget_unfinished()
    assert (1, 2) == counts(app)
    names = piece_names(app)
    clock.advance(days=2)
    with app.app_context():
        forget_unfinished()
        with pytest.raises(BlobMissing):
            blobs().get(names[0])
    assert (0, 0) == counts(app)


def test_room_holds_the_largest_request(settings: Settings) -> None:
    """Else a check-in of twelve large frames would push its own first frames out for ever."""
    assert settings.uploads_per_device_mb >= settings.upload_max_mb
    assert settings.uploads_per_device_max >= 12
    assert timedelta(days=settings.upload_keep_days) >= timedelta(days=1)
