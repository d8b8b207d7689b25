"""Messages keep their source and values until someone reads them in a language."""

from __future__ import annotations

import copy
import pickle

import pytest

from shared.i18n import Message, listed, translate
from shared.vocabulary import Language


def test_message_is_its_english_text() -> None:
    """Whoever only prints it needs to know nothing of languages."""
    message = Message("{field} must be above {bound}").format(field="accuracy_m", bound=0)
    assert message == "accuracy_m must be above 0"
    assert isinstance(message, str)


def test_message_keeps_its_source_and_values() -> None:
    """Which is what a translation needs."""
    message = Message("{a} and {b}").format(a=1).format(b=2)
    assert (message.source, message.values) == ("{a} and {b}", {"a": 1, "b": 2})


def test_missing_value_leaves_its_placeholder_standing() -> None:
    """A wrong translation cannot break an answer."""
    assert Message("{a} and {b}").format(a=1) == "1 and {b}"


def test_values_with_braces_are_not_filled_again() -> None:
    """What a stranger sent is shown, never interpreted."""
    message = Message("was {value}").format(value="{field} {0} {value.__class__}", field="secret")
    assert message == "was {field} {0} {value.__class__}"
    assert translate(message, Language.EN) == message


def test_message_survives_pickle_and_copy() -> None:
    """It may wait in a queue or a cache."""
    message = Message("was {value}").format(value=3)
    for twin in (pickle.loads(pickle.dumps(message)), copy.deepcopy(message)):
        assert (twin, twin.source, twin.values) == (message, message.source, message.values)


@pytest.mark.parametrize("language", list(Language))
def test_unknown_message_comes_back_in_english(language: Language) -> None:
    """A text without a translation is still a text, with its values."""
    message = Message("qwertyuiop {value}").format(value=5)
    assert translate(message, language) == "qwertyuiop 5"


def test_plain_text_is_left_alone() -> None:
    """What is no message has no translation, and its braces mean nothing."""
    assert translate("{a}", Language.RU) == "{a}"


def test_message_inside_a_message_is_translated_too() -> None:
    """«{field} must be {expected}» speaks one language throughout."""
    message = Message("must be {expected}").format(expected=Message("a {kind}").format(kind="text"))
    assert translate(message, Language.EN) == "must be a text"


def test_a_list_of_messages_is_translated_word_by_word() -> None:
    """And says «—» where it has none."""
    some = listed([Message("confirmed"), Message("closed"), "№ 5"])
    assert "«confirmed», «closed», «№ 5»" == translate(some, Language.EN) == some
    assert "«подтверждено», «закрыто», «№ 5»" == translate(some, Language.RU)
    assert "—" == translate(listed([]), Language.KK)
