"""The audit of a waste day names what cannot be driven, from the public answer alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from backend.cli.waste_day.auditing import unloaded_kg, violations

SEVEN = datetime(2026, 11, 23, 2, tzinfo=UTC)
Visit = tuple[str, float, int]  # act, hours after seven, kilograms on leaving
SOUND: list[Visit] = [
    ("start", 0.0, 0),
    ("stop", 1.0, 500),
    ("rest", 4.0, 500),
    ("stop", 5.0, 900),
    ("unload", 6.0, 0),
    ("end", 7.0, 0),
]


def outcome(visits: list[Visit], unserved: tuple[str, ...] = ()) -> dict[str, Any]:
    """The public answer for one truck; each visit takes six minutes."""
    told = [
        {
            "act": act,
            "id": f"{act}-{number}" if act == "stop" else "",
            "title": act,
            "arrives_at": (SEVEN + timedelta(hours=hour)).isoformat(),
            "leaves_at": (SEVEN + timedelta(hours=hour, minutes=6)).isoformat(),
            "load_kg": kg,
            "load_l": kg,
        }
        for number, (act, hour, kg) in enumerate(visits)
    ]
    return {
        "tours": [{"vehicle": "101", "visits": told}],
        "unserved": [{"site_id": each} for each in unserved],
    }


def found(visits: list[Visit], unserved: tuple[str, ...] = ()) -> list[str]:
    """What is broken on a shift of eight hours with a truck of a tonne."""
    return violations(
        outcome(visits, unserved),
        capacity_kg=1000,
        capacity_l=1000,
        begins_at=SEVEN,
        shift_h=8,
        rest_by_h=5,
    )


def test_a_sound_day_has_no_violation() -> None:
    """And brings to the landfill what it collected."""
    assert [] == found(SOUND)
    assert 900 == unloaded_kg(outcome(SOUND)["tours"][0])


def test_who_is_home_before_the_rest_needs_none() -> None:
    """A short tour."""
    assert [] == found([("start", 0, 0), ("stop", 1, 500), ("unload", 2, 0), ("end", 3, 0)])


@pytest.mark.parametrize(
    ("number", "visit", "words"),
    [
        (5, ("end", 8.5, 0), "outside the shift"),
        (4, ("stop", 6.0, 950), "without unloading"),
        (3, ("stop", 5.0, 1500), "1500 kg"),
        (3, ("stop", 4.0, 900), "before it has left"),
        (2, ("stop", 4.0, 500), "rests 0 times"),
        (3, ("stop", 5.0, 400), "loses 100 kg"),
        (4, ("unload", 6.0, 200), "with 200 kg"),
    ],
)
def test_what_cannot_be_driven_is_named(number: int, visit: Visit, words: str) -> None:
    """Each rule on its own."""
    broken = [*SOUND[:number], visit, *SOUND[number + 1 :]]
    assert any(words in line for line in found(broken)), found(broken)


def test_a_site_is_served_or_left_out() -> None:
    """Not both."""
    assert ["stop-1 is served and left out"] == found(SOUND, ("stop-1",))
