"""What came of a defect, on the phone: what it looks like, that it is a suggestion, or what to do about the photo."""

from __future__ import annotations

from typing import Any

import pytest

from mobile.models.defect_results import CANNOT, asks_again, result_of
from shared.vocabulary import CannotAssess


def answer(**known: Any) -> dict[str, Any]:
    """A defect's answer as the outbox keeps it."""
    return {"state": "received", "kind": None, "severity": None, "suggested": False, "cannot": None} | known


def words(**known: Any) -> list[str]:
    """The words of its signs."""
    return [str(sign.word) for sign in result_of(answer(**known))]


def test_a_suggestion_says_that_it_is_one() -> None:
    """Kind and severity first."""
    assert ["Pothole", "severe", "a suggestion"] == words(kind="pothole", severity="high", suggested=True)
    assert ["Net of cracks", "slight"] == words(kind="crack_network", severity="low", state="confirmed")
    assert ["Snow pile", "a suggestion"] == words(kind="snow_pile", suggested=True)


@pytest.mark.parametrize("reason", CannotAssess)
def test_every_reason_has_its_words(reason: CannotAssess) -> None:
    """And none of them says that the road is good."""
    assert [str(CANNOT[reason].word)] == words(cannot=reason.value)


@pytest.mark.parametrize(
    ("known", "asked"),
    [
        ({"cannot": "too_dark"}, True),
        ({"cannot": "blurred"}, True),
        ({"cannot": "snow_covered"}, False),
        ({"cannot": "unsure"}, False),
        ({"cannot": "no_model"}, False),
        ({"cannot": "too_dark", "state": "confirmed"}, False),
        ({"cannot": "too_dark", "kind": "pothole"}, False),
        ({}, False),
    ],
)
def test_a_photo_is_asked_for_again_only_where_that_helps(known: dict[str, Any], asked: bool) -> None:
    """Not once a person has said what it is."""
    assert asked is asks_again(answer(**known))


def test_no_fault_and_nothing_known_yet() -> None:
    """A rejected report says so; one that waits says nothing of its own."""
    assert ["no fault of the road"] == words(state="rejected", kind="pothole")
    assert [] == words() == [str(sign.word) for sign in result_of(None)]


def test_words_of_a_newer_server_are_left_out() -> None:
    """An old app does not fail over them."""
    assert [] == words(kind="sinkhole") == words(cannot="eclipse")
    assert ["Pothole"] == words(kind="pothole", severity="catastrophic")
