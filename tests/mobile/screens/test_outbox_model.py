"""The outbox as people read it: ladders, reasons, retry, and discarding only after a question."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from mobile.client.answers import Problem
from mobile.models.outbox import KINDS, PAGE, REASONS, STATES, Queue, ladder, wait_reason
from mobile.models.words import Words
from mobile.outbox.ladder import Damage, Item, ItemKind, ItemState, WaitReason
from mobile.shots.example_core import ExampleOutbox
from mobile.shots.examples import NOW, POTHOLE, item, judged, seen
from shared.vocabulary import Language, Outcome

WORDS = Words(Language.EN)


def queue(*items: Item) -> Queue:
    """The model over these items."""
    return Queue(ExampleOutbox(items), WORDS, now=lambda: NOW)


def opened(held: Item) -> Queue:
    """The model with one item open."""
    model = queue(held)
    model.show(str(held.id))
    return model


def test_every_state_kind_and_reason_has_words() -> None:
    """A new one would be a row without a word."""
    assert set(ItemState) == set(STATES)
    assert set(ItemKind) == set(KINDS)
    assert set(WaitReason) == set(REASONS)


def test_the_newest_stands_first_and_a_row_says_its_state() -> None:
    """Icon, word and time; an item of another day shows the day."""
    model = queue(item(0, ItemState.SENDING, "new", 1), item(1, ItemState.VERIFIED, "old", 60 * 20))
    rows = model.view.rows
    assert [("new", "being sent", "09:39"), ("old", "confirmed", "21\N{NO-BREAK SPACE}Nov")] == [
        (row.title, row.facts, row.time) for row in rows
    ]


def test_a_waiting_item_says_why_and_when_it_is_tried_again() -> None:
    """Silence on failure is what its peers are hated for."""
    held = item(0, ItemState.SAVED, "", 1, why=WaitReason.BUSY, waits_until=NOW + timedelta(seconds=90))
    assert "the server asks to wait, again in 1 min" == wait_reason(held, NOW, WORDS)
    assert "the server asks to wait" == wait_reason(held, NOW + timedelta(minutes=2), WORDS)


def test_the_summary_counts_what_waits_and_what_is_in_trouble() -> None:
    """Or says that all is well."""
    assert "Everything is on the server." == queue(item(0, ItemState.VERIFIED, "", 1)).view.summary
    both = queue(item(0, ItemState.SAVED, "", 1), item(1, ItemState.REFUSED, "", 2))
    assert "1 waits · 1 in trouble" == both.view.summary


def test_a_defect_shows_what_came_of_it() -> None:
    """In its row and, in the server's words, on its screen; one that is only received says that."""
    held = item(0, ItemState.STORED, "Defect", 1, kind=ItemKind.DEFECT, answer=POTHOLE)
    model = opened(held)
    assert "on the server · Pothole · severe · a suggestion" == model.view.rows[0].facts
    assert POTHOLE["summary"] == model.item.notice
    waits = opened(item(0, ItemState.STORED, "", 1, kind=ItemKind.DEFECT, answer=seen("Received.")))
    assert ("Received.", "on the server") == (waits.item.notice, waits.view.rows[0].facts)


def test_an_empty_outbox_says_so() -> None:
    """Not a blank page."""
    assert "Nothing was captured" in queue().view.empty


def test_only_a_page_is_read_until_more_is_asked_for() -> None:
    """An outbox may hold thousands."""
    model = queue(*(item(number, ItemState.VERIFIED, "", number) for number in range(PAGE + 10)))
    assert (PAGE, "Show older ones") == (len(model.view.rows), model.view.more)
    model.show_more()
    assert (PAGE + 10, "") == (len(model.view.rows), model.view.more)


@pytest.mark.parametrize(
    ("state", "icons"),
    [
        (ItemState.SAVED, "✔○○○"),
        (ItemState.SENDING, "✔●○○"),
        (ItemState.SENT, "✔✔○○"),
        (ItemState.STORED, "✔✔✔○"),
        (ItemState.VERIFIED, "✔✔✔✔"),
        (ItemState.REFUSED, "✔✖"),
        (ItemState.DAMAGED, "✔⚠"),
    ],
)
def test_the_ladder_shows_how_far_an_item_has_come(state: ItemState, icons: str) -> None:
    """Each rung by icon and word."""
    steps = ladder(item(0, state, "", 1), WORDS)
    assert icons == "".join(step.icon for step in steps)
    assert all(step.word for step in steps)


