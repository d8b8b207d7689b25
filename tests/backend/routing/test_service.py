"""Routes from the dispatcher's hand to the crew's phone and back: sheets, versions, reports of stops, late ones too."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError

from backend.database import db, transaction
from backend.ledger.service import entries_after
from backend.routing import receiving
from backend.routing.models import RouteVersion, StopReport
from backend.uploads import evidence
from shared.contracts import StopReportAnswer, SyncAnswer, decode
from shared.vocabulary import Role, RouteState, SkipReason, StopChange, StopState
from tests.backend.routing.conftest import Shift
from tests.conftest import Clock
from tests.factories import frames_of, make_route, route_plan
from tests.phone import Phone

Staff = Callable[..., Phone]


def kinds() -> list[str]:
    """What the ledger holds of routes and stops, oldest first."""
    with transaction(read_only=True):
        return [
            each.kind for each in entries_after(0, limit=1000) if each.kind.startswith(("route.", "stop."))
        ]


def test_a_released_route_reaches_the_crews_phone(shift: Shift) -> None:
    """Whole, in driving order, without anything that is not known of a route entered by hand."""
    sheet = shift.sheet()
    assert (RouteState.RELEASED, 1, "KZ 123 AB") == (sheet.state, sheet.version, sheet.vehicle)
    assert ["Площадка 1", "Площадка 2", "Площадка 3"] == [stop.title for stop in sheet.stops]
    assert {(None, None, StopState.PLANNED, ())} == {
        (stop.path, stop.change, stop.state, stop.instructions) for stop in sheet.stops
    }


def test_a_draft_is_on_nobodys_phone(shift: Shift, clock: Clock) -> None:
    """Nor is a route of somebody else."""
    make_route(
        shift.dispatcher, shift.district_id, start=clock(), released=False, assignee_ids=[shift.crew_id]
    )
    make_route(shift.dispatcher, shift.district_id, start=clock(), released=False)
    assert shift.route["id"] == str(shift.sheet().id)


def test_a_stop_that_is_done_sets_the_route_driving(shift: Shift, in_app: None) -> None:
    """The first report does; the phone's next sync says both."""
    draft = shift.report(photos=frames_of("containers", 2))
    answer = draft.send(shift.crew)
    assert 200 == answer.status_code, answer.text
    said = decode(StopReportAnswer, answer.json)
    hashes = tuple(hashlib.sha256(photo).hexdigest() for photo in draft.photos)
    assert (hashes, True, "The stop is done.") == (said.received, said.counts, said.summary)
    sheet = shift.sheet()
    assert (RouteState.DRIVING, StopState.DONE) == (sheet.state, sheet.stops[0].state)
    assert ["route.created", "route.moved", "stop.reported", "route.moved"] == kinds()
    with transaction(read_only=True):
        assert draft.photos[1] == evidence.photo(receiving.owner(UUID(draft.id)), 1)


def test_the_same_report_again_gets_the_same_answer(shift: Shift, in_app: None) -> None:
    """An answer was lost; other content under the id is a conflict."""
    draft = shift.report()
    first = draft.send(shift.crew)
    shift.clock.advance(minutes=5)
    assert first.json == draft.send(shift.crew).json
    assert 1 == kinds().count("stop.reported")
    draft.manifest["note"] = "иначе"
    assert 409 == draft.send(shift.crew).status_code


def test_the_report_captured_last_counts_whatever_came_first(shift: Shift) -> None:
    """A mistake was taken back on the phone; the first report comes late."""
    taken_back = shift.report(state="planned", captured_at=shift.clock().isoformat())
    mistake = shift.report(captured_at=(shift.clock() - timedelta(minutes=9)).isoformat())
    assert taken_back.send(shift.crew).json["counts"]
    late = mistake.send(shift.crew).json
    assert (False, "Received; a later report of the same stop counts.") == (late["counts"], late["summary"])
    assert StopState.PLANNED == shift.sheet().stops[0].state
    assert [mistake.id, taken_back.id] == [each["id"] for each in shift.read()["reports"]]


def test_a_skipped_stop_says_why(shift: Shift) -> None:
    """On the phone and to the dispatcher; a skip without a reason is refused by its field."""
    assert 200 == shift.report(state="skipped", skip_reason="parked_cars").send(shift.crew).status_code
    stop = shift.sheet().stops[0]
    assert (StopState.SKIPPED, SkipReason.PARKED_CARS) == (stop.state, stop.skip_reason)
    assert {"planned": 2, "done": 0, "skipped": 1} == shift.read()["stop_counts"]
    silent = shift.report(1, state="skipped").send(shift.crew)
    assert (422, ["stop_report.skip_reason"]) == (silent.status_code, list(silent.json["errors"]))


