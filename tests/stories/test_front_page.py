"""The front page in a real browser against a running server: sign in, see the city live, prove an entry, sign out."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from backend.clock import system_clock
from backend.console import kinds, words
from shared.i18n import translate
from shared.vocabulary import Language, Role
from tests.conftest import PASSWORD, make_district, make_user
from tests.stories.browsing import browser as browser
from tests.stories.browsing import served, sign_in, watched

pytestmark = pytest.mark.browser

LOGIN = "head-of-it"


@pytest.fixture
def describes_api() -> bool:
    """The API page shows the description."""
    return True


@pytest.fixture
def database_url(migrated_sqlite: Path, instance_dir: Path) -> str:
    """The browser's story runs on SQLite; the feed's own tests cover both."""
    shutil.copy(migrated_sqlite, instance_dir / "qala.db")
    return f"sqlite:///{instance_dir / 'qala.db'}"


@pytest.fixture
def clock() -> Callable[[], datetime]:
    """The real time: the browser has no other."""
    return system_clock


@pytest.fixture
def url(app: Flask) -> Iterator[str]:
    """A running server with an administrator in it, who sees every district."""
    make_user(app, LOGIN, Role.ADMINISTRATOR, [make_district(app, "centre")])
    with served(app) as url:
        yield url


@pytest.fixture
def page(browser: Browser, url: str) -> Iterator[Page]:
    """A page in Russian that fails the test on any script error, policy violation or request to outside."""
    with watched(browser, url) as page:
        yield page


def russian(message: str) -> str:
    """A message as the page shows it."""
    return translate(message, Language.RU)


def test_administrator_signs_in_sees_a_live_event_proves_it_and_signs_out(
    app: Flask, page: Page, url: str
) -> None:
    """From the form to an entry that appears by itself, whose hash is computed in the browser, and out again."""
    sign_in(page, url, LOGIN)
    expect(page.locator("#feed-state")).to_have_text(russian(words.FEED["feed_live"]))
    expect(page.locator("#account")).to_contain_text(LOGIN)
    expect(page.locator("#devices li")).to_have_count(1)
    page.mouse.move(1, 1)

    make_district(app, "podgora")
    newest = page.locator(".row").first
    expect(newest).to_contain_text("podgora")
    expect(newest).to_contain_text(russian(kinds.KINDS["district.created"].word))

    newest.click()
    expect(page.locator("#panel-title")).to_have_text(russian(kinds.KINDS["district.created"].word))
    page.locator("#panel button.primary").click()
    expect(page.locator("#panel .verdict").first).to_have_text(russian(words.ENTRY["hash_matches"]))
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_hidden()

    page.locator("#sign-out").click()
    expect(page.locator("#sign-in-notice")).to_have_text(russian(words.SIGN_IN["signed_out"]))
    page.reload()
    expect(page.locator("#sign-in-button")).to_be_visible()


def test_session_outlives_a_reload(page: Page, url: str) -> None:
    """The device key and refresh token stay in the browser; the access token is fetched anew."""
    sign_in(page, url, LOGIN)
    expect(page.locator("#account")).to_contain_text(LOGIN)
    page.reload()
    expect(page.locator("#account")).to_contain_text(LOGIN)
    expect(page.locator("#devices li")).to_have_count(1)


def test_rows_wait_while_the_pointer_is_among_them(app: Flask, page: Page, url: str) -> None:
    """What comes in stands behind «2 new» until it is asked for, so that no row moves under the pointer."""
    sign_in(page, url, LOGIN)
    expect(page.locator("#feed-state")).to_have_text(russian(words.FEED["feed_live"]))
    first = page.locator(".row").first
    first.hover()
    known = first.inner_text()
    make_district(app, "north")
    make_district(app, "south")
    expect(page.locator("#news")).to_contain_text("2")
    assert known == page.locator(".row").first.inner_text()
    page.locator("#news").click()
    expect(page.locator(".row").first).to_contain_text("south")
    expect(page.locator("#news")).to_be_hidden()


def test_revoking_this_browser_ends_its_session(page: Page, url: str) -> None:
    """Revoked by a second press, the browser is signed out at once and can sign in anew with a new key."""
    sign_in(page, url, LOGIN)
    page.locator("#devices button").click()
    page.locator("#devices .danger").click()
    expect(page.locator("#sign-in-notice")).to_have_text(russian(words.SIGN_IN["session_over"]))
    page.locator("#login").fill(LOGIN)
    page.locator("#password").fill(PASSWORD)
    page.locator("#sign-in-button").click()
    expect(page.locator("#account")).to_contain_text(LOGIN)


def test_wrong_password_is_told_where_it_was_typed(page: Page, url: str) -> None:
    """The server's reason stands in the form, and nobody is signed in."""
    sign_in(page, url, LOGIN, password="not the password")
    expect(page.locator("#sign-in-error")).not_to_be_empty()
    expect(page.locator("#account")).to_be_hidden()


def test_api_page_renders_and_authorises_with_this_session(page: Page, url: str) -> None:
    """Swagger UI runs under the strict policy, and one press lends it the session's token."""
    sign_in(page, url, LOGIN)
    expect(page.locator("#account")).to_contain_text(LOGIN)
    page.goto(f"{url}/api/v1/docs/")
    expect(page.locator(".opblock-summary-path").first).to_be_visible()
    page.locator("#authorise").click()
    expect(page.locator("#authority")).to_contain_text(LOGIN)
    expect(page.locator(".btn.authorize.locked, .btn.authorize .locked").first).to_be_visible()
