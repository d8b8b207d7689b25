"""Acts on cases that meet on PostgreSQL end as if one had come after the other; none fails because another was there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from flask import Flask

from backend.database import transaction
from backend.ledger.models import LedgerEntry
from backend.roads.condition.models import StreetCondition
from backend.roads.looking import holding as steps
from backend.roads.looking import work
from backend.roads.looking.models import Looking
from backend.roads.looking.ports import blurrer, road_eye
from backend.roads.models import Defect
from shared.geometry import Point
from shared.vocabulary import LookState, Role
from tests.backend.roads.conftest import asleep as asleep
from tests.conftest import Clock
from tests.factories import frames_of
from tests.phone import Phone
from tests.races import AT_THEIR_TURN, BEFORE_COMMIT, meet, twin
from tests.racing.race import Moments
from tests.roads import CLEAN, beside, cases, clean_photo, move, one, planned, repaired, report, wait

pytestmark = [
    pytest.mark.parametrize("database_url", ["postgresql"], indirect=True),
    pytest.mark.usefixtures("asleep"),
]


def look(app: Flask, defect_id: UUID) -> None:
    """What a worker does for a report."""
    with app.app_context():
        work.look(defect_id)


def label(app: Flask, phone: Phone, defect_id: UUID, **said: Any) -> int:
    """A person says what a report shows; the status of the answer."""
    path = f"/defects/{defect_id}/labels/{uuid4()}"
    return twin(app, phone).put(path, json={"fault": True, "kind": "pothole", **said}).status_code


def task(clock: Clock, crew: Phone) -> dict[str, Any]:
    """What a dispatcher wishes of a repair's task."""
    return {
        "starts_at": clock().isoformat(),
        "ends_at": (clock() + timedelta(days=2)).isoformat(),
        "assignee_ids": [crew.tokens["user"]["id"]],
    }


def test_the_first_two_photos_of_one_fault_make_one_case(
    app: Flask, crew: Phone, dispatcher: Phone, street: Point, clock: Clock
) -> None:
    """Two workers bring their results at once: the second finds the case that the first has not committed yet."""
    first, second = (report(app, crew, street, clock(), taken=False) for _each in range(2))
    meet(app, AT_THEIR_TURN, lambda: look(app, first), lambda: look(app, second))
    (case,) = cases(dispatcher)
    assert (2, 2) == (case["views"], case["witnesses"])


def test_two_who_confirm_two_reports_of_one_case_are_both_heard(
    app: Flask, crew: Phone, dispatcher: Phone, street: Point, clock: Clock
) -> None:
    """Each would write the other's report too."""
    both = [report(app, crew, street, clock(), taken=False) for _each in range(2)]
    for each in both:
        look(app, each)
    (case,) = cases(dispatcher)
    answers = meet(app, AT_THEIR_TURN, *(lambda each=each: label(app, dispatcher, each) for each in both))
    assert [200, 200] == answers
    assert "confirmed" == one(dispatcher, case["id"])["state"]


def test_a_case_moves_while_somebody_corrects_its_report(
    app: Flask, crew: Phone, dispatcher: Phone, street: Point, clock: Clock
) -> None:
    """One holds the case and wants the report, the other the report and wants the case."""
    defect_id = report(app, crew, street, clock(), taken=False)
    look(app, defect_id)
    (case,) = cases(dispatcher)
    held = f"SELECT 1 FROM road_cases WHERE id = '{case['id']}' FOR UPDATE"
    answers = meet(
        app,
        held,
        lambda: move(twin(app, dispatcher), case["id"], "confirmed").status_code,
        lambda: label(app, dispatcher, defect_id, kind="crack_network"),
    )
    assert [200, 200] == answers
    told = one(dispatcher, case["id"])
    assert ("confirmed", "crack_network") == (told["state"], told["kind"])


def along(dispatcher: Phone, *shares: float) -> list[Point]:
    """Places on the piece of street of the newest case, by their share of it."""
    lies_on = cases(dispatcher)[0]["segment_id"]
    line = dispatcher.get(f"/street-segments/{lies_on}").json["geometry"]["coordinates"]  # type: ignore[index]
    ends = [Point(lat=lat, lon=lon) for lon, lat in (line[0], line[-1])]
    return [
        Point(
            lat=ends[0].lat + share * (ends[1].lat - ends[0].lat),
            lon=ends[0].lon + share * (ends[1].lon - ends[0].lon),
        )
        for share in shares
    ]


