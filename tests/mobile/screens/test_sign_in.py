"""Signing in: addresses, empty fields, and what a refusal, a dead network and a foreign Wi-Fi say."""

from __future__ import annotations

import pytest

from mobile.client.answers import Problem, RetryLater, Why
from mobile.client.api_client import Declined, NotNow
from mobile.client.session import User
from mobile.models.sign_in import BadAddress, SignIn, server_address
from mobile.models.words import Words
from mobile.shots.example_core import AtOnce, ExampleAccount
from shared.vocabulary import Language


class Form:
    """The screen's model, and who was welcomed."""

    def __init__(self, refuse: Exception | None = None) -> None:
        self.account = ExampleAccount(user=None)
        self.account.refuse = refuse
        self.welcomed: list[User] = []
        self.model = SignIn(self.account, AtOnce(), Words(Language.EN), self.welcomed.append)


@pytest.mark.parametrize(
    ("entered", "address"),
    [
        ("qala.example.kz", "https://qala.example.kz"),
        (" https://qala.example.kz/ ", "https://qala.example.kz"),
        ("qala.example.kz:8443", "https://qala.example.kz:8443"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://localhost:8080", "http://localhost:8080"),
        ("http://[::1]:8080", "http://[::1]:8080"),
    ],
)
def test_an_address_is_taken_as_people_write_it(entered: str, address: str) -> None:
    """Without a scheme it is the safe one; a server on this machine may do without."""
    assert address == server_address(entered)


@pytest.mark.parametrize("entered", ["http://qala.example.kz", "http://192.168.1.5:8080", "http://10.0.2.2"])
def test_an_address_that_shows_the_password_to_others_is_refused(entered: str) -> None:
    """Plain HTTP leaves the phone readable, in the office's Wi-Fi as well."""
    with pytest.raises(BadAddress, match="https://"):
        server_address(entered)


@pytest.mark.parametrize(
    "entered", ["", "ftp://qala.example.kz", "https://", "qala.example.kz/api", "a b", "qala:port"]
)
def test_what_is_no_address_is_named(entered: str) -> None:
    """With an example of one."""
    with pytest.raises(BadAddress, match=r"qala\.example\.kz"):
        server_address(entered)


def test_who_signs_in_is_welcomed() -> None:
    """Spaces round a login come from keyboards, those of a password are meant."""
    form = Form()
    form.model.sign_in("qala.example.kz", " nurlan ", " aq qar ")
    assert [("https://qala.example.kz", "nurlan", " aq qar ")] == form.account.asked
    assert ["nurlan"] == [user.login for user in form.welcomed]


def test_empty_fields_ask_the_server_nothing() -> None:
    """Each says what is missing, all at once."""
    form = Form()
    form.model.sign_in("", " ", "")
    view = form.model.view
    assert [] == form.account.asked
    assert "Enter the address" in view.server_error
    assert ("Enter your login.", "Enter your password.") == (view.login_error, view.password_error)


def test_a_wrong_password_is_said_at_the_password() -> None:
    """In the server's words, which know about the rests after failures."""
    form = Form(Declined(Problem(status=401, slug="not-signed-in", detail="The login or password is wrong.")))
    form.model.sign_in("qala.example.kz", "nurlan", "wrong")
    assert "The login or password is wrong." == form.model.view.password_error
    assert not form.model.view.busy


@pytest.mark.parametrize(
    ("why", "field", "words"),
    [
        (Why.UNREACHABLE, "error", "does not answer"),
        (Why.BUSY, "error", "busy"),
        (Why.NOT_OURS, "server_error", "Something else than Qala"),
    ],
)
def test_what_time_may_mend_says_what_to_do(why: Why, field: str, words: str) -> None:
    """Nothing of the form is lost."""
    form = Form(NotNow(RetryLater(15, why)))
    form.model.sign_in("qala.example.kz", "nurlan", "aq qar")
    assert words in getattr(form.model.view, field)


def test_a_fault_of_the_app_is_not_shown_as_a_wrong_password() -> None:
    """It is raised, so that it is found."""
    form = Form(KeyError("fault"))
    with pytest.raises(KeyError):
        form.model.sign_in("qala.example.kz", "nurlan", "aq qar")
