"""People by the careless and the hostile: names are kept or refused whole, photos are looked at before anything is stored."""

from __future__ import annotations

import base64
import io
import json
import logging
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from shared.vocabulary import Role
from tests.bad_input import HURTING_NAMES, NAMES, bad_photos, jpeg_photo, multipart, refusal
from tests.conftest import PASSWORD
from tests.factories import enrol, make_person, valid_iin
from tests.fakes import NO_FACE, face_photo
from tests.nothing_written import nothing_written
from tests.phone import Phone

Staff = Callable[..., Phone]


@pytest.fixture
def dispatcher(staff: Staff) -> Phone:
    """Who registers people."""
    return staff(Role.DISPATCHER)


def body(district: UUID, /, **fields: Any) -> dict[str, Any]:
    """A good request, changed."""
    good = {"district_id": str(district), "family_name": "Ким", "given_name": "Ан", "iin": valid_iin(7)}
    return {**good, "biometric_basis": "consent", **fields}


def test_odd_names_are_kept_letter_for_letter(dispatcher: Phone, district_id: UUID) -> None:
    """SQL, HTML and formulas are names like any other: stored as they are, and only JSON comes back."""
    for index, name in enumerate(NAMES.values()):
        made = dispatcher.post(
            "/people", json=body(district_id, family_name=name, iin=valid_iin(1000 + index * 20))
        )
        assert 201 == made.status_code, made.text
        read = dispatcher.get(f"/people/{made.json['id']}")  # type: ignore[index]
        assert (name, "application/json") == (read.json["family_name"], read.content_type)  # type: ignore[index]
    assert len(NAMES) == len(dispatcher.get("/people").json["items"])  # type: ignore[index]


def test_names_that_hurt_are_refused(app: Flask, dispatcher: Phone, district_id: UUID) -> None:
    """NUL, control characters and direction overrides; nothing that cannot be read is stored."""
    person_id = make_person(dispatcher, district_id, seed=70)
    with nothing_written(app):
        for why, name in HURTING_NAMES.items():
            for field in ("family_name", "given_name", "patronymic"):
                answer = dispatcher.post("/people", json=body(district_id, **{field: name}))
                assert [] == refusal(answer, 422, field), why
                answer = dispatcher.patch(f"/people/{person_id}", json={field: name})
                assert [] == refusal(answer, 422, field), why


def test_fields_that_cannot_be_are_refused_by_name(app: Flask, dispatcher: Phone, district_id: UUID) -> None:
    """Too long, empty, of another kind, unknown."""
    cases: dict[str, tuple[dict[str, Any], str]] = {
        "10 kB": ({"family_name": "я" * 10_000}, "family_name"),
        "empty": ({"family_name": ""}, "family_name"),
        "spaces": ({"given_name": " \t "}, "given_name"),
        "number": ({"given_name": 7}, "given_name"),
        "null": ({"family_name": None}, "family_name"),
        "list": ({"patronymic": ["a"]}, "patronymic"),
        "district that is no id": ({"district_id": "centre"}, "district_id"),
        "district of nobody": ({"district_id": str(uuid4())}, "district_id"),
        "wrong check digit": ({"iin": "850412300121"}, "iin"),
        "eleven digits": ({"iin": "85041230012"}, "iin"),
        "other digits": ({"iin": "٨٥٠٤١٢٣٠٠١٢٠"}, "iin"),
        "unknown word": ({"biometric_basis": "because"}, "biometric_basis"),
        "unknown field": ({"is_admin": True}, "is_admin"),
    }
    with nothing_written(app):
        for why, (change, field) in cases.items():
            answer = dispatcher.post("/people", json=body(district_id, **change))
            assert [] == refusal(answer, 422, field), why


def test_an_iin_is_never_shown_again(app: Flask, dispatcher: Phone, staff: Staff, district_id: UUID) -> None:
    """Not in answers, not in refusals, not in the ledger."""
    iin = valid_iin(850_412_300)
    person_id = make_person(dispatcher, district_id, iin=iin)
    wrong = str((int(iin) + 1) % 10**12).zfill(12)
    said = [
        dispatcher.get(f"/people/{person_id}").text,
        dispatcher.post("/people/search", json={"iin": iin}).text,
        dispatcher.post("/people", json=body(district_id, iin=iin)).text,
        dispatcher.post("/people", json=body(district_id, iin=wrong)).text,
        staff(Role.ADMINISTRATOR).get("/events?limit=200").text,
    ]
    assert [] == [text for text in said if iin in text or wrong in text]
    assert f"••••••••{iin[-4:]}" == dispatcher.get(f"/people/{person_id}").json["iin_masked"]  # type: ignore[index]


def send(phone: Phone, person_id: str, photos: list[bytes]) -> TestResponse:
    """Enrolment photos of any size."""
    sent = multipart({"photo": [(io.BytesIO(photo), f"{index}.jpg") for index, photo in enumerate(photos)]})
    return phone.put(f"/people/{person_id}/face-templates/{uuid4()}", **sent)