def test_a_refusal_gives_the_server_s_reason_and_says_what_is_safe() -> None:
    """In the words of the server, which know what to do."""
    problem = Problem(status=409, slug="conflict", detail="Already sent with other content.")
    notice = opened(item(0, ItemState.REFUSED, "", 1, problem=problem)).item.notice
    assert "Already sent with other content. It stays on this phone until you decide." == notice


def test_a_refusal_of_fields_says_what_is_wrong_with_them() -> None:
    """«Some values cannot be used» would help nobody on the road."""
    said = {"repair.proof_id": ["must be photographed at the repaired place, was 2470 m away"]}
    problem = Problem(status=422, slug="invalid", detail="Some values cannot be used.", errors=said)
    notice = opened(item(0, ItemState.REFUSED, "", 1, problem=problem)).item.notice
    assert notice.startswith("Must be photographed at the repaired place, was 2470 m away. It stays")


@pytest.mark.parametrize("damage", list(Damage))
def test_damage_is_named(damage: Damage) -> None:
    """Whatever the phone cannot read."""
    assert "damaged" in opened(item(0, ItemState.DAMAGED, "", 1, damage=damage)).item.notice


def test_a_settled_item_offers_nothing_to_press() -> None:
    """It is on the server."""
    view = opened(item(0, ItemState.VERIFIED, "", 1)).item
    assert ("", "") == (view.retry, view.discard)


def test_retry_sends_again() -> None:
    """A refused one as well: its reason may have been mended."""
    model = opened(item(0, ItemState.REFUSED, "", 1))
    model.retry()
    assert "Saved on the phone" == model.item.steps[0].word
    assert "○" == model.item.steps[1].icon


def test_the_question_names_what_would_be_lost() -> None:
    """And what no one can restore."""
    view = opened(item(0, ItemState.SAVED, "Ахметов С. Б. · приход", 1)).item
    assert "«Ахметов С. Б. · приход»" in view.question_text
    assert ("Discard without sending?", "Keep it") == (view.question, view.no)


def test_a_discarded_item_is_gone() -> None:
    """Its screen says so."""
    model = opened(item(0, ItemState.SAVED, "a", 1))
    model.discard()
    assert "This item is no longer on the phone." == model.item.title
    assert () == model.view.rows


@pytest.mark.parametrize(
    ("more", "fact"),
    [
        ({"photo_count": 1, "photo_bytes": 2_000}, "1 photo, 2\N{NO-BREAK SPACE}kB"),
        ({"photo_count": 12, "photos_kept": False}, "12 photos, on the server"),
        ({"tries": 3}, "3 tries so far"),
    ],
)
def test_an_item_tells_its_photos_and_tries(more: dict[str, Any], fact: str) -> None:
    """Where the photos lie is what people ask first."""
    assert fact in opened(item(0, ItemState.SAVED, "", 1, **more)).item.facts


@pytest.mark.parametrize(
    ("outcome", "facts", "colour"),
    [
        (Outcome.ACCEPTED, "confirmed · accepted", "good"),
        (Outcome.TO_REVIEW, "confirmed · to review", "warn"),
        (Outcome.REFUSED, "confirmed · refused", "bad"),
    ],
)
def test_a_judged_check_in_tells_its_verdict(outcome: Outcome, facts: str, colour: str) -> None:
    """In the list by a word, on its own screen in the server's sentence."""
    model = opened(item(0, ItemState.VERIFIED, "", 1, answer=judged(outcome)))
    (row,) = model.view.rows
    assert (facts, colour) == (row.facts, row.colour)
    assert ("Принято: лицо совпало, телефон был в геозоне, время верно.", colour) == (
        model.item.notice,
        model.item.notice_colour,
    )
