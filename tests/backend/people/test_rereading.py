"""A new model reads the enrolment photos anew: the old template stands until the new one does, and nothing loops."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from backend.database import transaction
from backend.faces.reading import MODEL_VERSION
from backend.faces.verifier import EnrolmentReading
from backend.ledger.models import LedgerEntry
from backend.people.models import Enrolment, Rereading
from shared.vocabulary import EnrolmentState, Role
from tests.conftest import Clock
from tests.factories import enrol, make_person
from tests.fakes import NO_FACE, FakeVerifier, face_photo
from tests.phone import Phone

Staff = Callable[..., Phone]
OLD_MODEL = "fake-1"


class OldVerifier(FakeVerifier):
    """The model of last year."""

    model_version = OLD_MODEL

    def enrol(self, photos: Sequence[bytes]) -> EnrolmentReading:
        reading = super().enrol(photos)
        if reading.template is None:
            return reading
        return replace(reading, template=replace(reading.template, model_version=OLD_MODEL))


class BlindVerifier(FakeVerifier):
    """Today's model, which finds no face in anything."""

    calls = 0

    def enrol(self, photos: Sequence[bytes]) -> EnrolmentReading:
        self.calls += 1
        return super().enrol([face_photo(NO_FACE)] * len(photos))


def enrolled_with_old_model(app: Flask, phone: Phone, district_id: UUID) -> str:
    """A person whose template last year's model has made."""
    app.extensions["qala_verifier"] = OldVerifier()
    person_id = make_person(phone, district_id)
    enrol(phone, person_id, [face_photo("serik", shot) for shot in range(4)])
    app.extensions["qala_verifier"] = FakeVerifier()
    return person_id


def sweep(app: Flask) -> None:
    """What workers do every few seconds."""
    app.extensions["qala_jobs"].sweep()


def told(app: Flask) -> list[tuple[str, str, str]]:
    """What the ledger holds of templates: what happened, from which model to which."""
    with app.app_context(), transaction(read_only=True) as session:
        query = sa.select(LedgerEntry.content).where(LedgerEntry.kind.startswith("template."))
        entries = [json.loads(text) for text in session.scalars(query.order_by(LedgerEntry.id))]
    return [(entry["kind"], entry["facts"]["model_before"], entry["facts"]["model"]) for entry in entries]


def stored(app: Flask) -> tuple[str | None, bytes | None]:
    """The one enrolment's model and sealed template."""
    with app.app_context(), transaction(read_only=True) as session:
        row = session.scalars(sa.select(Enrolment)).one()
        return row.model_version, row.sealed_template


def test_a_new_model_makes_a_new_template_of_the_kept_photos(
    app: Flask, staff: Staff, district_id: UUID
) -> None:
    """Nobody has to come again; the ledger says so once, however often the sweep looks."""
    dispatcher = staff(Role.DISPATCHER)
    person_id = enrolled_with_old_model(app, dispatcher, district_id)
    assert not dispatcher.get(f"/people/{person_id}").json["enrolled"]
    before = stored(app)
    sweep(app)
    sweep(app)
    after = stored(app)
    assert (OLD_MODEL, MODEL_VERSION) == (before[0], after[0])
    assert before[1] != after[1]
    assert dispatcher.get(f"/people/{person_id}").json["enrolled"]
    assert [("template.recomputed", OLD_MODEL, MODEL_VERSION)] == told(app)


def test_photos_that_pass_no_longer_ask_for_a_new_enrolment_once(
    app: Flask, staff: Staff, district_id: UUID
) -> None:
    """The old template is kept, the models are not asked again, and a new enrolment ends it."""
    dispatcher = staff(Role.DISPATCHER)
    person_id = enrolled_with_old_model(app, dispatcher, district_id)
    before = stored(app)
    blind = app.extensions["qala_verifier"] = BlindVerifier()
    for _time in range(3):
        sweep(app)
    assert (1, before) == (blind.calls, stored(app))
    assert [("template.outdated", OLD_MODEL, MODEL_VERSION)] == told(app)
    app.extensions["qala_verifier"] = FakeVerifier()
    sweep(app)
    assert not dispatcher.get(f"/people/{person_id}").json["enrolled"]
    enrol(dispatcher, person_id, [face_photo("serik", shot) for shot in range(20, 24)])
    assert dispatcher.get(f"/people/{person_id}").json["enrolled"]


def test_a_worker_of_the_old_model_leaves_the_row_to_others(
    app: Flask, staff: Staff, district_id: UUID
) -> None:
    """While machines are updated one after the other, an old one must not undo a new one's work."""
    enrolled_with_old_model(app, staff(Role.DISPATCHER), district_id)
    app.extensions["qala_verifier"] = OldVerifier()
    sweep(app)
    assert OLD_MODEL == stored(app)[0]
    with app.app_context(), transaction(read_only=True) as session:
        row = session.scalars(sa.select(Rereading)).one()
        assert (EnrolmentState.PENDING, 0) == (row.state, row.attempts)


@pytest.mark.parametrize("how", ["refused", "erased", "refused meanwhile"])
def test_who_has_refused_is_not_read_anew(app: Flask, staff: Staff, district_id: UUID, how: str) -> None:
    """Neither before nor while a worker looks."""
    dispatcher, administrator = staff(Role.DISPATCHER), staff(Role.ADMINISTRATOR)
    person_id = enrolled_with_old_model(app, dispatcher, district_id)

    class Refusing(FakeVerifier):
        def enrol(self, photos: Sequence[bytes]) -> EnrolmentReading:
            administrator.patch(f"/people/{person_id}", json={"biometric_basis": "refused"})
            return super().enrol(photos)

    if how == "refused":
        dispatcher.patch(f"/people/{person_id}", json={"biometric_basis": "refused"})
    elif how == "erased":
        administrator.delete(f"/people/{person_id}")
    else:
        app.extensions["qala_verifier"] = Refusing()
    sweep(app)
    assert ((OLD_MODEL, None), []) == (stored(app), told(app))


def test_only_the_newest_enrolment_is_read_anew(
    app: Flask, staff: Staff, district_id: UUID, clock: Clock
) -> None:
    """Whoever was enrolled with today's model needs nothing."""
    dispatcher = staff(Role.DISPATCHER)
    person_id = enrolled_with_old_model(app, dispatcher, district_id)
    clock.advance(seconds=1)
    enrol(dispatcher, person_id, [face_photo("serik", shot) for shot in range(20, 24)])
    sweep(app)
    assert [] == told(app)
