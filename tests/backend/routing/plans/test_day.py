"""From a day to the solver's problem and back."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from backend.routing.planning.check import check
from backend.routing.planning.problem import UNREACHABLE
from backend.routing.planning.solving import solve
from backend.routing.plans.basics import Hours, Spot, matrix_of
from backend.routing.plans.kept_words import kept_message, said_again
from backend.routing.plans.waste.day import (
    Day,
    DayFacility,
    DayStop,
    DayVehicle,
    Rates,
    can_serve,
    problem_of,
    profile_of,
    spots_of,
)
from backend.routing.plans.waste.outcome import written
from shared.contracts import decode
from shared.encoding import encode
from shared.i18n import Message, translate

_ = Message
DEPOT, LANDFILL, TRUCK = "depot", "landfill", "truck"
NO_PRICE = Rates(foreign_district=0, overtime_per_h=0, balanced_s=None, moved_stop=0, moved_order=0)


def stop(name: str, **fields: object) -> DayStop:
    """A site with half a tonne in wheeled containers."""
    known = {
        "id": name,
        "title": f"Улица, {name}",
        "detail": "",
        "spot": Spot(lat=54.87, lon=69.15),
        "kg": 500,
        "litres": 2200,
        "service_s": 120,
        "hours": (),
        "container_types": ("wheeled",),
        "max_gross_t": None,
        "max_height_m": None,
        "max_width_m": None,
        "priority": 3,
        "required": True,
        "prize": 0.0,
        "district": "north",
    }
    return DayStop(**{**known, **fields})  # type: ignore[arg-type]


VEHICLE = DayVehicle(
    id=TRUCK,
    vehicle_id="v",
    board="104",
    driver_ids=("d",),
    district=None,
    depot_id=DEPOT,
    shift=Hours(opens_s=6 * 3600, closes_s=18 * 3600),
    rest=None,
    rest_s=0,
    capacity_kg=1000,
    capacity_l=None,
    container_types=("wheeled",),
    gross_t=19.0,
    height_m=None,
    width_m=2.5,
    cost_fixed=0.0,
    cost_per_km=100.0,
    cost_per_h=2000.0,
)


def facility(name: str, *, disposal: bool) -> DayFacility:
    """A depot or a landfill that never closes."""
    return DayFacility(
        id=name,
        title=name,
        spot=Spot(lat=54.9, lon=69.1),
        hours=(),
        queue_s=0,
        unload_s=600,
        disposal=disposal,
    )


def day(*stops: DayStop, vehicle: DayVehicle = VEHICLE) -> Day:
    """One truck, one depot, one landfill."""
    places = (facility(DEPOT, disposal=False), facility(LANDFILL, disposal=True))
    return Day(stops=stops, facilities=places, vehicles=(vehicle,), rates=NO_PRICE)


def matrices(of: Day) -> dict[object, object]:
    """Everything is five minutes and two kilometres from everything."""
    n = len(spots_of(of))
    away = 1.0 - np.eye(n)
    return {profile_of(each): matrix_of(300.0 * away, 2000.0 * away) for each in of.vehicles}


def planned(of: Day) -> dict[str, object]:
    """The day reckoned, checked and written down."""
    problem = problem_of(of, matrices(of))  # type: ignore[arg-type]
    plan = solve(problem, 1.0, iterations=30, processes=1)
    assert () == check(problem, plan)
    return written(plan, of, {}, {}, streets="1: invented")


def test_a_truck_unloads_as_often_as_it_is_full_and_before_its_depot() -> None:
    """Three half tonnes, a tonne at once: two unloadings."""
    outcome = planned(day(stop("a"), stop("b"), stop("c")))
    (tour,) = outcome["tours"]  # type: ignore[misc]
    acts = [visit["act"] for visit in tour["visits"]]  # type: ignore[index]
    assert (3, 2, ["unload", "end"]) == (acts.count("stop"), acts.count("unload"), acts[-2:])


def test_what_no_truck_can_serve_is_named_and_the_rest_is_planned() -> None:
    """By the site's address, not its id; in the reader's language."""
    outcome = planned(day(stop("a"), stop("b", container_types=("skip",)), stop("c", kg=1500)))
    left_out = {each["site_id"]: each for each in outcome["unserved"]}  # type: ignore[attr-defined, index]
    assert {"b", "c"} == set(left_out)
    assert 1 == outcome["served"]
    words = translate(said_again(left_out["c"]["words"]), "ru")
    assert "Улица, c" in words
    assert left_out["c"]["title"] == "Улица, c"


def test_a_day_reads_back_as_it_was_written() -> None:
    """It is kept with the run."""
    whole = replace(day(stop("a", hours=(Hours(opens_s=0, closes_s=9),))), closed_segment_ids=(7,))
    assert whole == decode(Day, encode(whole))


def test_a_gate_lets_through_what_is_small_enough_or_unknown() -> None:
    """Nobody measured this vehicle's height."""
    assert can_serve(VEHICLE, stop("a", max_height_m=3.0, max_gross_t=19.0))
    assert not can_serve(VEHICLE, stop("a", max_gross_t=18.9))
    assert not can_serve(VEHICLE, stop("a", max_width_m=2.4))
    assert not can_serve(VEHICLE, stop("a", container_types=("wheeled", "skip")))


def test_a_vehicle_under_way_begins_where_it_stands_with_what_it_carries() -> None:
    """Half full, on the way to «b», which stays first."""
    on_the_road = replace(
        VEHICLE,
        shift=Hours(opens_s=12 * 3600, closes_s=18 * 3600),
        start=Spot(lat=54.88, lon=69.14),
        load_kg=600,
        locked=("b",),
        under_way=True,
        capacity_kg=1200,
    )
    outcome = planned(day(stop("a"), stop("b"), vehicle=on_the_road))
    (tour,) = outcome["tours"]  # type: ignore[misc]
    acts = [(visit["act"], visit["id"]) for visit in tour["visits"]]  # type: ignore[index]
    assert [("start", DEPOT), ("stop", "b"), ("unload", LANDFILL)] == acts[:3]
    assert 43200 == tour["visits"][0]["leaves_s"]  # type: ignore[index]


def test_no_plan_is_faster_than_the_streets() -> None:
    """Seconds are rounded up, and no way stays no way."""
    matrix = matrix_of(np.array([[0.0, 0.2], [np.inf, 0.0]]), np.array([[0.0, 3.4], [np.inf, 0.0]]))
    assert [[0, 1], [UNREACHABLE, 0]] == matrix.seconds.tolist()
    assert [[0, 4], [UNREACHABLE, 0]] == matrix.metres.tolist()


def test_messages_are_said_in_any_language_later() -> None:
    """Also those within messages."""
    inner = _("Break")
    kept = kept_message(_("{field}: {value}").format(field="x", value=inner), {"x": "Улица"})
    again = said_again(kept)
    assert ("{field}: {value}", "Улица") == (again.source, again.values["field"])
    assert inner.source == again.values["value"].source
