"""Working along a street without a touch: the run is done when it is driven, in its direction, to its end, and not before."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from mobile.devices.talker import SilentTalker
from mobile.models.guiding import Guiding
from mobile.models.words import Words
from mobile.models.working import Working
from mobile.shots.example_core import ExampleFacts
from mobile.shots.example_routes import snow_sheet
from mobile.shots.examples import NOW
from shared.contracts import Fix, RouteStop
from shared.vocabulary import Language, StopState, WinterWork

NORTH_M = 111_195.0
LENGTH_M = 400.0
RUN = replace(
    snow_sheet().stops[4],
    state=StopState.PLANNED,
    line={"type": "LineString", "coordinates": [[69.15, 54.87], [69.15, 54.87 + LENGTH_M / NORTH_M]]},
    work=WinterWork.CLEAR,
)


def at(along_m: float, accuracy_m: float = 5.0, east_deg: float = 0.0) -> Fix:
    """A place so many metres along the run."""
    return Fix(lat=54.87 + along_m / NORTH_M, lon=69.15 + east_deg, accuracy_m=accuracy_m, taken_at=NOW)


def driven(places: list[Fix], run: RouteStop = RUN) -> list[int]:
    """At which of the places the run was called driven."""
    working = Working()
    return [number for number, place in enumerate(places) if working.follow(run, place)]


def test_a_run_is_done_at_its_end() -> None:
    """Once, however long the machine stands there."""
    places = [at(metres) for metres in range(-40, 401, 10)]
    assert [at(metres).lat for metres in range(-40, 401, 10)].index(at(390).lat) == driven(
        [*places, at(400), at(400)]
    )[0]
    assert 1 == len(driven([*places, at(400), at(400)]))


def test_against_its_direction_nothing_is_done() -> None:
    """A plough that comes down the street from the other end has cleared the other side."""
    assert [] == driven([at(metres) for metres in range(400, -1, -10)])


def test_a_street_that_is_only_crossed_or_entered_half_way_is_not_done() -> None:
    """Nor one beside which the machine drives."""
    assert [] == driven([at(380, east_deg=step / 10_000) for step in range(-20, 21)])
    assert [] == driven([at(metres) for metres in range(200, 401, 10)])
    assert [] == driven([at(metres, east_deg=0.001) for metres in range(0, 401, 10)])


def test_a_coarse_receiver_tells_nothing() -> None:
    """Nor does a leap over the whole street."""
    assert [] == driven([at(metres, accuracy_m=80) for metres in range(0, 401, 10)])
    assert [] == driven([at(0), at(400)])


def test_stops_without_winter_work_are_left_to_the_driver() -> None:
    """A container is not empty because a truck drove past."""
    assert [] == driven([at(metres) for metres in range(0, 401, 10)], replace(RUN, work=None))


@given(st.lists(st.floats(-12, 12), min_size=41, max_size=41), st.integers(8, 25))
def test_noise_of_a_receiver_does_not_keep_a_run_open(noise: list[float], step_m: int) -> None:
    """Twelve metres along and beside the street, at any speed that a plough makes."""
    places = [
        at(metres + noise[number % 41] / 3, accuracy_m=8, east_deg=noise[(number + 7) % 41] / 64_000)
        for number, metres in enumerate(range(-step_m, int(LENGTH_M) + 2 * step_m, step_m))
    ]
    assert 1 == len(driven(places))


def test_the_driver_hears_when_the_blade_goes_down_and_up() -> None:
    """With the street and its side; the screen says how far it is still."""
    talker = SilentTalker()
    guiding, working = Guiding(talker, ExampleFacts(), Words(Language.EN)), Working()
    for metres in range(-60, 401, 20):
        working.follow(RUN, at(metres))
        guiding.follow(RUN, at(metres), working.now)
        if metres == 200:
            view = guiding.view()
            assert ("▼", "Blade down", "200 m") == (
                view.icon,
                view.text,
                view.distance.replace("\N{NO-BREAK SPACE}", " "),
            )
    guiding.follow(None, at(420), None)
    assert [f"Blade down: {RUN.title}, right side", "Blade up"] == [text for text, _language in talker.said]
