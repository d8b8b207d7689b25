"""A real browser against the application: served on a free port, and pages that fail a test on whatever they should not do."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect, sync_playwright
from werkzeug.exceptions import ServiceUnavailable
from werkzeug.serving import make_server
from werkzeug.wsgi import ClosingIterator

from tests.conftest import PASSWORD, missing

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
LAST_ANSWER_S = 60.0
PATIENCE_MS = 60_000  # of a browser on a busy machine
expect.set_options(timeout=PATIENCE_MS)


class Door:
    """An application behind a door that can be shut: nobody comes in any more, and the last answer has been given.

    Without it the thread of a late request would open the next test's database, or keep the last one's open for it.
    """

    def __init__(self, application: WSGIApplication) -> None:
        """Open the door of an application."""
        self._application = application
        self._changed = threading.Condition()
        self._inside = 0
        self._shut = False

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterator[bytes]:
        """Answer a request, or refuse it after the door was shut.

        A generator leaves also when nobody closes it: the server forgets to where the client broke off.
        """
        with self._changed:
            application = ServiceUnavailable() if self._shut else self._application
            self._inside += 1
        try:
            with closing(ClosingIterator(application(environ, start_response))) as answer:
                yield from answer
        finally:
            with self._changed:
                self._inside -= 1
                self._changed.notify_all()

    def shut(self) -> None:
        """Refuse whoever comes, and wait for those inside."""
        with self._changed:
            self._shut = True
            left = self._changed.wait_for(lambda: self._inside == 0, LAST_ANSWER_S)
        assert left, f"{self._inside} requests were not answered in {LAST_ANSWER_S:.0f} s"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium with an empty profile."""
    if not CHROMIUM.exists():
        missing(f"{CHROMIUM} is not there: install Debian's chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=list(FLAGS), timeout=2 * PATIENCE_MS
        )
        yield browser
        browser.close()


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The application on a free port; gives its address."""
    door = Door(app)
    server = make_server("127.0.0.1", 0, door, threaded=True)
    server.daemon_threads = True  # type: ignore[attr-defined]
    server.block_on_close = False  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    app.extensions["qala_feed"].stop()
    door.shut()
    server.shutdown()
    thread.join()
    server.server_close()


@contextmanager
def watched(browser: Browser, url: str, **context: Any) -> Iterator[Page]:
    """A page in Russian that fails the test on any script error, policy violation or request to outside."""
    opened = browser.new_context(**{"locale": "ru-RU", "viewport": {"width": 1366, "height": 768}, **context})
    opened.set_default_timeout(PATIENCE_MS)
    page = opened.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on(
        "console", lambda line: wrong.append(line.text) if "Content Security Policy" in line.text else None
    )
    page.on(
        "request",
        lambda request: (
            None if request.url.startswith((url, "data:", "blob:")) else wrong.append(request.url)
        ),
    )
    yield page
    opened.close()
    assert wrong == []


def until(page: Page, holds: Callable[[], bool]) -> None:
    """Wait, as ``expect`` does, for what the server knows and the page does not show: it may be sending several requests."""
    deadline = time.monotonic() + PATIENCE_MS / 1000
    while not holds():
        assert time.monotonic() < deadline, f"not so after {PATIENCE_MS // 1000} s"
        page.wait_for_timeout(100)


def sign_in(page: Page, url: str, login: str, password: str = PASSWORD) -> None:
    """Fill the form and send it."""
    page.goto(url)
    page.locator("#login").fill(login)
    page.locator("#password").fill(password)
    page.locator("#sign-in-button").click()
