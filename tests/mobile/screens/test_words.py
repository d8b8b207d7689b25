"""What people read: plural forms, dates of the city, distances, waits."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from mobile.models.words import NO_BREAK, Words, city_day, plural_form
from shared.i18n import Message
from shared.vocabulary import Language


@pytest.mark.parametrize(
    ("count", "form"), [(0, 2), (1, 0), (2, 1), (4, 1), (5, 2), (11, 2), (12, 2), (21, 0), (22, 1), (112, 2)]
)
def test_russian_has_three_plural_forms(count: int, form: int) -> None:
    """As CLDR has them: 1 ждёт, 2 ждут, 5 ждут, 11 ждут, 21 ждёт."""
    assert form == plural_form(Language.RU, count)


def test_english_counts_one_and_other_and_kazakh_does_not_care() -> None:
    """Two forms, one form."""
    assert [0, 1, 1] == [plural_form(Language.EN, count) for count in (1, 0, 2)]
    assert {0} == {plural_form(Language.KK, count) for count in (0, 1, 2, 5, 21)}


def test_a_count_takes_its_form_and_its_values() -> None:
    """Other placeholders are filled, too."""
    message = Message("{count} photo, {size}|{count} photos, {size}")
    assert "1 photo, 2 kB" == Words(Language.EN).count(message, 1, size="2 kB")
    assert "3 photos, 2 kB" == Words(Language.EN).count(message, 3, size="2 kB")


def test_days_are_the_city_s() -> None:
    """An evening in Greenwich is the next morning in Petropavl."""
    assert date(2026, 11, 23) == city_day(datetime(2026, 11, 22, 19, 0, tzinfo=UTC))


def test_the_city_s_clock_follows_its_law() -> None:
    """UTC+6 until February 2024, UTC+5 since March."""
    words = Words(Language.EN)
    assert "18:00" == words.clock(datetime(2024, 2, 1, 12, 0, tzinfo=UTC))
    assert "17:00" == words.clock(datetime(2024, 4, 1, 12, 0, tzinfo=UTC))


def test_a_moment_names_day_and_time() -> None:
    """No year: what a phone shows is of this season."""
    assert f"22{NO_BREAK}Nov, 14:05" == Words(Language.EN).moment(datetime(2026, 11, 22, 9, 5, tzinfo=UTC))


@pytest.mark.parametrize(
    ("wait", "text"),
    [
        (timedelta(seconds=-3), "0 s"),
        (timedelta(seconds=59), "59 s"),
        (timedelta(seconds=60), "1 min"),
        (timedelta(minutes=119), "1 h"),
        (timedelta(days=2, hours=23), "2 d"),
    ],
)
def test_a_wait_is_rounded_down(wait: timedelta, text: str) -> None:
    """A clock that runs behind never makes it negative."""
    assert text == Words(Language.EN).wait(wait)


@pytest.mark.parametrize(
    ("distance_m", "text"),
    [
        (0.0, "0 m"),
        (12.4, "10 m"),
        (118.0, "120 m"),
        (949.0, "950 m"),
        (3_400.0, "3.4 km"),
        (27_300.0, "27 km"),
    ],
)
def test_a_distance_has_no_more_digits_than_a_receiver_knows(distance_m: float, text: str) -> None:
    """Metres in steps, then kilometres."""
    assert text == Words(Language.EN).distance(distance_m)


def test_russian_and_kazakh_write_a_decimal_comma() -> None:
    """«3,4 км»."""
    assert "3,4" == Words(Language.RU).distance(3_400.0)[:3]


@pytest.mark.parametrize(
    ("size_bytes", "text"), [(0, "0 B"), (999, "999 B"), (640_000, "640 kB"), (12_300_000, "12.3 MB")]
)
def test_a_size_is_short(size_bytes: int, text: str) -> None:
    """In thousands, as shops count memory."""
    assert text.replace(" ", NO_BREAK) == Words(Language.EN).size(size_bytes)


def test_listeners_hear_only_a_change_of_language() -> None:
    """The same language again redraws nothing."""
    words, heard = Words(Language.RU), []
    words.listen(lambda: heard.append(words.language))
    words.speak(Language.RU)
    words.speak(Language.KK)
    assert [Language.KK] == heard
