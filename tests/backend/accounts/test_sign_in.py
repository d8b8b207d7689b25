"""Signing in on a registered device, staying signed in, and being signed out."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from backend.accounts.sign_in import HASHER, NOBODYS_HASH
from shared.vocabulary import Role
from tests.conftest import PASSWORD, Clock, make_user
from tests.phone import API, Phone

Staff = Callable[..., Phone]


def test_a_signed_in_user_reads_who_they_are(staff: Staff) -> None:
    """The first thing a phone asks after signing in."""
    phone = staff(Role.SUPERVISOR, login="aigul")
    answer = phone.get("/me")
    assert (200, "aigul", "supervisor") == (answer.status_code, answer.json["login"], answer.json["role"])


def test_an_unknown_login_costs_what_a_known_one_costs() -> None:
    """The hash that stands in for a missing one is of the cost that passwords are hashed with."""
    assert not HASHER.check_needs_rehash(NOBODYS_HASH)
    assert HASHER.verify(NOBODYS_HASH, "nobody")


def test_a_wrong_password_is_refused_like_an_unknown_login(
    app: Flask, client: FlaskClient, district_id: UUID
) -> None:
    """Nobody learns which logins exist."""
    make_user(app, "aigul", Role.SUPERVISOR, [district_id])
    wrong = Phone(client).try_sign_in("aigul", "not the password")
    unknown = Phone(client).try_sign_in("nobody", "not the password")
    assert (401, 401) == (wrong.status_code, unknown.status_code)
    assert wrong.json["detail"] == unknown.json["detail"]


def test_failures_in_a_row_lock_the_account_even_for_the_right_password(
    app: Flask, client: FlaskClient, clock: Clock, district_id: UUID
) -> None:
    """Guessing stops after five tries; the rest ends by itself."""
    make_user(app, "aigul", Role.SUPERVISOR, [district_id])
    for _attempt in range(5):
        assert Phone(client).try_sign_in("aigul", "guess").status_code == 401
    locked = Phone(client).try_sign_in("aigul", PASSWORD)
    assert (429, "urn:qala:problem:account-locked") == (locked.status_code, locked.json["type"])
    assert int(locked.headers["Retry-After"]) > 0
    clock.advance(minutes=16)
    assert Phone(client).try_sign_in("aigul", PASSWORD).status_code == 200


def test_a_signature_by_another_key_is_refused(app: Flask, client: FlaskClient, district_id: UUID) -> None:
    """A password alone registers no device."""
    make_user(app, "aigul", Role.SUPERVISOR, [district_id])
    phone = Phone(client)
    thief = Phone(client)
    phone.sign = thief.sign  # type: ignore[method-assign]
    assert "urn:qala:problem:bad-device-proof" == phone.try_sign_in("aigul", PASSWORD).json["type"]


def test_a_device_belongs_to_one_user(app: Flask, staff: Staff, district_id: UUID) -> None:
    """A phone that is passed on must be revoked first."""
    phone = staff(Role.SUPERVISOR)
    make_user(app, "other", Role.CREW, [district_id])
    assert "urn:qala:problem:device-taken" == phone.try_sign_in("other", PASSWORD).json["type"]


def test_an_access_token_ends_and_a_refresh_renews_it(staff: Staff, clock: Clock) -> None:
    """A quarter of an hour later the phone refreshes with its key."""
    phone = staff(Role.CREW)
    clock.advance(minutes=16)
    assert phone.get("/me").status_code == 401
    renewed = phone.try_refresh()
    assert renewed.status_code == 200
    phone.keep(renewed.json)
    assert phone.get("/me").status_code == 200


def test_a_lost_refresh_answer_does_not_sign_the_phone_out(staff: Staff) -> None:
    """The token before the newest still works, with the device's proof."""
    phone = staff(Role.CREW)
    assert phone.try_refresh().status_code == 200
    assert phone.try_refresh().status_code == 200


def test_a_stolen_refresh_token_is_worthless_without_the_device(client: FlaskClient, staff: Staff) -> None:
    """The thief has no key to sign with."""
    phone = staff(Role.CREW)
    thief = Phone(client)
    thief.tokens = phone.tokens
    assert "urn:qala:problem:bad-device-proof" == thief.try_refresh().json["type"]


def test_a_revoked_device_is_out_at_once(staff: Staff) -> None:
    """The administrator revokes a lost phone."""
    phone, administrator = staff(Role.SUPERVISOR), staff(Role.ADMINISTRATOR)
    assert administrator.delete(f"/devices/{phone.device_id}").status_code == 204
    assert (401, 401) == (phone.get("/me").status_code, phone.try_refresh().status_code)


def test_a_disabled_user_stays_signed_out_when_let_in_again(staff: Staff) -> None:
    """What was lost with the account does not come back by itself."""
    phone, administrator = staff(Role.CREW), staff(Role.ADMINISTRATOR)
    path = f"/users/{phone.get('/me').json['id']}"  # type: ignore[index]
    for disabled in (True, False):
        assert administrator.patch(path, json={"disabled": disabled}).status_code == 200
        assert (401, 401) == (phone.get("/me").status_code, phone.try_refresh().status_code)


def test_logging_out_everywhere_ends_every_session(app: Flask, client: FlaskClient, staff: Staff) -> None:
    """Two phones of one user, one command."""
    first = staff(Role.DISPATCHER, login="bota")
    second = Phone(client).sign_in("bota", PASSWORD)
    assert {"sessions": 2} == first.post("/auth/logout-everywhere").json
    assert (401, 401) == (first.get("/me").status_code, second.get("/me").status_code)


def test_a_password_reset_signs_out_and_asks_for_a_new_password(client: FlaskClient, staff: Staff) -> None:
    """The administrator hands over a code; it works once."""
    phone, administrator = staff(Role.CREW, login="dana"), staff(Role.ADMINISTRATOR)
    code = administrator.post(f"/users/{phone.get('/me').json['id']}/password-reset").json["code"]
    assert phone.get("/me").status_code == 401
    assert Phone(client).try_sign_in("dana", PASSWORD).status_code == 401
    body = {"code": code, "password": "another long password"}
    assert (200, 422) == tuple(client.post(f"{API}/auth/password", json=body).status_code for _ in range(2))
    assert Phone(client).try_sign_in("dana", "another long password").status_code == 200


@pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaa", "password123", "my-dana-password"])
def test_a_weak_password_is_refused_with_the_reason(client: FlaskClient, staff: Staff, password: str) -> None:
    """Length and guessability count, not composition."""
    administrator = staff(Role.ADMINISTRATOR)
    invited = administrator.post(
        "/users", json={"login": "dana", "display_name": "Dana", "role": "crew", "district_ids": []}
    )
    answer = client.post(f"{API}/auth/password", json={"code": invited.json["code"], "password": password})
    assert (422, ["password"]) == (answer.status_code, list(answer.json["errors"]))


def test_the_last_administrator_cannot_be_disabled_by_himself(staff: Staff) -> None:
    """Somebody must keep the keys."""
    administrator = staff(Role.ADMINISTRATOR)
    answer = administrator.patch(f"/users/{administrator.get('/me').json['id']}", json={"disabled": True})
    assert answer.status_code == 409
