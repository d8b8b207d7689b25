"""The room «Roads» as the server sends it: to everybody as a frame, in three languages, with every word and icon there."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from backend.console import views as console
from backend.console import words
from backend.roads import page_words, pages
from shared.i18n import translate
from shared.vocabulary import Language

ROADS = Path(pages.__file__).parent
STATIC = ROADS / "static"
SOURCES = sorted([*STATIC.iterdir(), ROADS / "templates" / "roads.html"])
SCRIPTS = {path.name: path.read_text(encoding="utf-8") for path in STATIC.glob("*.js")}
ICONS = (Path(console.__file__).parent / "static" / "icons.svg").read_text(encoding="utf-8")


@pytest.fixture
def database_url(migrated_sqlite: Path, instance_dir: Path) -> str:
    """Pages do not depend on the database: one kind is enough."""
    shutil.copy(migrated_sqlite, instance_dir / "qala.db")
    return f"sqlite:///{instance_dir / 'qala.db'}"


@pytest.mark.parametrize("language", list(Language))
def test_room_speaks_the_language_of_its_address(client: FlaskClient, language: Language) -> None:
    """Its title, its filters and the words of its scripts are those of the language."""
    answer = client.get(f"/roads?lang={language.value}")
    assert answer.status_code == 200
    assert f'<html lang="{language.value}">' in answer.text
    for word in ("roads_title", "filter_overdue", "kind_pothole", "roads_forbidden"):
        assert translate(page_words.WORDS[word], language) in answer.text


def test_room_is_an_empty_frame_under_the_strict_policy(client: FlaskClient) -> None:
    """Without a session it says where to sign in; photos are drawn, so no picture may come from anywhere but here."""
    answer = client.get("/roads?lang=en")
    assert 'href="/?next=roads&amp;lang=en"' in answer.text
    assert 'id="case-rows" class="rows" aria-labelledby="cases-title"></ol>' in answer.text
    assert answer.headers["Content-Security-Policy"] == console.PAGE_POLICY


def test_every_part_of_the_room_comes_from_this_server(client: FlaskClient) -> None:
    """Every script and sheet that the page and its scripts name is answered here."""
    html = client.get("/roads").text
    named = set(re.findall(r'(?:src|href)="([^"#?]+)[#?"]', html))
    for text in SCRIPTS.values():
        for path in re.findall(r'from "([^"]+)"', text):
            named.add(path if path.startswith("/") else f"/roads/static/{path.removeprefix('./')}")
    for path in named:
        with client.get(path) as answer:
            assert answer.status_code == 200, path


def test_front_page_leads_to_the_room(client: FlaskClient) -> None:
    """A link in its head."""
    assert 'href="/roads?lang=en"' in client.get("/?lang=en").text


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.name)
def test_source_names_no_outside_address_nor_a_style_of_its_own(source: Path) -> None:
    """Nothing points outside, nothing is inline, colours of text are the tokens'."""
    text = source.read_text(encoding="utf-8")
    assert set() == set(re.findall(r"https?://[\w./-]+", text)) - {"http://www.w3.org/2000/svg"}
    assert re.search(r"<style|\sstyle=|\son\w+=\"|javascript:", text) is None
    assert [] == re.findall(r"#[0-9a-fA-F]{3,8}\b(?=\s*[;,)])", text)


def test_every_word_that_a_script_asks_for_exists() -> None:
    """A script's ``word("…")`` and ``section("…")`` are names of the console's or the room's words."""
    asked = {
        name for text in SCRIPTS.values() for name in re.findall(r'\b(?:word|section)\(\s*"(\w+)"', text)
    }
    assert set() == asked - set(page_words.WORDS) - set(words.WORDS)
    assert set() == set(page_words.WORDS) & set(words.WORDS)


def test_every_icon_that_is_named_is_drawn() -> None:
    """Of the one sprite of the console."""
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', ICONS))
    named = {name for text in SCRIPTS.values() for name in re.findall(r'\bicon\("([\w-]+)"', text)}
    tables = re.findall(r"const (?:ICONS|STATES) = \{(.+)\};", SCRIPTS["signs.js"])
    named |= set(re.findall(r': "([\w-]+)"', tables[0])) | set(re.findall(r'\["([\w-]+)"', tables[1]))
    assert set() == named - drawn
