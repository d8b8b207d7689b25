"""Every message has a Russian and a Kazakh translation with the same placeholders, and no catalogue entry is unused."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from shared.i18n import DOMAIN, LOCALE_DIR
from tests.architecture.project_files import PROJECT_DIR

MARKERS = {"_", "Message"}
PLURAL_FORMS = {"ru": 3, "kk": 1}  # of a text with | between its forms, see backend/console/words.py
LANGUAGES = tuple(PLURAL_FORMS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_translated(language: str) -> None:
    """Not empty and not fuzzy; the places that use it are named."""
    known = catalogue(language)
    missing = {text: places for text, places in messages().items() if text not in known}
    assert {} == missing


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_keep_the_placeholders(language: str) -> None:
    """A translation has exactly the placeholders of its source, in any order, in each plural form."""
    wrong = {}
    for source, text in catalogue(language).items():
        forms = text.split("|") if "|" in source else [text]
        if any(placeholders(form) != placeholders(source) for form in forms):
            wrong[source] = text
    assert {} == wrong


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_have_their_language_s_plural_forms(language: str) -> None:
    """As many forms as CLDR gives the language."""
    counts = {source: text.count("|") + 1 for source, text in catalogue(language).items() if "|" in source}
    assert {} == {source: count for source, count in counts.items() if count != PLURAL_FORMS[language]}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_catalogue_entry_is_unused(language: str) -> None:
    """A text that the code no longer says is not translated either."""
    assert [] == sorted(set(catalogue(language)) - set(messages()))


def test_messages_are_literals() -> None:
    """An f-string or a sum cannot be found by its source text, so it would never be translated."""
    wrong = [
        f"{path}:{call.lineno}"
        for path, call in calls()
        if isinstance(call.args[0], ast.JoinedStr | ast.BinOp)
    ]
    assert [] == wrong


def placeholders(text: str) -> set[str]:
    """The names in braces."""
    return {name for _literal, name, _spec, _conversion in Formatter().parse(text) if name is not None}


@cache
def messages() -> dict[str, list[str]]:
    """Every message that the code may say, with the places where it stands."""
    found: dict[str, list[str]] = {}
    for path, call in calls():
        source = call.args[0]
        if isinstance(source, ast.Constant) and isinstance(source.value, str):
            found.setdefault(source.value, []).append(f"{path}:{call.lineno}")
    return found


def calls() -> Iterator[tuple[str, ast.Call]]:
    """Every call that marks a message, with its file."""
    for folder in ("shared", "backend", "mobile"):
        for path in sorted((PROJECT_DIR / folder).rglob("*.py")):
            name = str(path.relative_to(PROJECT_DIR))
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Name)
                    and node.func.id in MARKERS
                    and node.args
                ):
                    yield name, node


@cache
def catalogue(language: str) -> dict[str, str]:
    """The finished translations of a language by source text."""
    path = LOCALE_DIR / language / "LC_MESSAGES" / f"{DOMAIN}.po"
    return {
        str(entry.id): str(entry.string)
        for entry in _read(path)
        if entry.id and entry.string and not entry.fuzzy
    }


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, abort_invalid=True)