def test_done_without_its_photo_is_received_and_marked(shift: Shift) -> None:
    """What was done is not lost for a missing picture."""
    plan = shift.plan()
    plan["stops"][0]["photo_needed"] = True
    assert 200 == shift.dispatcher.put(shift.path, json=plan).status_code
    answer = shift.report().send(shift.crew)
    assert (200, True) == (answer.status_code, answer.json["counts"])
    assert "photo" in answer.json["summary"]
    route = shift.read()
    assert (True, 1) == (route["stops"][0]["proof_missing"], route["proofs_missing"])
    shift.clock.advance(minutes=1)
    assert 200 == shift.report(photos=frames_of("proof", 1)).send(shift.crew).status_code
    assert not shift.read()["stops"][0]["proof_missing"]


def test_a_new_version_says_what_it_changed(shift: Shift) -> None:
    """Added, moved, changed, removed and why: on the phone, in one version."""
    plan = shift.plan()
    first, second, third = plan["stops"]
    new = {"action": "visit", "title": "Двор школы", "lat": 54.87, "lon": 69.15}
    plan["stops"] = [third, {**first, "detail": "ворота с двора"}, new]
    answer = shift.dispatcher.put(shift.path, json=plan)
    assert (200, '"2"') == (answer.status_code, answer.headers["ETag"])
    sheet = shift.sheet()
    assert (2, "Дорога перекрыта", ("Площадка 2",)) == (
        sheet.version,
        sheet.changed_because,
        sheet.removed,
    )
    assert [StopChange.MOVED, StopChange.CHANGED, StopChange.ADDED] == [stop.change for stop in sheet.stops]
    assert second["id"] not in {str(stop.id) for stop in sheet.stops}


def test_the_same_plan_again_makes_no_version(shift: Shift) -> None:
    """An answer was lost."""
    plan = shift.plan(reason="")
    plan["stops"][0]["line"] = {"type": "LineString", "coordinates": [[69.1416, 54.8695], [69.142, 54.87]]}
    first = shift.dispatcher.put(shift.path, json=plan | {"reason": "ремонт"}).json
    assert first == shift.dispatcher.put(shift.path, json=plan).json
    assert 2 == first["version"]


def test_a_plan_made_from_an_old_version_is_refused(shift: Shift) -> None:
    """If-Match, as everywhere."""
    plan = shift.plan(title="Другое")
    assert 200 == shift.dispatcher.put(shift.path, json=plan, headers={"If-Match": '"1"'}).status_code
    plan["title"] = "Третье"
    assert 412 == shift.dispatcher.put(shift.path, json=plan, headers={"If-Match": '"1"'}).status_code


def test_what_is_done_is_frozen(shift: Shift) -> None:
    """It can be neither left out, nor moved to another place; everything else may change."""
    shift.report(1).send(shift.crew)
    plan = shift.plan()
    without = shift.dispatcher.put(shift.path, json=plan | {"stops": plan["stops"][::2]})
    assert (422, ["stops"]) == (without.status_code, list(without.json["errors"]))
    assert "Площадка 2" in without.json["errors"]["stops"][0]
    plan["stops"][1]["lat"] += 0.01
    moved = shift.dispatcher.put(shift.path, json=plan)
    assert (422, ["stops[1]"]) == (moved.status_code, list(moved.json["errors"]))
    plan["stops"][1]["lat"] -= 0.01
    plan["stops"] = [plan["stops"][1], plan["stops"][2]]
    assert 200 == shift.dispatcher.put(shift.path, json=plan).status_code


def test_a_report_of_a_stop_that_was_taken_away_is_received(shift: Shift) -> None:
    """The driver had the older version before him."""
    plan = shift.plan()
    shift.dispatcher.put(shift.path, json=plan | {"stops": plan["stops"][1:]})
    answer = shift.report(0).send(shift.crew)
    assert 200 == answer.status_code, answer.text
    assert "newer plan" in answer.json["summary"]
    (report,) = shift.read()["reports"]
    assert (True, 1) == (report["removed"], report["route_version"])
    again = shift.plan()
    again["stops"].insert(0, plan["stops"][0])
    back = shift.dispatcher.put(shift.path, json=again).json
    assert "done" == back["stops"][0]["state"]


