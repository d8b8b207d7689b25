"""The reconciliation over HTTP: from positions and reports to words, kept when the route is closed, seen by those concerned."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import DatabaseError

from backend.database import db, transaction
from backend.ledger.models import AccessEntry
from backend.ledger.service import entries_after
from backend.routing.proof import work
from backend.routing.proof.models import RouteProofRow
from shared.vocabulary import Role
from tests.backend.routing.conftest import Shift
from tests.factories import location_batch, make_route
from tests.fakes import LostWakeUps
from tests.invented_streets import import_streets
from tests.phone import Phone

Staff = Callable[..., Phone]
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def drive(shift: Shift, *, until_lon: float, step_deg: float = 0.0005) -> None:
    """The crew's phone brings positions from the first stop eastwards, one in ten seconds, the last one now."""
    first = shift.route["stops"][0]
    count = round((until_lon - first["lon"]) / step_deg) + 1
    begin = shift.clock() - timedelta(seconds=10 * (count - 1))
    fixes = [
        {
            "lat": first["lat"],
            "lon": first["lon"] + step_deg * k,
            "accuracy_m": 6,
            "taken_at": (begin + timedelta(seconds=10 * k)).isoformat(),
        }
        for k in range(count)
    ]
    batch = location_batch(shift.crew, fixes, route_id=shift.route["id"])
    answer = shift.crew.put(f"/location-fixes/{batch['id']}", json=batch)
    assert (200, count) == (answer.status_code, answer.json["kept"])


def far_report(shift: Shift, stop: int) -> None:
    """A stop reported done whose own positions say nothing."""
    assert 200 == shift.report(stop, fixes=[]).send(shift.crew).status_code


def proof(shift: Shift, phone: Phone | None = None, **query: Any) -> dict[str, Any]:
    """The reconciliation as somebody reads it."""
    answer = (phone or shift.dispatcher).get(f"{shift.path}/proof", query_string=query)
    assert 200 == answer.status_code, answer.text
    found: dict[str, Any] = answer.json  # type: ignore[assignment]
    return found


def texts(stop: dict[str, Any]) -> list[str]:
    """What is said of a stop, but for clocks: the reports here carry none."""
    return [each["text"] for each in stop["findings"] if each["code"] != "time_unsure"]


def test_what_was_driven_bears_out_what_was_reported(shift: Shift) -> None:
    """The first stop is on the way, the last one is not; the sentence names both distances and both times."""
    shift.clock.advance(minutes=5)
    drive(shift, until_lon=shift.route["stops"][0]["lon"] + 0.0005)
    far_report(shift, 0)
    far_report(shift, 2)
    found = proof(shift)
    assert (False, "Площадка 1") == (found["kept"], found["stops"][0]["title"])
    assert ["there", "not_seen"] == [found["stops"][at]["presence"] for at in (0, 2)]
    assert [] == texts(found["stops"][0])
    (said,) = texts(found["stops"][2])
    assert said.startswith("Reported done at 09:05. The vehicle's positions come no nearer than ")
    assert said.endswith("50 m count as there.")


def test_the_words_are_the_readers(shift: Shift) -> None:
    """In Russian and Kazakh."""
    far_report(shift, 0)
    shift.dispatcher.headers["Accept-Language"] = "ru"
    assert ["Координат этого маршрута нет: где была машина, неизвестно."] == [
        each["text"] for each in proof(shift)["findings"]
    ]
    shift.dispatcher.headers["Accept-Language"] = "kk"
    assert ["Бұл бағыттың координаттары жоқ: көліктің қайда болғаны белгісіз."] == [
        each["text"] for each in proof(shift)["findings"]
    ]


def test_the_positions_signed_with_a_report_count_too(shift: Shift) -> None:
    """A phone whose tracking was off was there all the same."""
    shift.report(1).send(shift.crew)
    found = proof(shift)
    assert ("there", []) == (found["stops"][1]["presence"], texts(found["stops"][1]))


def close(shift: Shift) -> None:
    """The crew closes its route."""
    assert 200 == shift.crew.post(f"{shift.path}/moves", json={"to": "closed"}).status_code


def test_closing_keeps_the_reconciliation_as_it_was(shift: Shift, in_app: None) -> None:
    """Positions that come later show in a new one only; the ledger says how many of what, and no position."""
    far_report(shift, 0)
    close(shift)
    shift.clock.advance(minutes=1)
    drive(shift, until_lon=shift.route["stops"][2]["lon"])
    kept, anew = proof(shift), proof(shift, anew="true")
    assert (True, "unknown", 0) == (kept["kept"], kept["stops"][0]["presence"], kept["positions"])
    assert (False, "there") == (anew["kept"], anew["stops"][0]["presence"])
    with transaction(read_only=True):
        (entry,) = [each for each in entries_after(0, limit=1000) if each.kind == "route.reconciled"]
        held = entry.content
    assert '"findings":{"no_positions":1,"not_reported":2,"time_unsure":1}' in held
    assert not any(word in held for word in ('"lat"', '"lon"', "nearest"))