def neighbours(app: Flask, crew: Phone, dispatcher: Phone, street: Point, clock: Clock) -> list[str]:
    """Two confirmed cases on one street."""
    look(app, report(app, crew, street, clock(), taken=False))
    (place,) = along(dispatcher, 0.8)
    look(app, report(app, crew, place, clock(), taken=False))
    found = [each["id"] for each in cases(dispatcher)]
    assert 2 == len(found)
    for each in found:
        assert 200 == move(dispatcher, each, "confirmed").status_code
    assert 2 == len(dispatcher.get(f"/cases/{found[0]}/repair-group").json["items"])  # type: ignore[index]
    return found


def test_a_neighbour_that_is_rejected_meanwhile_is_not_planned(
    app: Flask, crew: Phone, dispatcher: Phone, street: Point, clock: Clock
) -> None:
    """What another dispatcher has just decided is not written over."""
    planned, rejected = neighbours(app, crew, dispatcher, street, clock)
    answers = meet(
        app,
        BEFORE_COMMIT,
        lambda: move(twin(app, dispatcher), rejected, "rejected", reason="тень").status_code,
        lambda: (
            twin(app, dispatcher).post(f"/cases/{planned}/repair-task", json=task(clock, crew)).status_code
        ),
    )
    assert [200, 201] == answers
    assert ("planned", "rejected") == tuple(one(dispatcher, each)["state"] for each in (planned, rejected))


def test_two_who_plan_neighbours_at_once_make_one_task(
    app: Flask, crew: Phone, dispatcher: Phone, street: Point, clock: Clock
) -> None:
    """Each takes the other's case along: whoever comes second hears that it is planned."""
    both = neighbours(app, crew, dispatcher, street, clock)

    def plan(case_id: str) -> int:
        return twin(app, dispatcher).post(f"/cases/{case_id}/repair-task", json=task(clock, crew)).status_code

    held = "LOCK TABLE road_care IN ACCESS EXCLUSIVE MODE"  # read after the first case is locked
    assert [201, 409] == meet(app, held, *(lambda each=each: plan(each) for each in both))
    assert 1 == len({one(dispatcher, each)["task_id"] for each in both})


def test_a_street_reckoned_twice_at_once_has_one_condition(
    app: Flask, crew: Phone, dispatcher: Phone, street: Point, clock: Clock
) -> None:
    """Moves of two cases of one street on another day than the last."""
    both = neighbours(app, crew, dispatcher, street, clock)
    clock.advance(days=1)
    dispatcher.refresh()
    meet(
        app,
        BEFORE_COMMIT,
        *(
            lambda each=each: move(twin(app, dispatcher), each, "rejected", reason="тень").status_code
            for each in both
        ),
    )
    with app.app_context(), transaction(read_only=True) as session:
        newest = session.scalars(sa.select(StreetCondition.segment_id).where(StreetCondition.is_newest))
        found = list(newest)
    assert len(set(found)) == len(found)


@pytest.mark.parametrize("late", [False, True])
def test_the_same_photo_from_two_phones_is_one_witness_whichever_is_looked_at_first(
    app: Flask, crew: Phone, dispatcher: Phone, street: Point, clock: Clock, late: bool
) -> None:
    """Workers keep no order: the one received later may be taken in before."""
    photos = frames_of("pothole", 1)
    first = report(app, crew, street, clock(), taken=False, photos=photos)
    wait(clock, crew, dispatcher, seconds=1)
    second = report(app, crew, street, clock(), taken=False, photos=photos)
    order = (second, first) if late else (first, second)
    meet(app, AT_THEIR_TURN, *(lambda each=each: look(app, each) for each in order))
    (case,) = cases(dispatcher)
    assert (2, 1) == (case["views"], case["witnesses"])


