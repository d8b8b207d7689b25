"""Pieces of street held against the streets driven: direction, speed, which of several drives, and what streets are told of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa
from flask import Flask

from backend.database import db, transaction
from backend.routing.models import RouteStop
from backend.routing.proof.rules.coverage import (
    Piece,
    PieceProof,
    Run,
    Seen,
    StreetPass,
    better,
    cover,
    paced,
    worked,
)
from backend.winter.models import StreetWork
from shared.vocabulary import WinterWork
from tests.backend.routing.conftest import Shift
from tests.factories import location_batch
from tests.invented_streets import import_streets

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
START = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
AT = START.timestamp()


def piece(segment_id: int = 1, **facts: Any) -> Piece:
    """200 m along a segment."""
    usual: dict[str, Any] = {
        "forward": True,
        "either": False,
        "work": WinterWork.CLEAR,
        "number": 1,
        "length_m": 200.0,
    }
    return Piece(segment_id=segment_id, **{**usual, **facts})


def driven(begin_s: float, lasts_s: float = 40, *, segment_id: int = 1, **facts: Any) -> StreetPass:
    """A drive along a whole segment, so many seconds after the start."""
    usual: dict[str, Any] = {"forward": True, "begins": 0.0, "ends": 1.0, "pace_mps": 200 / lasts_s}
    return StreetPass(
        segment_id=segment_id,
        entered_s=AT + begin_s,
        left_s=AT + begin_s + lasts_s,
        **{**usual, **facts},
    )


def seen(
    pieces: list[Piece], *passes: StreetPass, around_s: float | None = 300, unseen: bool = False
) -> tuple[PieceProof, ...]:
    """What one run's pieces come to."""
    around = None if around_s is None else START + timedelta(seconds=around_s)
    run = Run(pieces=pieces, around=around, may_be_unseen=unseen)
    return cover([run], passes, share_least=0.8, speed_max_mps=14)[0]


def test_a_piece_driven_its_way_at_the_pace_of_a_plough_is_covered() -> None:
    """With the time of the drive; whatever was driven elsewhere counts for nothing."""
    (found,) = seen([piece()], driven(100), driven(200, segment_id=2))
    assert (Seen.COVERED, 200.0, 0.0, 1.0) == (found.seen, found.with_m, found.against_m, found.share)
    assert START + timedelta(seconds=140) == found.until


def test_the_wrong_direction_clears_nothing_unless_either_will_do() -> None:
    """Metres against are named."""
    against = driven(100, forward=False)
    (found,) = seen([piece()], against)
    assert (Seen.AGAINST, 0.0, 200.0) == (found.seen, found.with_m, found.against_m)
    assert Seen.COVERED is seen([piece(either=True)], against)[0].seen


def test_faster_than_anybody_ploughs_is_no_work() -> None:
    """200 m in ten seconds are 72 km/h."""
    (found,) = seen([piece()], driven(100, 10))
    assert (Seen.TOO_FAST, 0.0, 200.0) == (found.seen, found.with_m, found.fast_m)


def test_parts_are_added_up_once() -> None:
    """Half of it twice is half of it."""
    half = driven(100, 20, ends=0.5)
    assert (Seen.PARTLY, 100.0) == (
        (found := seen([piece()], half, driven(130, 20, ends=0.5))[0]).seen,
        found.with_m,
    )
    assert Seen.COVERED is seen([piece()], half, driven(125, 20, begins=0.45))[0].seen


def test_who_waits_in_the_middle_and_goes_on_has_driven_once() -> None:
    """A truck stood in the way for a quarter of an hour; one that begins anew at the same end has not gone on."""
    half = driven(100, 20, ends=0.5)
    assert Seen.COVERED is seen([piece()], half, driven(1000, 20, begins=0.5), around_s=1200)[0].seen
    assert Seen.PARTLY is seen([piece()], half, driven(1000, 20, ends=0.6), around_s=1200)[0].seen
    back = [
        driven(100, 20, forward=False, begins=0.5),
        driven(1000, 20, forward=False, ends=0.5),
    ]
    assert Seen.COVERED is seen([piece(forward=False)], *back, around_s=1200)[0].seen


def test_the_pace_of_a_short_piece_is_that_of_the_drive_there() -> None:
    """Noise pushes twenty metres into a second; the drive before and after it says otherwise."""
    drive = [driven(0, 20, segment_id=1), driven(20, 1, segment_id=2), driven(21, 20, segment_id=3)]
    paces = [each.pace_mps for each in paced(drive, [160.0, 20.0, 160.0])]
    assert [8.0, pytest.approx(340 / 41), 8.0] == paces
    alone = paced([driven(0, 1)], [20.0])
    assert 20.0 == alone[0].pace_mps


def test_of_several_drives_each_serves_one_pass_and_the_report_says_which() -> None:
    """A drive to work with the blade up, an hour before, is not taken for the work."""
    early, first, second = driven(0), driven(3600), driven(4000)
    runs = [
        Run(pieces=[piece(number=number)], around=START + timedelta(seconds=at), may_be_unseen=False)
        for number, at in ((1, 3700), (2, 4100))
    ]
    found = cover(runs, [early, first, second], share_least=0.8, speed_max_mps=14)
    assert [3640, 4040] == [each[0].until.timestamp() - AT for each in found if each[0].until]
    once = cover(runs, [first], share_least=0.8, speed_max_mps=14)
    assert [Seen.COVERED, Seen.NOT_SEEN] == [each[0].seen for each in once]


