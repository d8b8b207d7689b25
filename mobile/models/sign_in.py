"""Signing in: where the server is, who works, and what went wrong in words that say what to do."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from mobile.client.answers import Why
from mobile.client.api_client import Declined, NotNow
from mobile.client.session import User
from mobile.models.background import Background
from mobile.models.observed import Observed
from mobile.models.ports import Account
from mobile.models.words import Words
from shared.i18n import Message as _

LOCAL_NAMES = {"localhost"}


class BadAddress(Exception):
    """What stands in the field is no server's address; ``message`` says why."""

    def __init__(self, message: _) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInView:
    """The screen's state; errors stand below the field that they are about, or above the button."""

    title: str
    server_label: str
    login_label: str
    password_label: str
    action: str
    safe: str
    server: str
    server_error: str = ""
    login_error: str = ""
    password_error: str = ""
    error: str = ""
    busy: bool = False


@dataclass(frozen=True, slots=True)
class _Wrong:
    server: _ | str = ""
    login: _ | str = ""
    password: _ | str = ""
    whole: _ | str = ""


class SignIn(Observed):
    """The screen where somebody signs in; ``welcome`` is called with who did."""

    def __init__(
        self, account: Account, background: Background, words: Words, welcome: Callable[[User], None]
    ) -> None:
        super().__init__()
        self._account = account
        self._background = background
        self._words = words
        self._welcome = welcome
        self._busy = False
        self._wrong = _Wrong()
        words.listen(self.changed)

    @property
    def view(self) -> SignInView:
        """What the screen shows now."""
        say, wrong = self._words, self._wrong
        return SignInView(
            title="Qala",
            server_label=say(_("Server's address")),
            login_label=say(_("Login")),
            password_label=say(_("Password")),
            action=say(_("Signing in…")) if self._busy else say(_("Sign in")),
            safe=say(_("Needs the network once. After that the app works offline.")),
            server=self._account.server,
            server_error=say(wrong.server),
            login_error=say(wrong.login),
            password_error=say(wrong.password),
            error=say(wrong.whole),
            busy=self._busy,
        )

    def sign_in(self, server: str, login: str, password: str) -> None:
        """Try it; the fields keep what was entered, whatever comes of it."""
        if self._busy:
            return
        try:
            address = server_address(server)
            self._wrong = _Wrong()
        except BadAddress as error:
            address, self._wrong = "", _Wrong(server=error.message)
        if not login.strip():
            self._wrong = replace(self._wrong, login=_("Enter your login."))
        if not password:
            self._wrong = replace(self._wrong, password=_("Enter your password."))
        self._busy = self._wrong == _Wrong()
        self.changed()
        if self._busy:
            self._background.run(
                lambda: self._account.sign_in(address, login.strip(), password), self._done, self._failed
            )

    def _done(self, user: User) -> None:
        self._busy = False
        self.changed()
        self._welcome(user)

    def _failed(self, error: Exception) -> None:
        self._busy = False
        self._wrong = _why(error)
        self.changed()


def _why(error: Exception) -> _Wrong:
    """What to say to whoever tried; unknown errors are not swallowed."""
    if isinstance(error, Declined):
        return _Wrong(password=error.problem.detail or _("Login or password is wrong."))
    if isinstance(error, NotNow):
        if error.end.why is Why.NOT_OURS:
            return _Wrong(
                server=_("Something else than Qala answers there: check the address, or leave this Wi-Fi.")
            )
        if error.end.why is Why.BUSY:
            return _Wrong(whole=error.end.detail or _("The server is busy. Try again in a minute."))
        return _Wrong(
            whole=_("The server does not answer. Check the address and the network, then try again.")
        )
    raise error


def server_address(text: str) -> str:
    """The address as the client takes it; BadAddress when a password could be read on the way to it."""
    entered = text.strip()
    if not entered:
        raise BadAddress(_("Enter the address that your dispatcher gave you, such as qala.example.kz."))
    parts = urlsplit(entered if "://" in entered else f"https://{entered}")
    try:
        host, _port = parts.hostname, parts.port
    except ValueError:
        host = None
    if (
        not host
        or parts.scheme not in ("http", "https")
        or parts.path.strip("/")
        or parts.query
        or " " in entered
    ):
        raise BadAddress(
            _("«{address}» is no address of a server: it looks like qala.example.kz.").format(address=entered)
        )
    if parts.scheme == "http" and not _on_this_machine(host):
        raise BadAddress(_("The address must begin with https://, or others could read your password."))
    return f"{parts.scheme}://{parts.netloc}"


def _on_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host in LOCAL_NAMES
