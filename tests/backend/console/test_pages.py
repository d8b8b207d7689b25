"""The pages as the server sends them: languages, security headers, words, colours, and nothing from outside."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from backend.console import kinds, views, words
from shared import design_tokens
from shared.i18n import translate
from shared.vocabulary import Language

CONSOLE = Path(views.__file__).parent
STATIC = CONSOLE / "static"
SOURCES = sorted([*STATIC.iterdir(), *(CONSOLE / "templates").iterdir()])
NAMESPACES = {"http://www.w3.org/2000/svg"}  # names, never fetched
LANGUAGES = list(Language)


@pytest.fixture
def database_url(migrated_sqlite: Path, instance_dir: Path) -> str:
    """Pages do not depend on the database: one kind is enough."""
    shutil.copy(migrated_sqlite, instance_dir / "qala.db")
    return f"sqlite:///{instance_dir / 'qala.db'}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_front_page_speaks_the_language_of_its_address(client: FlaskClient, language: Language) -> None:
    """``?lang=`` wins over the browser's wish, and the page says which language it is in."""
    answer = client.get(f"/?lang={language.value}", headers={"Accept-Language": "en"})
    assert answer.status_code == 200
    assert f'<html lang="{language.value}">' in answer.text
    assert answer.headers["Content-Language"] == language.value
    assert translate(words.SYSTEM["system"], language) in answer.text


@pytest.mark.parametrize(
    ("wish", "language"), [("kk-KZ,kk;q=0.9", "kk"), ("en-GB", "en"), ("fr", "ru"), ("", "ru")]
)
def test_front_page_follows_the_browser_and_else_is_russian(
    client: FlaskClient, wish: str, language: str
) -> None:
    """Without ``?lang=`` the browser's wish counts, and Russian is the default."""
    assert client.get("/", headers={"Accept-Language": wish}).headers["Content-Language"] == language


def test_unknown_language_falls_back(client: FlaskClient) -> None:
    """An address with a language that does not exist is no error."""
    assert client.get("/?lang=tlh").headers["Content-Language"] == "ru"


def test_front_page_lets_nothing_in_from_outside(client: FlaskClient) -> None:
    """The policy names this server alone and allows no inline script or style."""
    headers = client.get("/").headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"


def test_api_page_runs_under_a_strict_policy(client: FlaskClient) -> None:
    """The browsable API needs data: images of its own sheet, and no inline script or style."""
    answer = client.get("/api/v1/docs/")
    assert answer.status_code == 200
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert "img-src 'self' data:" in answer.headers["Content-Security-Policy"]
    assert 'data-spec="/api/v1/openapi.json"' in answer.text


def test_api_page_parts_come_from_this_server(client: FlaskClient) -> None:
    """Every script and sheet that the pages name is answered here."""
    for page in ("/", "/api/v1/docs/"):
        html = client.get(page).text
        for path in re.findall(r'(?:src|href)="([^"#?]+)[#?"]', html):
            with client.get(path) as answer:
                assert answer.status_code == 200, path


def test_api_answers_are_not_sniffed(client: FlaskClient) -> None:
    """Browsers must not guess the type of an API's answer."""
    assert client.get("/healthz").headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.name)
def test_source_names_no_outside_address(source: Path) -> None:
    """No template, sheet, script or icon points outside."""
    text = source.read_text(encoding="utf-8")
    found = set(re.findall(r"https?://[\w./-]+|(?<=[\"'(])//\w[\w./-]+", text)) - NAMESPACES
    assert set() == found


@pytest.mark.parametrize(
    "source", [path for path in SOURCES if path.suffix == ".html"], ids=lambda path: path.name
)
def test_template_has_no_inline_script_or_style(source: Path) -> None:
    """The policy would block it, so it must not be there."""
    text = source.read_text(encoding="utf-8")
    assert re.search(r"<style|\sstyle=|\son\w+=|javascript:", text) is None
    scripts = re.findall(r"<script\b([^>]*)>", text)
    assert [each for each in scripts if "src=" not in each and 'type="application/json"' not in each] == []


