"""Turn by turn without a screen: which turn is next, when it is said, a lost way, the driver's own switch, a new plan."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobile.devices.talker import EspeakTalker, SilentTalker
from mobile.models.guidance import guide
from mobile.models.guiding import VOICE_FACT, Guiding
from mobile.models.words import Words
from mobile.shots.example_core import ExampleFacts
from mobile.shots.example_crew import crew_core
from mobile.shots.example_routes import changed, sheet, turning_sheet
from mobile.shots.examples import HERE, NOW
from shared.contracts import Fix, Instruction, RouteStop
from shared.geometry import Point
from shared.vocabulary import Language, Turn
from tests.mobile.screens.test_route_model import model

STOP = turning_sheet().stops[12]
START, CORNER, END = ((at[1], at[0]) for at in STOP.path["coordinates"])  # type: ignore[index]


def between(one: tuple[float, float], other: tuple[float, float], share: float) -> tuple[float, float]:
    """A place on the way from one to the other."""
    return one[0] + (other[0] - one[0]) * share, one[1] + (other[1] - one[1]) * share


def fix(place: tuple[float, float], speed_mps: float | None = 8.0, north_m: float = 0.0) -> Fix:
    """Where the driver is."""
    return Fix(
        lat=place[0] + north_m / 111_195, lon=place[1], accuracy_m=5, taken_at=NOW, speed_mps=speed_mps
    )


class Drive:
    """A driver who is guided, and what he hears."""

    def __init__(self, language: Language = Language.EN) -> None:
        self.talker, self.facts = SilentTalker(), ExampleFacts()
        self.guiding = Guiding(self.talker, self.facts, Words(language))

    def to(self, place: tuple[float, float], stop: RouteStop = STOP, **where: float) -> list[str]:
        """Drive there; what is said on the way."""
        before = len(self.talker.said)
        self.guiding.follow(stop, fix(place, **where))
        return [text for text, _language in self.talker.said[before:]]


def test_each_turn_is_said_once_from_afar_and_once_at_hand() -> None:
    """And the stop by its name; standing still says nothing twice."""
    drive = Drive()
    first = f"Next: {STOP.title}. Начните движение: улица Букетова"
    right = "Поверните направо на Интернациональную улицу"
    assert [first] == drive.to(START)
    assert [] == drive.to(between(START, CORNER, 0.3))
    assert [f"In 200 metres: {right}"] == drive.to(between(START, CORNER, 0.66))
    assert [] == drive.to(between(START, CORNER, 0.7))
    assert [right] == drive.to(between(START, CORNER, 0.93))
    assert [] == drive.to(between(START, CORNER, 0.93))
    assert [f"In 150 metres: the stop {STOP.title}"] == drive.to(between(CORNER, END, 0.15))
    assert [f"Вы на точке: {STOP.title}"] == drive.to(between(CORNER, END, 0.95))


def test_who_drives_faster_hears_it_earlier() -> None:
    """So many seconds, not metres."""
    place = between(START, CORNER, 0.8)  # 115 m before the corner
    slow, fast = Drive(), Drive()
    for each in (slow, fast):
        each.to(START)
    assert "In 100 metres" in slow.to(place, speed_mps=4.0)[0]
    assert ["Поверните направо на Интернациональную улицу"] == fast.to(place, speed_mps=22.0)


def test_what_is_shown_counts_down() -> None:
    """The arrow, the words, the metres."""
    drive = Drive()
    drive.to(between(START, CORNER, 0.5))
    view = drive.guiding.view()
    assert ("→", "290 m") == (view.icon, view.distance)
    assert "Поверните направо на Интернациональную улицу" == view.text


def test_a_lost_way_is_said_once_and_quietly() -> None:
    """Not for one wild position, not again and again; on the way it goes on as before."""
    drive = Drive()
    drive.to(START)
    place = between(START, CORNER, 0.3)
    assert [[], [], ["You are beside the planned way."], []] == [
        drive.to(place, north_m=120) for _tick in range(4)
    ]
    assert "120 m beside the planned way" == drive.guiding.view().beside
    assert [] == drive.to(place)
    assert "" == drive.guiding.view().beside


def test_the_driver_may_switch_the_voice_off_for_good() -> None:
    """The words stay on the screen."""
    drive = Drive()
    drive.guiding.switch()
    assert [] == drive.to(START)
    assert (False, "0 m · the voice is off") == (drive.facts.get(VOICE_FACT), drive.guiding.view().distance)
    drive.guiding.switch()
    assert ("the voice is on", Language.EN) == drive.talker.said[-1]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (Language.RU, "Через 200 метров: Поверните направо на Интернациональную улицу"),
        (Language.KK, "200 метрден кейін: Поверните направо на Интернациональную улицу"),
    ],
)
def test_it_is_said_in_the_drivers_language(language: Language, words: str) -> None:
    """The turn's own words come from the server in it."""
    drive = Drive(language)
    drive.to(START)
    drive.to(between(START, CORNER, 0.66))
    assert (words, language) == drive.talker.said[-1]


