"""What a citizen's words do without a photo: they open a case, reach whoever repairs it, and are no evidence of a good street."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from backend.clock import new_id
from backend.database import db, transaction
from backend.roads.condition.models import StreetCondition
from backend.roads.condition.work import renew_conditions
from shared.geometry import Point
from shared.vocabulary import DefectKind, Severity
from tests.backend.roads.condition.test_service import condition
from tests.backend.roads.open311.test_door import decided, number_of, report
from tests.conftest import Clock
from tests.fakes import road_photo
from tests.phone import Phone
from tests.roads import cases
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


def test_a_crews_photo_is_evidence(
    app: Flask, crew: Phone, desk: Phone, street: Point, clock: Clock
) -> None:
    """The model looked at it."""
    crew_report(app, crew, street, clock(), photos=[road_photo(DefectKind.POTHOLE, Severity.HIGH)])
    (case,) = cases(desk)
    assert condition(desk, case["segment_id"])["score"] < 60
