"""What a citizen's words do without a photo: they open a case, reach whoever repairs it, and are no evidence of a good street."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from backend.clock import new_id
from backend.config import Settings
from backend.database import db, transaction
from backend.roads.condition.models import StreetCondition
from backend.roads.condition.work import renew_conditions
from backend.roads.open311.models import CitizenRequest
from backend.roads.open311.work import forget_old_words
from shared.geometry import Point
from shared.vocabulary import DefectKind, Severity
from tests.backend.roads.cases.test_life import planned
from tests.backend.roads.condition.test_service import condition
from tests.backend.roads.open311.test_door import decided, number_of, report
from tests.conftest import Clock
from tests.fakes import road_photo
from tests.phone import Phone
from tests.roads import beside, cases, one, wait
from tests.roads import report as crew_report


def told(client: FlaskClient, desk: Phone, at: Point, service: str, text: str = "", **change: str) -> str:
    """A report in words alone that was let in; gives its number."""
    place = {"lat": str(at.lat), "long": str(at.lon)}
    number = number_of(report(client, service_code=service, description=text, **place, **change))
    answer = decided(desk, number, let_in=True)
    assert 200 == answer.status_code, answer.text
    return number


def test_words_alone_give_a_street_no_index(client: FlaskClient, desk: Phone, street: Point) -> None:
    """Neither a good one (a fault that the index does not know) nor a bad one: nobody has seen the street."""
    told(client, desk, street, "other", "люк открыт")
    (case,) = cases(desk)
    unknown: dict[str, Any] = condition(desk, case["segment_id"])
    assert (None, "no_evidence", 0, 0) == (
        unknown["score"],
        unknown["why_unknown"],
        unknown["assessed"],
        unknown["units_seen"],
    )
    told(client, desk, street, "pothole", "яма")
    assert None is condition(desk, case["segment_id"])["score"]
    assert [] == desk.get("/streets/condition").json["features"]


def test_a_fault_that_was_only_told_counts_on_a_seen_stretch_once_it_is_confirmed(
    app: Flask, client: FlaskClient, crew: Phone, desk: Phone, street: Point, clock: Clock
) -> None:
    """A person stands for it then; before, what the photo shows is what is known."""
    told(client, desk, street, "pothole", "яма")
    (case,) = cases(desk)
    crew_report(app, crew, street, clock(), photos=[road_photo(None)], kind_guess=None)
    clean = condition(desk, case["segment_id"])
    assert (100, 1, 1) == (clean["score"], clean["photos"], clean["assessed"])
    word = {"fault": True, "kind": "pothole", "severity": "high"}
    (defect_id,) = [each["defect_id"] for each in desk.get(f"/cases/{case['id']}").json["seen"]]
    assert 200 == desk.put(f"/defects/{defect_id}/labels/{new_id_text(app)}", json=word).status_code
    bad = condition(desk, case["segment_id"])
    assert bad["score"] < 60
    assert 1 == bad["units_seen"]


def new_id_text(app: Flask) -> str:
    """An id as a browser makes one."""
    with app.app_context():
        return str(new_id())


def test_an_index_that_rested_on_words_is_taken_back_by_the_day(
    app: Flask, client: FlaskClient, crew: Phone, desk: Phone, street: Point, clock: Clock
) -> None:
    """As an earlier version wrote it: the daily reckoning finds it, no report need come."""
    told(client, desk, street, "other", "люк открыт")
    (case,) = cases(desk)
    with app.app_context(), transaction():
        db.session().add(
            StreetCondition(
                id=new_id(),
                segment_id=case["segment_id"],
                is_newest=True,
                score=100.0,
                photos=1,
                assessed=1,
                units_seen=1,
                units=8,
                faults=[],
                scales={"none": 1},
                evidence_from=clock(),
                evidence_until=clock(),
                reckoned_at=clock(),
            )
        )
    assert 100 == condition(desk, case["segment_id"])["score"]
    with app.app_context():
        renew_conditions()
    healed = condition(desk, case["segment_id"])
    assert (None, "no_evidence", 0) == (healed["score"], healed["why_unknown"], healed["assessed"])


def test_a_crews_photo_is_evidence(app: Flask, crew: Phone, desk: Phone, street: Point, clock: Clock) -> None:
    """The model looked at it."""
    crew_report(app, crew, street, clock(), photos=[road_photo(DefectKind.POTHOLE, Severity.HIGH)])
    (case,) = cases(desk)
    assert condition(desk, case["segment_id"])["score"] < 60


def test_several_other_faults_on_one_spot_do_not_become_one(
    client: FlaskClient, desk: Phone, street: Point
) -> None:
    """«Something else» is said of manholes, signs and kerbs alike."""
    for place, text in enumerate(("люк", "знак", "бордюр", "решётка")):
        told(client, desk, beside(street, east_m=3.0 * place), "other", text)
    found = cases(desk)
    assert 4 == len(found)
    newest = desk.get(f"/cases/{found[0]['id']}").json["seen"][0]
    assert newest["doubts"]  # a person is asked


def test_a_citizens_words_reach_the_desk_and_the_crew_of_the_task(
    app: Flask, client: FlaskClient, crew: Phone, desk: Phone, street: Point, clock: Clock, settings: Settings
) -> None:
    """As text, bounded; no other crew, and nobody once their time is over."""
    text = "<b>Люк</b> без крышки " + "у подъезда " * 200
    told(client, desk, street, "other", text, address_string="Жумабаева 5")
    (case,) = cases(desk)
    written = {"description": f"{text[:1000].rstrip()}…", "address": "Жумабаева 5"}
    assert [written] == words_in(desk, case["id"])
    assert [None] == words_in(crew, case["id"])
    planned(desk, crew, clock, case["id"])
    assert [written] == words_in(crew, case["id"])
    synced = crew.get("/sync").json
    assert synced is not None
    assert [f"Жумабаева 5 · {written['description']}"] == [each["words"] for each in synced["faults"]]
    wait(clock, crew, desk, days=19)
    with app.app_context(), transaction():
        row = db.session().scalars(db.select(CitizenRequest)).one()
        row.requested_at = clock() - timedelta(days=settings.citizen_words_days + 1)
    with app.app_context():
        forget_old_words()
    assert [None] == words_in(desk, case["id"])
    again = crew.get("/sync", query_string={"cursor": synced["cursor"]}).json
    assert again is not None
    assert [""] == [each["words"] for each in again["faults"]]  # the phone forgets them, too


def words_in(phone: Phone, case_id: str) -> list[Any]:
    """What citizens wrote of a case, as a reader is told."""
    return [each["citizen"] for each in one(phone, case_id)["seen"]]
