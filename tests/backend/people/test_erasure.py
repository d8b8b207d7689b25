"""Erasing a person's key is a promise: no endpoint gives an image any more, and what lies on the disk does not open."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa
from flask import Flask

from backend.blobs import BlobDamaged, new_key, unseal
from backend.database import transaction
from backend.people.models import EnrolmentPhoto, Person, PersonKey
from shared.vocabulary import Role
from tests.conftest import Clock
from tests.factories import CheckInDraft, enrol, frames_of, make_geofence, make_person, make_task
from tests.fakes import face_photo
from tests.phone import Phone

Staff = Callable[..., Phone]
PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"RIFF", b"IHDR", b"JFIF")


def blob_files(app: Flask) -> dict[str, bytes]:
    """Every file of the blob store by its name."""
    folder: Path = app.config["QALA"].instance_dir / "blobs"
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_after_erasure_nothing_shows_a_face(
    app: Flask, staff: Staff, district_id: UUID, clock: Clock
) -> None:
    """Enrolment photos are gone; a check-in's frames stay for the ledger's hashes, but nobody can open them."""
    administrator, dispatcher, supervisor = (
        staff(role) for role in (Role.ADMINISTRATOR, Role.DISPATCHER, Role.SUPERVISOR)
    )
    person_id = make_person(dispatcher, district_id)
    photos = [face_photo("serik", shot) for shot in range(4)]
    enrolment_id = enrol(dispatcher, person_id, photos).json["id"]
    task_id = make_task(
        dispatcher,
        district_id,
        start=clock(),
        geofence_id=make_geofence(dispatcher, district_id),
        assignee_ids=[supervisor.get("/me").json["id"]],
        person_ids=[person_id],
    )
    draft = CheckInDraft(person_id, task_id, supervisor.device_id, clock(), frames_of("serik"))
    assert 200 == draft.send(supervisor).status_code
    frame = f"/check-ins/{draft.id}/frames/0"
    assert 200 == administrator.get(frame).status_code
    with app.app_context(), transaction(read_only=True) as session:
        wrapped = session.get_one(PersonKey, UUID(person_id)).wrapped
    before = blob_files(app)

    assert 204 == administrator.delete(f"/people/{person_id}").status_code

    images = [frame, f"/people/{person_id}/face-templates/{enrolment_id}"]
    images += [
        rule.rule.replace("<uuid:check_in_id>", draft.id)
        .replace("<uuid:person_id>", person_id)
        .replace("<uuid:enrolment_id>", enrolment_id)
        .replace("<int:index>", "0")
        .removeprefix("/api/v1")
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and ("frame" in rule.rule or "photo" in rule.rule)
    ]
    answers = {path: administrator.get(path) for path in images if "<" not in path}
    assert [] == [path for path, answer in answers.items() if answer.status_code not in (404, 409, 410)]
    assert [] == [
        path
        for path, answer in answers.items()
        if answer.data.startswith(PICTURES) or answer.content_type.startswith("image/")
    ]

    kept = blob_files(app)
    assert set(kept) < set(before)  # the enrolment photos are gone
    assert not any(mark in data for data in kept.values() for mark in PICTURES)
    with app.app_context(), transaction(read_only=True) as session:
        assert session.get(PersonKey, UUID(person_id)) is None
        assert session.get_one(Person, UUID(person_id)).sealed_identity is None
        hashes = list(session.scalars(sa.select(EnrolmentPhoto.sha256)))
    master = app.config["QALA"].secret_bytes("master_key")
    guesses = [master, new_key(), wrapped[:32]]
    for data in before.values():
        for digest in hashes:
            for key in guesses:
                assert not opens(key, data, f"enrolment:{enrolment_id}:{digest}")
    files = list(Path(app.config["QALA"].instance_dir).glob("qala.db*"))  # with its write-ahead log
    assert [] == [path.name for path in files if wrapped in path.read_bytes()]


def opens(key: bytes, data: bytes, binding: str) -> bool:
    """Whether a key opens a blob."""
    try:
        unseal(key, data, bound_to=binding)
    except BlobDamaged:
        return False
    return True