def test_a_report_after_the_end_is_received(shift: Shift) -> None:
    """A phone out of reach brings what was done when the route is closed already."""
    shift.dispatcher.post(f"{shift.path}/moves", json={"to": "closed", "reason": "смена окончена"})
    answer = shift.report().send(shift.crew)
    assert (200, True) == (answer.status_code, answer.json["counts"])
    assert ("closed", "done") == (shift.read()["state"], shift.read()["stops"][0]["state"])


def test_another_crew_of_the_district_may_report(shift: Shift, staff: Staff) -> None:
    """The route was handed over while a phone was offline; the ledger says who was assigned."""
    helper = staff(Role.CREW)
    draft = shift.report()
    draft.manifest["device_id"] = helper.device_id
    assert 200 == draft.send(helper).status_code


def test_a_phone_shows_a_closed_route_for_three_days(shift: Shift) -> None:
    """Then it is told to forget it."""
    shift.dispatcher.post(f"{shift.path}/moves", json={"to": "driving"})
    shift.crew.post(f"{shift.path}/moves", json={"to": "closed"})
    assert RouteState.CLOSED == shift.sheet().state
    cursor = shift.crew.get("/sync").json["cursor"]
    shift.clock.advance(days=3, minutes=1)
    shift.crew.sign_in(shift.crew.tokens["user"]["login"], "correct horse battery")
    later = decode(SyncAnswer, shift.crew.get(f"/sync?cursor={cursor}").json)
    assert [("route", shift.route["id"])] == [(each.kind, str(each.id)) for each in later.tombstones]


def test_a_route_taken_back_leaves_the_phone(shift: Shift) -> None:
    """Only while nothing was reported."""
    move = {"to": "draft", "reason": "ошибка"}
    assert 200 == shift.dispatcher.post(f"{shift.path}/moves", json=move).status_code
    assert [] == shift.crew.get("/sync").json["routes"]
    shift.dispatcher.post(f"{shift.path}/moves", json={"to": "released"})
    shift.report(state="planned").send(shift.crew)
    refused = shift.dispatcher.post(f"{shift.path}/moves", json=move)
    assert (422, ["to"]) == (refused.status_code, list(refused.json["errors"]))


def test_every_version_is_kept(shift: Shift, in_app: None) -> None:
    """What was planned, by whom, and why."""
    shift.dispatcher.put(shift.path, json=shift.plan(title="Иначе"))
    with transaction(read_only=True):
        query = sa.select(RouteVersion).order_by(RouteVersion.number)
        first, second = db.session().scalars(query)
        assert ("", "Дорога перекрыта") == (first.reason, second.reason)
        assert ("Контейнеры, центр", "Иначе") == (first.plan["title"], second.plan["title"])


@pytest.mark.parametrize("table", [RouteVersion, StopReport])
@pytest.mark.parametrize("statement", ["DELETE FROM {table}", "UPDATE {table} SET signature = 'x'"])
def test_the_database_refuses_to_change_what_was_said(
    shift: Shift, in_app: None, table: type[RouteVersion | StopReport], statement: str
) -> None:
    """Versions and reports are append-only."""
    shift.report().send(shift.crew)
    text = statement.format(table=table.__tablename__)
    if table is RouteVersion:
        text = text.replace("signature", "reason")
    with pytest.raises(DatabaseError, match="append-only"), transaction():
        db.session().execute(sa.text(text))


def test_a_route_of_a_thousand_stops_is_planned_and_carried(shift: Shift, clock: Clock) -> None:
    """The most that the wire takes."""
    plan = route_plan(shift.district_id, clock(), assignee_ids=[shift.crew_id])
    plan["stops"] = [
        {"action": "clear", "title": f"Участок {n}", "lat": 54.86 + n * 1e-5, "lon": 69.14}
        for n in range(1000)
    ]
    answer = shift.dispatcher.post("/routes", json=plan)
    assert 201 == answer.status_code, answer.text[:300]
    path = f"/routes/{answer.json['id']}/moves"
    assert 200 == shift.dispatcher.post(path, json={"to": "released"}).status_code
    sheets = decode(SyncAnswer, shift.crew.get("/sync").json).routes
    assert {3, 1000} == {len(sheet.stops) for sheet in sheets}
