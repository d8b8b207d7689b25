"""People over HTTP: registered once, found by ИИН, enrolled, read with a trace, erased for good."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from flask import Flask

from backend.database import transaction
from backend.faces.verifier import EnrolmentReading
from backend.ledger.models import AccessEntry
from backend.people.models import Enrolment, Person, PersonKey
from shared.vocabulary import Role
from tests.factories import enrol, make_person, valid_iin
from tests.fakes import NO_FACE, FakeVerifier, face_photo
from tests.phone import Phone

Staff = Callable[..., Phone]


def photos(who: str, count: int = 4) -> list[bytes]:
    """Enrolment photos of one person."""
    return [face_photo(who, shot) for shot in range(count)]


def test_a_person_is_read_with_the_iin_masked(staff: Staff, district_id: UUID) -> None:
    """The whole number leaves the server never."""
    dispatcher = staff(Role.DISPATCHER)
    person_id = make_person(dispatcher, district_id, seed=90010130012)
    answer = dispatcher.get(f"/people/{person_id}")
    assert ("Ахметов", "••••••••0126", False) == tuple(
        answer.json[name] for name in ("family_name", "iin_masked", "enrolled")
    )
    assert "900101300126" not in answer.text


def test_the_same_iin_twice_is_a_conflict_also_across_districts(
    staff: Staff, district_id: UUID, other_district_id: UUID
) -> None:
    """Double enrolment is found by the keyed hash, without any search by face."""
    make_person(staff(Role.DISPATCHER), district_id, seed=7)
    other = staff(Role.DISPATCHER, districts=[other_district_id])
    body = {
        "district_id": str(other_district_id),
        "family_name": "Б",
        "given_name": "В",
        "iin": valid_iin(7),
        "biometric_basis": "law",
    }
    answer = other.post("/people", json=body)
    assert (409, False) == (answer.status_code, "Ахметов" in answer.text)


def test_a_person_is_found_by_iin(staff: Staff, district_id: UUID) -> None:
    """And nobody else is."""
    dispatcher = staff(Role.DISPATCHER)
    person_id = make_person(dispatcher, district_id, seed=7)
    make_person(dispatcher, district_id, family_name="Ким", seed=8)
    assert [person_id] == [
        item["id"] for item in dispatcher.post("/people/search", json={"iin": valid_iin(7)}).json["items"]
    ]


def test_every_read_is_logged(app: Flask, staff: Staff, district_id: UUID) -> None:
    """An officer who browses leaves a trace for each person."""
    dispatcher, officer = staff(Role.DISPATCHER), staff(Role.PROBATION_OFFICER)
    person_id = make_person(dispatcher, district_id)
    officer.get("/people")
    officer.get(f"/people/{person_id}")
    with app.app_context(), transaction(read_only=True) as session:
        rows = session.execute(
            sa.select(AccessEntry.action, AccessEntry.subject).order_by(AccessEntry.id)
        ).all()
    assert [("people.list", f"person:{person_id}"), ("people.read", f"person:{person_id}")] == [
        tuple(row) for row in rows
    ]


def test_enrolment_tells_what_is_wrong_with_each_photo(staff: Staff, district_id: UUID) -> None:
    """Three good photos of one person are needed; a stranger and an empty picture are named."""
    dispatcher = staff(Role.DISPATCHER)
    person_id = make_person(dispatcher, district_id)
    answer = enrol(
        dispatcher, person_id, [*photos("serik", 2), face_photo("somebody else"), face_photo(NO_FACE)]
    )
    assert (200, "refused") == (answer.status_code, answer.json["state"])
    problems = [[reason["problem"] for reason in photo["reasons"]] for photo in answer.json["photos"]]
    assert ["no_face"] == problems[3]
    assert "too_few_photos" == answer.json["reasons"][0]["problem"]
    assert answer.json["reasons"][0]["text"]


def test_enrolment_is_idempotent_and_keeps_its_history(staff: Staff, district_id: UUID) -> None:
    """The same id with the same photos is the same enrolment; with others it is a conflict."""
    dispatcher = staff(Role.DISPATCHER)
    person_id, enrolment_id = make_person(dispatcher, district_id), str(uuid4())
    answers = [enrol(dispatcher, person_id, photos("serik"), enrolment_id=enrolment_id) for _try in range(2)]
    assert answers[0].json == answers[1].json
    assert 409 == enrol(dispatcher, person_id, photos("serik", 3), enrolment_id=enrolment_id).status_code
    enrol(dispatcher, person_id, [face_photo("serik", shot) for shot in range(20, 25)])
    assert 2 == len(dispatcher.get(f"/people/{person_id}/face-templates").json["items"])


def test_who_refused_biometrics_is_not_enrolled(staff: Staff, district_id: UUID) -> None:
    """The paper way counts alike."""
    dispatcher = staff(Role.DISPATCHER)
    person_id = make_person(dispatcher, district_id, biometric_basis="refused")
    assert 409 == enrol(dispatcher, person_id, photos("serik")).status_code


def test_photos_lie_encrypted_on_the_disk(app: Flask, staff: Staff, district_id: UUID) -> None:
    """Whoever takes the disk has noise."""
    dispatcher = staff(Role.DISPATCHER)
    enrol(dispatcher, make_person(dispatcher, district_id), photos("serik"))
    folder: Path = app.config["QALA"].instance_dir
    files = [path for path in (folder / "blobs").rglob("*") if path.is_file()]
    assert 4 == len(files)
    assert not any(b"PNG" in path.read_bytes() or b"IHDR" in path.read_bytes() for path in files)


def test_erasure_takes_key_names_photos_and_the_iin_with_it(
    app: Flask, staff: Staff, district_id: UUID
) -> None:
    """The bare row and the ledger stay; the number may be registered anew."""
    dispatcher, administrator = staff(Role.DISPATCHER), staff(Role.ADMINISTRATOR)
    person_id = make_person(dispatcher, district_id, seed=7)
    enrol(dispatcher, person_id, photos("serik"))
    assert 204 == administrator.delete(f"/people/{person_id}").status_code
    answer = administrator.get(f"/people/{person_id}").json
    assert (True, False, "") == (answer["erased"], "family_name" in answer, answer["iin_masked"])
    with app.app_context(), transaction(read_only=True) as session:
        assert session.get(PersonKey, UUID(person_id)) is None
        assert session.get_one(Person, UUID(person_id)).sealed_identity is None
    folder: Path = app.config["QALA"].instance_dir
    assert [] == [path for path in (folder / "blobs").rglob("*") if path.is_file()]
    make_person(dispatcher, district_id, seed=7)


@pytest.mark.parametrize("how", ["refused", "erased"])
def test_no_template_is_kept_of_who_refuses_while_a_worker_looks(
    app: Flask, staff: Staff, district_id: UUID, how: str
) -> None:
    """Between the worker's look and its writing the person may have said no."""
    dispatcher, administrator = staff(Role.DISPATCHER), staff(Role.ADMINISTRATOR)
    person_id, enrolment_id = make_person(dispatcher, district_id), uuid4()

    class Slow(FakeVerifier):
        def enrol(self, shots: Sequence[bytes]) -> EnrolmentReading:
            if how == "refused":
                administrator.patch(f"/people/{person_id}", json={"biometric_basis": "refused"})
            else:
                administrator.delete(f"/people/{person_id}")
            return super().enrol(shots)

    app.extensions["qala_verifier"] = Slow()
    answer = enrol(dispatcher, person_id, photos("serik"), enrolment_id=str(enrolment_id))
    assert "refused" == answer.json["state"]
    with app.app_context(), transaction(read_only=True) as session:
        assert session.get_one(Enrolment, enrolment_id).sealed_template is None
