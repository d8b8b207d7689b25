"""The words for turns in three languages: street names bend, and those that cannot be bent stand beside the words."""

from __future__ import annotations

import pytest

from shared.i18n import translate
from shared.turn_words import turn_words
from shared.vocabulary import Language, Turn

RU, KK, EN = Language.RU, Language.KK, Language.EN


@pytest.mark.parametrize(
    ("turn", "street", "language", "words"),
    [
        (Turn.RIGHT, "улица Букетова", RU, "Поверните направо на улицу Букетова"),
        (Turn.LEFT, "Интернациональная улица", RU, "Поверните налево на Интернациональную улицу"),
        (Turn.LEFT, "2-й Дачный переулок", RU, "Поверните налево в 2-й Дачный переулок"),
        (Turn.RIGHT, "Шажимбаева", RU, "Поверните направо: Шажимбаева"),
        (Turn.RIGHT, "Бөкетов көшесі", KK, "Бөкетов көшесіне оңға бұрылыңыз"),
        (Turn.LEFT, "Назарбаев даңғылы", KK, "Назарбаев даңғылына солға бұрылыңыз"),
        (Turn.LEFT, "Жамбыл", KK, "Солға бұрылыңыз: Жамбыл"),
        (Turn.LEFT, "Buketov Street", EN, "Turn left onto Buketov Street"),
        (Turn.DEPART, "улица Букетова", RU, "Начните движение: улица Букетова"),
        (Turn.ARRIVE, "улица Букетова", RU, "Вы на точке"),
        (Turn.U_TURN, "", KK, "Кері бұрылыңыз"),
    ],
)
def test_a_turn_is_said_as_people_say_it(turn: Turn, street: str, language: Language, words: str) -> None:
    """With the street where there is one."""
    assert words == translate(turn_words(turn, street, language), language)


def test_a_roundabout_names_its_exit() -> None:
    """The number, and the street where it is known."""
    words = turn_words(Turn.ROUNDABOUT, "улица Мира", RU, exit_number=2)
    assert "На кольце — съезд 2 на улицу Мира" == translate(words, RU)
    assert "At the roundabout, take exit 3" == translate(turn_words(Turn.ROUNDABOUT, "", EN, 3), EN)


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("turn", list(Turn))
def test_every_turn_has_words_with_and_without_a_street(turn: Turn, language: Language) -> None:
    """None is silent, and none shows a placeholder."""
    for street in ("", "улица Мира", "Мира"):
        words = translate(turn_words(turn, street, language), language)
        assert words
        assert "{" not in words
