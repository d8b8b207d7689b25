"""`qala messages`: catalogues follow the code."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from babel.messages.pofile import read_po

from backend.cli.messages import marked_texts, places_of_messages, updated

CATALOGUE = """\
# Ours.
msgid ""
msgstr ""
"Language: ru\\n"
"Content-Type: text/plain; charset=utf-8\\n"

#: backend/old.py
msgid "kept"
msgstr "осталось"

#: backend/old.py
msgid "gone"
msgstr "ушло"
"""


def test_marked_literals_are_found_in_the_order_of_the_code() -> None:
    """Whatever else is called _ or Message is left alone."""
    code = 'a = _("one").format(b=Message("two"))\nMessage(row["x"])\n_()\nc = other("three")\n_("four" "five")\n'
    assert ["one", "two", "fourfive"] == list(marked_texts(code))


def test_message_knows_each_of_its_files_once(tmp_path: Path) -> None:
    """Backend and shared, sorted."""
    for name, code in {"shared/b.py": '_("x")', "backend/c.py": '_("x"); _("y"); _("x")'}.items():
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(code, encoding="utf-8")
    assert {"x": ["backend/c.py", "shared/b.py"], "y": ["backend/c.py"]} == places_of_messages(tmp_path)


def test_update_adds_what_is_new_and_drops_what_is_gone() -> None:
    """Translations and the head stay; a second update changes nothing."""
    places = {"new {count}": ["backend/a.py"], "kept": ["backend/b.py", "shared/c.py"]}
    after = updated(CATALOGUE, read_po(BytesIO(CATALOGUE.encode())), places)
    head = CATALOGUE[: CATALOGUE.index("#: backend")]
    assert after == head + (
        '#: backend/a.py\n#, python-brace-format\nmsgid "new {count}"\nmsgstr ""\n\n'
        '#: backend/b.py shared/c.py\nmsgid "kept"\nmsgstr "осталось"\n'
    )
    assert after == updated(after, read_po(BytesIO(after.encode())), places)
