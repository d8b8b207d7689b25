"""Conditions from reports: an index with its evidence, what a repair does to it, the worst streets first, old evidence."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from backend.roads.condition.work import renew_conditions
from shared.geometry import Point
from shared.vocabulary import CannotAssess, DefectKind, Severity
from tests.backend.roads.cases.test_life import clean_photo, move, planned, repaired
from tests.conftest import Clock
from tests.fakes import road_photo
from tests.invented_streets import a_segment
from tests.phone import Phone
from tests.roads import cases, report, wait

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def condition(phone: Phone, segment_id: int) -> dict[str, Any]:
    """How a piece of street stands."""
    answer = phone.get(f"/street-segments/{segment_id}/condition")
    assert answer.status_code == 200, answer.text
    return answer.json  # type: ignore[return-value]


def test_a_pothole_lowers_the_index_and_its_repair_raises_it(
    app: Flask, crew: Phone, dispatcher: Phone, street: Point, clock: Clock
) -> None:
    """History keeps one a day; five photos of one hole are one hole."""
    for _each in range(3):
        clock.advance(minutes=1)
        report(app, crew, street, clock(), photos=[road_photo(DefectKind.POTHOLE, Severity.HIGH, shot=_each)])
    (case,) = cases(dispatcher)
    bad = condition(dispatcher, case["segment_id"])
    assert (3, 3, 1) == (bad["photos"], bad["assessed"], bad["units_seen"])
    assert bad["score"] < 40
    assert [("pothole", 1)] == [(each["kind"], each["count"]) for each in bad["faults"]]
    assert (0, None) == (bad["evidence_age_days"], bad["why_unknown"])
    wait(clock, crew, dispatcher, days=1)
    planned(dispatcher, crew, clock, case["id"])
    move(crew, case["id"], "repairing")
    assert bad["score"] == condition(dispatcher, case["segment_id"])["score"]
    move(crew, case["id"], "repaired", repair=repaired(clock))
    clock.advance(minutes=5)
    report(app, crew, street, clock(), photos=clean_photo(), kind_guess=None)
    good = condition(dispatcher, case["segment_id"])
    assert 100 == good["score"]
    assert [bad["score"], 100] == [each["score"] for each in good["history"]]


def test_photos_that_say_nothing_and_streets_that_nobody_saw_have_no_index(
    app: Flask, crew: Phone, dispatcher: Phone, street: Point, clock: Clock
) -> None:
    """And none of them is called good."""
    nobody = condition(dispatcher, a_segment(dispatcher))
    assert (None, None, "no_evidence", 0) == (
        nobody["score"],
        nobody["band"],
        nobody["why_unknown"],
        nobody["photos"],
    )
    report(app, crew, street, clock(), photos=[road_photo(CannotAssess.TOO_DARK)], kind_guess=None)
    listed = dispatcher.get("/streets/condition").json
    assert [] == listed["features"]
    assert [] == dispatcher.get("/streets/condition/marks").json["lines"]
    assert listed["known"]["cannot_m"] > 0
    assert 404 == dispatcher.get("/street-segments/12345/condition").status_code


@on_sqlite
def test_an_old_photo_of_a_sound_road_makes_no_other_street_good(
    app: Flask, crew: Phone, dispatcher: Phone, street: Point, clock: Clock
) -> None:
    """Nor the same one better known: the same photo from two phones is seen once."""
    sound = [road_photo(shot=5)]
    report(app, crew, street, clock(), photos=sound, kind_guess=None)
    (good,) = dispatcher.get("/streets/condition").json["features"]
    piece = dispatcher.get("/street-segments?bbox=69.13,54.86,69.14,54.87").json["features"][0]
    (west, south), (east, north) = piece["geometry"]["coordinates"][:2]
    for place in (Point(lat=(south + north) / 2, lon=(west + east) / 2), street):
        clock.advance(minutes=1)
        report(app, crew, place, clock(), photos=sound, kind_guess=None)
    (still,) = dispatcher.get("/streets/condition").json["features"]
    assert still["properties"]["segment_id"] == good["properties"]["segment_id"]
    assert 1 == condition(dispatcher, good["properties"]["segment_id"])["assessed"]


@on_sqlite
def test_the_worst_streets_come_first(
    app: Flask, crew: Phone, dispatcher: Phone, street: Point, clock: Clock
) -> None:
    """As GeoJSON lines, in pages, in a box; and all at once as columns for a map."""
    report(app, crew, street, clock(), photos=[road_photo(DefectKind.POTHOLE, Severity.HIGH)])
    piece = dispatcher.get("/street-segments?bbox=69.13,54.86,69.14,54.87").json["features"][0]
    (west, south), (east, north) = piece["geometry"]["coordinates"][:2]
    other = Point(lat=(south + north) / 2, lon=(west + east) / 2)
    report(app, crew, other, clock(), photos=[road_photo(DefectKind.CRACK_TRANSVERSE, Severity.LOW)])
    everything = dispatcher.get("/streets/condition").json
    scores = [each["properties"]["score"] for each in everything["features"]]
    assert 2 == len(scores)
    assert sorted(scores) == scores
    assert "LineString" == everything["features"][0]["geometry"]["type"]
    first = dispatcher.get("/streets/condition?limit=1").json
    second = dispatcher.get(f"/streets/condition?limit=1&cursor={first['next']}").json
    assert everything["features"] == [*first["features"], *second["features"]]
    assert None is second["next"]
    box = f"{street.lon - 0.001},{street.lat - 0.001},{street.lon + 0.001},{street.lat + 0.001}"
    assert 1 == len(dispatcher.get(f"/streets/condition?bbox={box}").json["features"])
    assert 1 == len(dispatcher.get("/streets/condition?below=50").json["features"])
    for cursor in ("x", "1:99999999999999999999", "1:-1"):
        assert 422 == dispatcher.get(f"/streets/condition?cursor={cursor}").status_code
    marks = dispatcher.get("/streets/condition/marks").json
    told = [(each["properties"], each["geometry"]["coordinates"]) for each in everything["features"]]
    columns = ("segment_ids", "segment_id"), ("scores", "score"), ("bands", "band"), ("streets", "street")
    for column, name in columns:
        assert [properties[name] for properties, _line in told] == marks[column]
    for (_properties, whole), line in zip(told, marks["lines"], strict=True):
        assert whole == [pytest.approx(point, abs=1e-6) for point in line]


@on_sqlite
def test_evidence_grows_old(app: Flask, crew: Phone, dispatcher: Phone, street: Point, clock: Clock) -> None:
    """After the period the index ends, and says that it is too old; the history stays."""
    report(app, crew, street, clock(), photos=[road_photo(DefectKind.POTHOLE, Severity.HIGH)])
    (case,) = cases(dispatcher)
    for _each in range(20):
        wait(clock, crew, dispatcher, days=19)
    with app.app_context():
        renew_conditions()
    old = condition(dispatcher, case["segment_id"])
    assert (None, "too_old", 1) == (old["score"], old["why_unknown"], len(old["history"]))
    assert old["evidence_age_days"] >= 365