def test_without_turns_nothing_is_guided() -> None:
    """A route entered by hand has none."""
    drive = Drive()
    assert [] == drive.to(START, sheet().stops[12])
    assert "" == drive.guiding.view().text
    assert guide(replace(STOP, path=None), None) is None


def test_the_first_turn_is_shown_before_the_place_is_known() -> None:
    """In a yard between walls."""
    found = guide(STOP, None)
    assert found is not None
    assert (0, Turn.DEPART) == (found.number, found.turn.turn)


def out_and_back() -> RouteStop:
    """A way into a dead end and out again, past its start."""
    line = [[69.15, 54.87], [69.153, 54.87], [69.15, 54.87], [69.147, 54.87]]
    turns = [
        Instruction(turn=turn, text=turn.value, lat=at[1], lon=at[0], distance_m=distance_m)
        for turn, at, distance_m in zip(
            (Turn.DEPART, Turn.U_TURN, Turn.ARRIVE),
            (line[0], line[1], line[3]),
            (192.0, 384.0, 0.0),
            strict=True,
        )
    ]
    return replace(STOP, path={"type": "LineString", "coordinates": line}, instructions=tuple(turns))


def test_a_way_that_comes_back_on_itself_is_followed_in_its_order() -> None:
    """In the dead end the first time the turn is ahead, the second time it is made."""
    stop, middle = out_and_back(), fix((54.87, 69.1515))
    into = guide(stop, middle, 0.0)
    out = guide(stop, middle, 200.0)
    assert into is not None
    assert out is not None
    assert (Turn.U_TURN, Turn.ARRIVE) == (into.turn.turn, out.turn.turn)
    assert (pytest.approx(96, abs=2), pytest.approx(288, abs=2)) == (into.along_m, out.along_m)


@given(shares=st.lists(st.floats(0, 1), min_size=1, max_size=6), noise_m=st.floats(-20, 20))
def test_forward_never_goes_back_to_a_turn_that_is_made(shares: list[float], noise_m: float) -> None:
    """However noisy the receiver, on a way without loops the next turn only rises."""
    places = [between(START, CORNER, share) for share in sorted(shares)] + [
        between(CORNER, END, share) for share in sorted(shares)
    ]
    since, numbers = 0.0, []
    for place in places:
        found = guide(STOP, fix(place, north_m=noise_m), since)
        assert found is not None
        since = found.along_m
        numbers.append(found.number)
    assert numbers == sorted(numbers)


def test_a_new_plan_is_said_once_and_guides_to_its_own_next_stop(tmp_path: Path) -> None:
    """The added stop comes first; the moved one keeps its name but is shown as moved, until the driver has seen it."""
    core = crew_core(tmp_path, [changed(turning_sheet())], seen=1)
    route = model(core)
    said = core.equipment.devices.talker.said  # type: ignore[attr-defined]
    assert ["The plan has changed."] == [text for text, _language in said]
    route.tick()
    assert 1 == len(said)
    assert "Added: 1; moved: 1; removed: " in route.view.notice
    assert "" == route.view.turn.text  # the added stop has no way yet
    route.acknowledge()
    route.skip("blocked")
    assert STOP.title == route.view.stop
    assert "Поверните направо на Интернациональную улицу" == route.view.turn.text


def test_a_stop_that_is_only_looked_at_shows_no_turn(tmp_path: Path) -> None:
    """The way leads to the next one."""
    core = crew_core(tmp_path, [turning_sheet()], at=Point(lat=HERE.lat, lon=HERE.lon))
    route = model(core)
    assert "→" == route.view.turn.icon
    route.look_at(str(turning_sheet().stops[20].id))
    assert "" == route.view.turn.text


def test_a_desktop_without_voices_is_silent(tmp_path: Path) -> None:
    """No program, no sound, no error."""
    talker = EspeakTalker(str(tmp_path / "no such program"))
    talker.say("Поверните направо", Language.RU)
    talker.hush()
