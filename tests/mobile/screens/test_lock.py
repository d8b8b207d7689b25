"""The lock: choosing a PIN, idling, wrong PINs, clocks that were set back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mobile.models.lock import IDLE, PIN_FACT, TRIES_FACT, Lock, Mode, wait_after
from mobile.models.words import Words
from mobile.shots.example_core import ExampleFacts
from mobile.shots.examples import NOW
from shared.vocabulary import Language


class Hand:
    """A lock, whoever presses its pad, and the clock on the wall."""

    def __init__(self, facts: ExampleFacts | None = None) -> None:
        self.now = NOW
        self.opened = 0
        self.facts = facts or ExampleFacts()
        self.lock = Lock(self.facts, Words(Language.EN), now=lambda: self.now, opened=self._open)

    def enter(self, pin: str) -> None:
        for digit in pin:
            self.lock.press(digit)
        self.lock.confirm()

    def _open(self) -> None:
        self.opened += 1


@pytest.fixture
def hand() -> Hand:
    """Somebody who has just chosen 2580."""
    hand = Hand()
    hand.lock.ask()
    hand.enter("2580")
    hand.enter("2580")
    return hand


def test_a_chosen_pin_opens(hand: Hand) -> None:
    """Chosen twice, then asked for."""
    hand.lock.ask()
    hand.enter("2580")
    assert (2, Mode.OPEN) == (hand.opened, hand.lock.mode)


def test_two_different_pins_are_chosen_again() -> None:
    """A slip must not lock somebody out."""
    hand = Hand()
    hand.lock.ask()
    hand.enter("2580")
    hand.enter("2581")
    assert (Mode.CHOOSE, False) == (hand.lock.mode, hand.lock.has_pin)
    assert "The two PINs differ: choose again." == hand.lock.view.error


def test_the_pin_itself_is_not_kept(hand: Hand) -> None:
    """Only a salted, slow hash of it."""
    assert {"salt", "hash"} == set(hand.facts.get(PIN_FACT))
    assert "2580" not in str(hand.facts.get(PIN_FACT))


def test_three_digits_are_too_few(hand: Hand) -> None:
    """The button waits for the fourth."""
    hand.lock.ask()
    for digit in "258":
        hand.lock.press(digit)
    assert not hand.lock.view.ready
    hand.lock.press("0")
    assert hand.lock.view.ready


def test_an_idle_phone_is_due_and_a_used_one_is_not(hand: Hand) -> None:
    """Touches put it off."""
    hand.now += IDLE - timedelta(seconds=1)
    assert not hand.lock.is_due()
    hand.lock.touched()
    hand.now += timedelta(seconds=2)
    assert not hand.lock.is_due()
    hand.now += IDLE
    assert hand.lock.is_due()


def test_a_clock_that_was_set_back_locks(hand: Hand) -> None:
    """Or a phone could be kept open by its clock."""
    hand.now -= timedelta(hours=1)
    assert hand.lock.is_due()


def test_wrong_pins_cost_more_and_more_time() -> None:
    """Slips are free; then the wait doubles up to an hour."""
    waits = [wait_after(wrong) for wrong in range(20)]
    assert [timedelta(0)] * 5 + [timedelta(seconds=30), timedelta(seconds=60)] == waits[:7]
    assert timedelta(hours=1) == waits[-1]


def test_a_resting_pad_takes_no_digit(hand: Hand) -> None:
    """Not even the right ones, until its time is over; a restart does not shorten it."""
    hand.lock.ask()
    for _time in range(5):
        hand.enter("1111")
    restarted = Hand(hand.facts)
    restarted.lock.ask()
    restarted.enter("2580")
    assert Mode.ASK is restarted.lock.mode
    assert "Too many wrong PINs. Try again in 30 s." == restarted.lock.view.error
    restarted.now += timedelta(seconds=31)
    restarted.enter("2580")
    assert Mode.OPEN is restarted.lock.mode


def test_setting_the_clock_back_does_not_lengthen_the_wait(hand: Hand) -> None:
    """A wait never lasts longer than it was meant to."""
    hand.lock.ask()
    for _time in range(5):
        hand.enter("1111")
    hand.now -= timedelta(days=2)
    assert "Too many wrong PINs. Try again in 30 s." == hand.lock.view.error


def test_confirming_a_resting_pad_tries_nothing(hand: Hand) -> None:
    """An empty try would count as a wrong one and keep the pad closed for ever."""
    hand.lock.ask()
    for _time in range(5):
        hand.enter("1111")
    tries = hand.facts.get("lock.tries")
    hand.lock.confirm()
    assert tries == hand.facts.get("lock.tries")


def test_a_try_counts_before_it_is_compared() -> None:
    """Ending the app while it compares gains nobody a free try."""

    class Ending(ExampleFacts):
        ended = False

        def put(self, name: str, value: object) -> None:
            super().put(name, value)
            if self.ended:
                raise KeyboardInterrupt

    hand = Hand(Ending())
    hand.lock.ask()
    hand.enter("2580")
    hand.enter("2580")
    hand.lock.ask()
    hand.facts.ended = True  # type: ignore[attr-defined]
    with pytest.raises(KeyboardInterrupt):
        hand.enter("1111")
    assert 1 == hand.facts.get(TRIES_FACT)["wrong"]


def test_the_right_pin_starts_the_count_anew(hand: Hand) -> None:
    """A try of one's own is not held against anybody."""
    hand.lock.ask()
    hand.enter("1111")
    hand.enter("2580")
    assert (Mode.OPEN, None) == (hand.lock.mode, hand.facts.get(TRIES_FACT))