def test_a_case_that_is_rejected_meanwhile_is_not_joined_by_itself(
    app: Flask, crew: Phone, dispatcher: Phone, street: Point, clock: Clock
) -> None:
    """A third report shows that two cases are one, while a dispatcher turns down one of them."""
    look(app, report(app, crew, street, clock(), taken=False, accuracy_m=12.0))
    (stays,) = [each["id"] for each in cases(dispatcher)]
    middle, end = along(dispatcher, 0.592, 0.73)  # 29 and 74 of 320 m further
    look(app, report(app, crew, end, clock(), taken=False, accuracy_m=12.0))
    (goes,) = {each["id"] for each in cases(dispatcher)} - {stays}
    between = report(app, crew, middle, clock(), taken=False, accuracy_m=12.0)
    rejects, _looked = meet(
        app,
        f"SELECT 1 FROM road_cases WHERE id = '{goes}' FOR UPDATE",
        lambda: move(twin(app, dispatcher), goes, "rejected", reason="тень").status_code,
        lambda: look(app, between),
    )
    assert 200 == rejects
    assert ("rejected", 1) == (one(dispatcher, goes)["state"], one(dispatcher, goes)["views"])
    assert ("reported", 2) == (one(dispatcher, stays)["state"], one(dispatcher, stays)["views"])


def test_a_report_that_is_written_while_its_case_moves_is_told_of_both(
    app: Flask, crew: Phone, dispatcher: Phone, street: Point, clock: Clock
) -> None:
    """The phone that heard of what a worker saw hears of the case as well."""
    defect_id = report(app, crew, street, clock(), taken=False)
    look(app, defect_id)
    (case,) = cases(dispatcher)
    with app.app_context(), transaction() as session:
        session.get_one(Looking, defect_id).state = LookState.PENDING  # as after a worker's last try
    before = version(app, defect_id)
    meet(
        app,
        BEFORE_COMMIT,
        lambda: look(app, defect_id),
        lambda: move(twin(app, dispatcher), case["id"], "confirmed"),
    )
    assert ("confirmed", before + 2) == (one(dispatcher, case["id"])["state"], version(app, defect_id))


def version(app: Flask, defect_id: UUID) -> int:
    """How often a report has changed."""
    with app.app_context(), transaction(read_only=True) as session:
        return session.get_one(Defect, defect_id).version


@pytest.mark.parametrize("moves_first", [False, True])
def test_a_report_that_is_put_elsewhere_while_it_is_taken_in_lies_there(
    app: Flask, crew: Phone, dispatcher: Phone, street: Point, clock: Clock, moves_first: bool
) -> None:
    """Its case goes with it, whichever comes first."""
    defect_id = report(app, crew, street, clock(), taken=False)
    there = beside(street, north_m=120)

    def put() -> int:
        body = {"lat": there.lat, "lon": there.lon, "accuracy_m": 10.0, "because": "receiver_off"}
        return twin(app, dispatcher).put(f"/defects/{defect_id}/place", json=body).status_code

    acts = [lambda: look(app, defect_id), put]
    answers = meet(app, AT_THEIR_TURN, *(reversed(acts) if moves_first else acts))
    assert 200 in answers
    (case,) = cases(dispatcher)
    assert (1, round(there.lat, 4)) == (case["views"], round(case["place"]["coordinates"][1], 4))


def test_a_fault_that_comes_back_while_its_case_is_closed_opens_it_again(
    app: Flask, crew: Phone, dispatcher: Phone, street: Point, clock: Clock
) -> None:
    """The dispatcher closes what a photo says has held; the next photo, taken in at once, says that it has not."""
    look(app, report(app, crew, street, clock(), taken=False))
    (case,) = cases(dispatcher)
    planned(dispatcher, crew, clock, case["id"])
    assert 200 == move(crew, case["id"], "repairing").status_code
    wait(clock, crew, dispatcher, hours=3)
    assert 200 == move(crew, case["id"], "repaired", repair=repaired(clock)).status_code
    wait(clock, crew, dispatcher, minutes=5)
    look(app, report(app, crew, street, clock(), taken=False, photos=clean_photo(), **CLEAN))
    wait(clock, crew, dispatcher, minutes=5)
    again = report(app, crew, street, clock(), taken=False)
    answers = meet(
        app,
        AT_THEIR_TURN,
        lambda: move(twin(app, dispatcher), case["id"], "closed").status_code,
        lambda: look(app, again),
    )
    assert 200 == answers[0]
    told = one(dispatcher, case["id"])
    assert ("confirmed", 1) == (told["state"], told["returns"])
    assert ["closed", "confirmed"] == [each["target"] for each in told["moves"]][-2:]
    assert told["repairs"][0]["returned_at"] is not None