def test_closing_again_keeps_another_one(shift: Shift, in_app: None) -> None:
    """The first stays as it was, and the database refuses to change it."""
    far_report(shift, 0)
    close(shift)
    move = {"to": "driving", "reason": "Забыли точку"}
    assert 200 == shift.dispatcher.post(f"{shift.path}/moves", json=move).status_code
    assert not proof(shift)["kept"]
    far_report(shift, 1)
    close(shift)
    assert ["done", "done", "planned"] == [stop["state"] for stop in proof(shift)["stops"]]
    with transaction(read_only=True):
        rows = db.session().scalars(sa.select(RouteProofRow).order_by(RouteProofRow.number)).all()
        assert [1, 2] == [row.number for row in rows]
        assert ["done", "planned", "planned"] == [stop["state"] for stop in rows[0].content["stops"]]
    with pytest.raises(DatabaseError, match="append-only"), transaction() as session:
        session.execute(sa.update(RouteProofRow).values(number=9))


def test_a_draft_that_is_given_up_keeps_nothing(shift: Shift, in_app: None) -> None:
    """It was nobody's to drive; a released one that nobody drove was."""
    draft = make_route(shift.dispatcher, shift.district_id, start=shift.clock(), released=False)
    for route in (draft, shift.route):
        move = {"to": "closed", "reason": "отменён"}
        assert 200 == shift.dispatcher.post(f"/routes/{route['id']}/moves", json=move).status_code
    with transaction(read_only=True):
        (row,) = db.session().scalars(sa.select(RouteProofRow))
        assert shift.route["id"] == str(row.route_id)


def test_only_those_concerned_read_it_and_planners_reads_are_written_down(
    shift: Shift, staff: Staff, in_app: None
) -> None:
    """The crew reads what is said of it; another crew finds nothing."""
    proof(shift, shift.crew)
    assert 404 == staff(Role.CREW).get(f"{shift.path}/proof").status_code
    assert 403 == staff(Role.SUPERVISOR).get(f"{shift.path}/proof").status_code
    with transaction(read_only=True):
        query = sa.select(sa.func.count()).where(AccessEntry.action == "route_proofs.read")
        before = db.session().scalar(query)
    proof(shift)
    with transaction(read_only=True):
        assert (0, 1) == (before, db.session().scalar(query))


def put_on_street(shift: Shift) -> float:
    """Give the route one stop, a piece of street of some length, and drive along it; returns its metres."""
    page = shift.dispatcher.get("/street-segments?bbox=69.13,54.86,69.16,54.88&limit=100").json
    longest = max(page["features"], key=lambda each: float(each["properties"]["length_m"]))
    line = longest["geometry"]
    (first, last), stop = (line["coordinates"][0], line["coordinates"][-1]), shift.plan()["stops"][0]
    wished = stop | {"line": line, "lat": first[1], "lon": first[0], "action": "clear"}
    answer = shift.dispatcher.put(shift.path, json=shift.plan(stops=[wished]))
    assert 200 == answer.status_code, answer.text
    shift.clock.advance(minutes=5)
    begin = shift.clock() - timedelta(seconds=50)
    ends = np.array([first, last])
    places = ends[0] + np.linspace(0, 1, 11)[:, None] * (ends[1] - ends[0])
    fixes = [
        {"lat": lat, "lon": lon, "accuracy_m": 6, "taken_at": (begin + timedelta(seconds=5 * k)).isoformat()}
        for k, (lon, lat) in enumerate(places.tolist())
    ]
    batch = location_batch(shift.crew, fixes, route_id=shift.route["id"])
    assert 11 == shift.crew.put(f"/location-fixes/{batch['id']}", json=batch).json["kept"]
    return float(longest["properties"]["length_m"])


@on_sqlite
def test_the_streets_driven_decide_where_they_are_known(shift: Shift, app: Flask) -> None:
    """The first reader starts a worker and is told so; the next one reads by streets, and closing keeps that."""
    import_streets(app)
    length_m = put_on_street(shift)
    first, second = proof(shift), proof(shift)
    assert ("nearness", True, None) == (first["judged_by"], first["matching"], first["streets_m"])
    assert ("streets", False, "streets") == (
        second["judged_by"],
        second["matching"],
        second["stops"][0]["judged_by"],
    )
    assert 1.0 == second["streets_share"]
    assert 0.9 * length_m < second["streets_m"] < 1.1 * length_m
    assert 0.9 * length_m < second["stops"][0]["driven_with_m"] <= 1.01 * length_m
    far_report(shift, 0)
    assert ("nearness", "done") == (proof(shift)["judged_by"], proof(shift)["stops"][0]["state"])
    close(shift)
    kept = proof(shift)
    assert (True, False, "streets") == (kept["kept"], kept["matching"], kept["judged_by"])


@on_sqlite
def test_a_reconciliation_that_is_due_survives_a_lost_wake_up(shift: Shift, app: Flask) -> None:
    """Closing does not wait for it; the sweep finds the route."""
    jobs = app.extensions["qala_jobs"]
    app.extensions["qala_jobs"] = LostWakeUps()
    far_report(shift, 0)
    close(shift)
    app.extensions["qala_jobs"] = jobs
    assert not proof(shift)["kept"]
    with app.app_context():
        (waiting,) = work.waiting_routes()
        for _again in range(2):
            work.prove(waiting)
        assert [] == work.waiting_routes()
    assert proof(shift)["kept"]
    with app.app_context(), transaction(read_only=True):
        assert 1 == db.session().scalar(sa.select(sa.func.count()).select_from(RouteProofRow))