def test_glossary_is_json_that_no_word_can_break_out_of(client: FlaskClient) -> None:
    """The scripts read their words from a block that parses, with every kind in it."""
    html = client.get("/?lang=en").text
    block = re.search(r'<script type="application/json" id="glossary">(.*?)</script>', html, re.DOTALL)
    assert block is not None
    glossary = json.loads(block.group(1))
    assert set(kinds.KINDS) == set(glossary["kinds"])
    assert glossary["time_zone"] == "Asia/Almaty"


def test_demo_logins_show_only_in_a_demo(app: Flask, client: FlaskClient) -> None:
    """Logins and passwords stand on the page when the configuration says demo, and never else."""
    app.config["QALA_DEMO_LOGINS"] = [
        {"role": "crew", "login": "crew-demo", "password": "shown to everybody"}
    ]
    assert "shown to everybody" not in client.get("/").text
    app.config["QALA_DEMO"] = True
    assert 'data-login="crew-demo" data-password="shown to everybody"' in client.get("/").text


def test_every_word_that_a_script_asks_for_exists() -> None:
    """A script's ``word("…")`` is a name in words.py."""
    asked = {
        name
        for path in STATIC.glob("*.js")
        for name in re.findall(r'\bword\(\s*"(\w+)"', path.read_text(encoding="utf-8"))
    }
    thrown = set(re.findall(r'CannotSign\("(\w+)"\)', (STATIC / "device_key.js").read_text(encoding="utf-8")))
    assert set() == (asked | thrown) - set(words.WORDS)


def test_every_icon_that_is_named_is_drawn() -> None:
    """Signs, scripts and templates name symbols of icons.svg."""
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', (STATIC / "icons.svg").read_text(encoding="utf-8")))
    signs = {
        sign.icon
        for sign in [
            *kinds.KINDS.values(),
            *(sign for table in kinds.OUTCOMES.values() for sign in table.values()),
        ]
    }
    named = {
        name
        for path in SOURCES
        for name in re.findall(r'\bicon\("([\w-]+)"', path.read_text(encoding="utf-8"))
    }
    assert set() == (signs | named) - drawn


@pytest.mark.parametrize("palette", [design_tokens.LIGHT, design_tokens.DARK], ids=["light", "dark"])
def test_text_can_be_read_on_every_ground(palette: design_tokens.Palette) -> None:
    """Text has a contrast of at least 4.5 to 1, and borders of inputs and focus rings 3 to 1."""
    for text, ground in design_tokens.text_pairs(palette):
        ratio = design_tokens.contrast(getattr(palette, text), getattr(palette, ground))
        assert ratio >= design_tokens.CONTRAST_MIN, f"{text} on {ground}: {ratio:.2f}"
    for control in ("muted", "accent"):
        for ground in design_tokens.GROUNDS:
            assert (
                design_tokens.contrast(getattr(palette, control), getattr(palette, ground))
                >= design_tokens.CONTRAST_CONTROL_MIN
            )


def test_contrast_is_that_of_the_standard() -> None:
    """Black on white is 21, a colour on itself 1, and the order does not matter."""
    assert design_tokens.contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert design_tokens.contrast("#777777", "#777777") == pytest.approx(1)
    assert design_tokens.contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.005)


def test_tokens_sheet_is_current() -> None:
    """tokens.css is what shared/design_tokens.py writes."""
    assert design_tokens.css() == (STATIC / "tokens.css").read_text(encoding="utf-8")


def test_sheets_take_their_colours_from_the_tokens() -> None:
    """No sheet but tokens.css names a colour of its own."""
    for sheet in STATIC.glob("*.css"):
        if sheet.name != "tokens.css":
            assert re.findall(r"#[0-9a-fA-F]{3,8}\b(?=\s*[;,)])", sheet.read_text(encoding="utf-8")) == [], (
                sheet.name
            )