def test_what_is_driven_after_the_report_is_another_matter_and_silence_is_unknown() -> None:
    """Nobody is called a liar over missing positions."""
    assert Seen.NOT_SEEN is seen([piece()], driven(2000), around_s=300)[0].seen
    assert Seen.COVERED is seen([piece()], driven(2000), around_s=None)[0].seen
    assert Seen.UNKNOWN is seen([piece()], unseen=True)[0].seen
    assert Seen.COVERED is seen([piece()], driven(100), unseen=True)[0].seen


def test_two_receivers_are_taken_piece_by_piece_and_a_route_is_summed() -> None:
    """The more of each; blade-down metres of all planned ones."""
    pieces = [piece(1), piece(2)]
    one, other = seen(pieces, driven(100)), seen(pieces, driven(100, segment_id=2))
    both = better(one, other)
    assert [Seen.COVERED, Seen.COVERED] == [each.seen for each in both]
    total = worked([*both, *seen([piece(3)], unseen=True)])
    assert total is not None
    assert (600, 400, 200) == (total.planned_m, total.with_m, total.unknown_m)
    assert worked([]) is None


def street_to_work(shift: Shift, app: Flask) -> dict[str, Any]:
    """Give the route one stop that works along a piece of street of some length."""
    page = shift.dispatcher.get("/street-segments?bbox=69.13,54.86,69.16,54.88&limit=100").json
    straight = [each for each in page["features"] if len(each["geometry"]["coordinates"]) == 2]
    longest: dict[str, Any] = max(straight, key=lambda each: float(each["properties"]["length_m"]))
    first, stop = longest["geometry"]["coordinates"][0], shift.plan()["stops"][0]
    wished = stop | {"line": longest["geometry"], "lat": first[1], "lon": first[0], "action": "clear"}
    answer = shift.dispatcher.put(shift.path, json=shift.plan(stops=[wished]))
    assert 200 == answer.status_code, answer.text
    segment = {"id": longest["id"], "forward": True, "either": False, "work": "clear", "pass": 1, "passes": 1}
    with app.app_context(), transaction():
        for row in db.session().scalars(sa.select(RouteStop).where(RouteStop.number.is_not(None))):
            row.segments = [segment]
    return longest


def drive_along(shift: Shift, street: dict[str, Any], *, backwards: bool = False) -> None:
    """Bring positions along the piece of street at 30 km/h, the last one now."""
    ends = np.array(street["geometry"]["coordinates"])
    ends = ends[::-1] if backwards else ends
    seconds = max(float(street["properties"]["length_m"]) / 8.3, 10.0)
    shift.clock.advance(seconds=seconds + 30)
    begin = shift.clock() - timedelta(seconds=seconds)
    shares = np.linspace(0, 1, 16)
    fixes = [
        {
            "lat": lat,
            "lon": lon,
            "accuracy_m": 6,
            "taken_at": (begin + timedelta(seconds=seconds * share)).isoformat(),
        }
        for share, (lon, lat) in zip(
            shares.tolist(), (ends[0] + shares[:, None] * (ends[1] - ends[0])).tolist(), strict=True
        )
    ]
    batch = location_batch(shift.crew, fixes, route_id=shift.route["id"])
    assert 16 == shift.crew.put(f"/location-fixes/{batch['id']}", json=batch).json["kept"]


def recorded(app: Flask) -> list[tuple[bool, bool, bool]]:
    """By track, enough of it, withdrawn: of each work that is known."""
    with app.app_context(), transaction(read_only=True):
        rows = db.session().scalars(sa.select(StreetWork))
        return [(row.by_track, row.share >= 0.8, row.withdrawn_at is not None) for row in rows]


def proof(shift: Shift) -> dict[str, Any]:
    """The reconciliation, asked twice: the first time has the streets sought."""
    found = [shift.dispatcher.get(f"{shift.path}/proof").json for _again in range(2)]
    return dict(found[-1])


@on_sqlite
@pytest.mark.parametrize(
    ("backwards", "enough", "word"), [(False, True, "covered"), (True, False, "against")]
)
def test_streets_are_told_by_report_at_once_and_by_track_when_it_is_known(
    shift: Shift, app: Flask, backwards: bool, enough: bool, word: str
) -> None:
    """The track stands before the report; a skipped stop takes everything back."""
    import_streets(app)
    street = street_to_work(shift, app)
    drive_along(shift, street, backwards=backwards)
    assert 200 == shift.report(0, fixes=[]).send(shift.crew).status_code
    assert [(False, True, False)] == recorded(app)
    found = proof(shift)
    assert [word] == [each["seen"] for each in found["stops"][0]["pieces"]]
    length_m = float(street["properties"]["length_m"])
    metres = found["worked"]["against_m" if backwards else "with_m"]
    assert (pytest.approx(length_m, rel=0.1), True) == (metres, found["worked"]["planned_m"] >= metres)
    assert [(True, enough, False)] == recorded(app)
    shift.clock.advance(minutes=1)
    assert (
        200 == shift.report(0, fixes=[], state="skipped", skip_reason="blocked").send(shift.crew).status_code
    )
    assert [(True, enough, True)] == recorded(app)
