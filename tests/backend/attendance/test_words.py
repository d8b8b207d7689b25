"""Verdicts in words: complete, in three languages, with the numbers as each language writes them."""

from __future__ import annotations

import pytest

from backend.attendance.words import SENTENCES, number, sentence, summary
from shared.vocabulary import FindingCode, FindingResult, Language, Outcome, Remedy


@pytest.mark.parametrize("code", list(FindingCode))
def test_every_finding_has_words_for_a_result(code: FindingCode) -> None:
    """A new code without words fails here and not in front of a judge."""
    assert any(known is code for known, _result in SENTENCES)


@pytest.mark.parametrize("language", list(Language))
def test_no_placeholder_is_left_standing(language: Language) -> None:
    """Every sentence is filled in every language."""
    for code, result in SENTENCES:
        text = sentence(code, result, -12.5, 3.0, language)
        assert "{" not in text


def test_numbers_are_written_as_the_language_does() -> None:
    """A comma in Russian and Kazakh, a point in English, no needless decimals."""
    assert ("0,31", "0.31", "120", "1001") == (
        number(0.31, Language.RU),
        number(0.31, Language.EN),
        number(120.0, Language.KK),
        number(1001.2, Language.RU),
    )


def test_outside_is_told_as_a_positive_distance() -> None:
    """Nobody is «-120 m outside»."""
    assert "120 m outside" in sentence(FindingCode.PLACE, FindingResult.FAIL, -120.0, 0.0, Language.EN)


def test_the_summary_ends_with_what_can_be_done() -> None:
    """First the outcome, then the remedy."""
    assert summary(Outcome.REFUSED, Remedy.RETAKE, Language.EN).startswith("Refused. Take it again")
    assert "Received" in summary(None, None, Language.EN)
