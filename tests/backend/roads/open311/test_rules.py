"""What the public door takes, and how it writes answers: pure."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.roads.open311 import answers, rules
from backend.roads.open311.answers import Form
from shared.vocabulary import DefectState, Moderation, PublicService

GOOD = {"service_code": "pothole", "lat": "54.87", "long": "69.15", "description": "у дома 5"}
NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


def test_a_form_is_read() -> None:
    """Who asks is not among what is kept."""
    asked = rules.read_form({**GOOD, "email": "a@b.kz", "first_name": "Айгүл", "phone": "+7"})
    assert isinstance(asked, rules.Asked)
    assert asked.place is not None
    assert (PublicService.POTHOLE, 54.87, 69.15, "у дома 5") == (
        asked.service,
        asked.place.lat,
        asked.place.lon,
        asked.description,
    )
    assert "Айгүл" not in repr(asked)


def test_an_address_alone_is_a_place_to_be_found() -> None:
    """GeoReport asks for either; the pin counts where both are sent."""
    nowhere = {**GOOD, "lat": " ", "long": "", "address_string": "Жумабаева 5"}
    asked = rules.read_form(nowhere)
    assert isinstance(asked, rules.Asked)
    assert (None, "Жумабаева 5") == (asked.place, asked.address)
    assert {"lat", "long"} == set(rules.read_form({**nowhere, "address_string": " "}))  # type: ignore[arg-type]
    both = rules.read_form({**GOOD, "address_string": "Жумабаева 5"})
    assert isinstance(both, rules.Asked)
    assert both.place is not None


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"service_code": "moon"}, "service_code"),
        ({"service_code": ""}, "service_code"),
        ({"lat": ""}, "lat"),
        ({"lat": "north"}, "lat"),
        ({"lat": "nan"}, "lat"),
        ({"lat": "91"}, "lat"),
        ({"long": "-181"}, "long"),
        ({"description": "я" * 4001}, "description"),
        ({"address_string": "я" * 256}, "address_string"),
    ],
)
def test_what_cannot_be_used_is_named(change: dict[str, str], field: str) -> None:
    """One field is wrong, and no other."""
    flaws = rules.read_form({**GOOD, **change})
    assert isinstance(flaws, dict)
    assert [field] == list(flaws)


@given(st.text())
def test_every_text_becomes_one_that_xml_and_databases_hold(text: str) -> None:
    """Control characters and halves of letters go; the rest stays."""
    kept = rules.readable(text)
    entry = {"description": kept}
    parsed = ElementTree.fromstring(answers.listed(Form.XML, "service_requests", [entry]))
    assert kept.replace("\r", "\n") == (parsed.findtext("request/description") or "")
    assert "\x00" not in kept
    assert [entry] == json.loads(answers.listed(Form.JSON, "service_requests", [entry]))


def test_the_same_content_has_the_same_hash() -> None:
    """Another photo or place makes another request."""
    asked, other = rules.read_form(GOOD), rules.read_form({**GOOD, "lat": "54.8701"})
    assert isinstance(asked, rules.Asked)
    assert isinstance(other, rules.Asked)
    hashes = [rules.content_hash(asked, []), rules.content_hash(asked, ["a"]), rules.content_hash(other, [])]
    assert 3 == len(set(hashes))
    assert rules.content_hash(asked, []) == hashes[0]


def test_numbers_are_drawn_of_plain_letters() -> None:
    """None that reads like another."""
    numbers = {rules.draw_number(random.Random(seed)) for seed in range(200)}
    assert 200 == len(numbers)
    assert not set("".join(numbers)) & set("01ILOU")


def test_a_list_spans_ninety_days() -> None:
    """The last ninety where nothing is asked for; more is refused."""
    assert (NOW - timedelta(days=90), NOW) == rules.span(None, None, NOW)
    start = NOW - timedelta(days=400)
    assert (start, start + timedelta(days=90)) == rules.span(start, None, NOW)
    assert isinstance(rules.span(start, NOW, NOW), dict)
    assert isinstance(rules.span(NOW, start, NOW), dict)


@pytest.mark.parametrize("state", list(DefectState))
def test_a_refused_report_is_closed_whatever_became_of_the_fault(state: DefectState) -> None:
    """What waits is open."""
    assert not rules.is_open(Moderation.REFUSED, state)
    assert rules.is_open(Moderation.LET_IN, state) == (
        state not in {DefectState.CLOSED, DefectState.REJECTED}
    )