def test_a_report_comes_to_a_case_that_is_just_joined_to_another(
    app: Flask, crew: Phone, dispatcher: Phone, street: Point, clock: Clock
) -> None:
    """It goes where the others went, and two who join the same two crosswise are not both right."""
    both = neighbours(app, crew, dispatcher, street, clock)
    stays, goes = both
    lon, lat = one(dispatcher, goes)["place"]["coordinates"]
    third = report(app, crew, Point(lat=lat, lon=lon), clock(), taken=False)

    def join(case_id: str, other_id: str) -> int:
        body = {"other_id": other_id, "reason": "одна яма"}
        return twin(app, dispatcher).post(f"/cases/{case_id}/join", json=body).status_code

    answers = meet(
        app,
        AT_THEIR_TURN,
        lambda: join(stays, goes),
        lambda: join(goes, stays),
        lambda: look(app, third),
    )
    assert [200, 409] == answers[:2]
    gone, open_cases = one(dispatcher, goes), cases(dispatcher, "open=true")
    assert ("joined", stays, []) == (gone["state"], gone["joined_into"], gone["seen"])
    assert 3 == sum(len(one(dispatcher, each["id"])["seen"]) for each in open_cases)


def test_originals_that_two_let_go_at_once_are_told_of_once(
    app: Flask, crew: Phone, street: Point, clock: Clock
) -> None:
    """A worker after its look, and the daily round."""
    defect_id = report(app, crew, street, clock(), taken=False)

    def let_go() -> None:
        with app.app_context():
            work.delete_originals()

    with app.app_context():
        with transaction():
            holding = steps.hold(defect_id)
            assert holding is not None
        with transaction(read_only=True):
            photos = [steps.open_photo(holding, place) for place in range(holding.photos)]
        seen = [steps.see(each, road_eye(), blurrer()) for each in photos]
        with transaction():
            steps.write(holding, seen, steps.seal_views(holding, seen))
    meet(app, BEFORE_COMMIT, let_go, let_go)
    with app.app_context(), transaction(read_only=True) as session:
        told = sa.select(LedgerEntry.id).where(LedgerEntry.kind == "defect.original_deleted")
        assert 1 == len(list(session.scalars(told)))


def test_a_case_that_is_read_while_a_report_joins_it_is_of_one_moment(
    app: Flask, crew: Phone, dispatcher: Phone, street: Point, clock: Clock
) -> None:
    """Its reports, and why they stand in it, are those of the same time."""
    look(app, report(app, crew, street, clock(), taken=False))
    (case,) = cases(dispatcher)
    second = report(app, crew, street, clock(), taken=False)
    told, _looked = meet(
        app,
        "LOCK TABLE citizen_requests IN ACCESS EXCLUSIVE MODE",  # read between the reports and the reasons
        lambda: one(twin(app, dispatcher), case["id"]),
        lambda: look(app, second),
    )
    assert (1, 1, 1) == (told["views"], len(told["seen"]), len(told["merges"]))
    later = one(dispatcher, case["id"])
    assert (2, 2, 2) == (later["views"], len(later["seen"]), len(later["merges"]))


def test_the_same_photo_sent_by_two_at_once_is_said_of_the_later(
    app: Flask, crew: Phone, staff: Callable[..., Phone], street: Point, clock: Clock
) -> None:
    """Also where the later is received and looked at while the earlier is still being written."""
    other, photos, moment = staff(Role.CREW), frames_of("pothole", 1), clock()
    app.extensions["qala_clock"] = Moments(moment, 0)
    ids: list[UUID] = []

    def send(phone: Phone) -> None:
        ids.append(report(app, twin(app, phone), street, moment, taken=False, photos=photos))
        look(app, ids[-1])

    held = f"SELECT 1 FROM users WHERE id = '{crew.tokens['user']['id']}' FOR UPDATE"
    meet(app, held, lambda: send(crew), lambda: send(other))
    with app.app_context(), transaction(read_only=True) as session:
        rows = session.scalars(sa.select(Defect).order_by(Defect.received_at)).all()
        assert [None, rows[0].id] == [each.same_photo_as for each in rows]
