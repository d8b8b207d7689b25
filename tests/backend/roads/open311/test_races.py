"""Acts on citizens' reports that meet on PostgreSQL: one number for one report, and a refusal stands whatever a worker does."""

from __future__ import annotations

import io
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from backend.database import transaction
from backend.roads.cases.models import CaseView
from backend.roads.looking import work
from backend.roads.looking.models import DefectPhoto, Looking
from backend.roads.models import Defect
from backend.roads.open311.models import CitizenRequest
from backend.uploads.models import EvidenceKey
from shared.geometry import Point
from shared.vocabulary import LookState
from tests.backend.roads.conftest import asleep as asleep
from tests.fakes import face_photo
from tests.phone import Phone
from tests.races import AT_THEIR_TURN, BEFORE_COMMIT, meet, twin

pytestmark = [
    pytest.mark.parametrize("database_url", ["postgresql"], indirect=True),
    pytest.mark.usefixtures("asleep"),
]


def sent(app: Flask, place: Point) -> str:
    """A citizen's report with a photo; its number."""
    media = (io.BytesIO(face_photo("road")), "road.png")
    said = {"service_code": "pothole", "lat": str(place.lat), "long": str(place.lon), "description": "яма"}
    answer = app.test_client().post("/open311/v2/requests.json", data=said | {"media": media})
    assert 201 == answer.status_code, answer.text
    number: str = answer.json[0]["service_request_id"]  # type: ignore[index]
    return number


def waiting(desk: Phone) -> list[UUID]:
    """The reports that wait for a decision."""
    return [UUID(each["id"]) for each in desk.get("/citizen-requests?moderation=waiting").json["items"]]  # type: ignore[index]


def test_the_same_report_sent_twice_at_once_has_one_number(app: Flask, desk: Phone, street: Point) -> None:
    """An app lost patience and sent it again: one row, and no photos that nobody knows."""
    numbers = meet(app, BEFORE_COMMIT, *[lambda: sent(app, street)] * 2)
    assert 1 == len(set(numbers))
    assert 1 == len(waiting(desk))
    with app.app_context(), transaction(read_only=True) as session:
        assert 1 == session.scalar(sa.select(sa.func.count()).select_from(EvidenceKey))


def test_two_who_decide_at_once_decide_once(app: Flask, desk: Phone, street: Point) -> None:
    """The second hears that it is decided."""
    sent(app, street)
    (request_id,) = waiting(desk)
    path = f"/citizen-requests/{request_id}/decisions"

    def decide(let_in: bool) -> int:
        body = {"let_in": let_in, "reason": "" if let_in else "реклама"}
        return twin(app, desk).post(path, json=body).status_code

    assert [200, 409] == meet(app, BEFORE_COMMIT, lambda: decide(True), lambda: decide(False))


def test_a_report_is_refused_while_a_worker_brings_what_it_saw(
    app: Flask, desk: Phone, street: Point
) -> None:
    """Either may come first: nothing of its photos is left, and neither waits for the other for ever."""
    sent(app, street)
    (request_id,) = waiting(desk)

    def refuse() -> int:
        body = {"let_in": False, "reason": "реклама"}
        return twin(app, desk).post(f"/citizen-requests/{request_id}/decisions", json=body).status_code

    def look() -> None:
        with app.app_context():
            work.look(request_id)

    held = f"SELECT 1 FROM defects WHERE id = '{request_id}' FOR UPDATE"
    assert [200, None] == meet(app, held, refuse, look)
    with app.app_context(), transaction(read_only=True) as session:
        looking, photo = session.get_one(Looking, request_id), session.get_one(DefectPhoto, (request_id, 0))
        assert (LookState.DONE, None) == (looking.state, photo.view)
        assert looking.originals_gone_at is not None
        assert [] == list(session.scalars(sa.select(EvidenceKey)))
        assert "refused" == session.get_one(CitizenRequest, request_id).moderation


def test_a_report_that_is_refused_while_it_is_taken_in_is_evidence_of_nothing(
    app: Flask, desk: Phone, street: Point
) -> None:
    """Neither now nor by the daily round: what was refused would prove repairs and show sound streets."""
    sent(app, street)
    (request_id,) = waiting(desk)

    def look() -> None:
        with app.app_context():
            work.look(request_id)

    def refuse() -> int:
        body = {"let_in": False, "reason": "реклама"}
        return twin(app, desk).post(f"/citizen-requests/{request_id}/decisions", json=body).status_code

    assert [200, None] == meet(app, AT_THEIR_TURN, refuse, look)
    with app.app_context():
        work.tell_cases_of_what_was_left()
        with transaction(read_only=True) as session:
            assert session.get_one(Defect, request_id).looked_at is not None
            assert session.get(CaseView, request_id) is None