def test_photos_that_are_none_are_refused_with_the_reason(
    app: Flask, dispatcher: Phone, district_id: UUID
) -> None:
    """Nothing is sealed and no row is written before every photo has passed."""
    person_id = make_person(dispatcher, district_id, seed=70)
    wrong = []
    with nothing_written(app):
        for why, (photo, says) in bad_photos().items():
            answer = send(dispatcher, person_id, [face_photo("serik"), photo, face_photo("serik", 1)])
            wrong += [f"{why}: {text}" for text in refusal(answer, 422, "photo[1]", says=says)]
        for count in (0, 1, 2, 11):
            photos = [face_photo("serik", shot) for shot in range(count)]
            wrong += refusal(send(dispatcher, person_id, photos), 422, "photo", says=str(count))
        answer = send(dispatcher, person_id, [jpeg_photo()[:-2] + bytes(30_000_000) + jpeg_photo()[-2:]] * 3)
        wrong += refusal(answer, 413)
    assert [] == wrong


def test_photos_without_a_face_or_of_several_people_make_no_template(
    dispatcher: Phone, district_id: UUID
) -> None:
    """They are photos, so they are kept with the reason; the person is not enrolled."""
    person_id = make_person(dispatcher, district_id, seed=70)
    nobody = enrol(dispatcher, person_id, [face_photo(NO_FACE, shot) for shot in range(3)]).json
    several = enrol(dispatcher, person_id, [face_photo(who) for who in ("serik", "dana", "olzhas")]).json
    assert ("refused", "refused") == (nobody["state"], several["state"])  # type: ignore[index]
    assert nobody["reasons"] or any(photo["reasons"] for photo in nobody["photos"])  # type: ignore[index]
    assert several["reasons"] or any(photo["reasons"] for photo in several["photos"])  # type: ignore[index]
    assert dispatcher.get(f"/people/{person_id}").json["enrolled"] is False  # type: ignore[index]


def test_an_enrolment_is_sent_as_a_form_to_a_person_who_may_be_enrolled(
    app: Flask, dispatcher: Phone, staff: Staff, district_id: UUID
) -> None:
    """Other content types, people who refused, were erased or never were; the same id with other photos."""
    photos = [face_photo("serik", shot) for shot in range(3)]
    refuses = make_person(dispatcher, district_id, seed=70, biometric_basis="refused")
    erased = make_person(dispatcher, district_id, seed=170)
    assert 204 == staff(Role.ADMINISTRATOR).delete(f"/people/{erased}").status_code
    person_id, enrolment_id = make_person(dispatcher, district_id, seed=270), str(uuid4())
    assert 200 == enrol(dispatcher, person_id, photos, enrolment_id=enrolment_id).status_code
    with nothing_written(app):
        path = f"/people/{person_id}/face-templates/{uuid4()}"
        wrong = refusal(dispatcher.put(path, json={"photo": base64.b64encode(photos[0]).decode()}), 415)
        wrong += refusal(
            dispatcher.put(path, data=photos[0], content_type="image/png"), 415, says="image/png"
        )
        wrong += refusal(enrol(dispatcher, refuses, photos), 409)
        wrong += refusal(enrol(dispatcher, erased, photos), 409)
        wrong += refusal(enrol(dispatcher, str(uuid4()), photos), 404)
    assert [] == wrong
    other = [face_photo("dana", shot) for shot in range(3)]
    assert [] == refusal(
        enrol(dispatcher, person_id, other, enrolment_id=enrolment_id), 409, says=enrolment_id
    )
    items = dispatcher.get(f"/people/{person_id}/face-templates").json["items"]  # type: ignore[index]
    assert [enrolment_id] == [item["id"] for item in items]


def test_a_change_of_a_version_that_is_gone_changes_nothing(
    app: Flask, dispatcher: Phone, district_id: UUID
) -> None:
    """412, and the newest version is named; garbage in If-Match is no version."""
    person_id = make_person(dispatcher, district_id, seed=70)
    path = f"/people/{person_id}"
    old = dispatcher.get(path).headers["ETag"]
    assert 200 == dispatcher.patch(path, json={"given_name": "Бек"}, headers={"If-Match": old}).status_code
    for stale in (old, "W/" + old, '"0"', "garbage", '"', ",", '"1", "7"'):
        answer = dispatcher.patch(path, json={"given_name": "Дана"}, headers={"If-Match": stale})
        assert [] == refusal(answer, 412, slug="stale", says="2"), stale
    assert "Бек" == dispatcher.get(path).json["given_name"]  # type: ignore[index]


def test_the_log_tells_no_names(
    app: Flask, dispatcher: Phone, district_id: UUID, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither when all goes well nor when somebody's ИИН is taken."""
    caplog.set_level(logging.DEBUG)
    logging.getLogger().setLevel(logging.DEBUG)
    sent = body(district_id, family_name="Тайный", given_name="Секрет", iin=valid_iin(77_777))
    assert (201, 409) == (
        dispatcher.post("/people", json=sent).status_code,
        dispatcher.post("/people", json=sent).status_code,
    )
    dispatcher.post("/people/search", json={"iin": sent["iin"]})
    told = json.dumps([record.getMessage() for record in caplog.records], ensure_ascii=False)
    assert [] == [secret for secret in ("Тайный", "Секрет", sent["iin"], PASSWORD) if secret in told]
