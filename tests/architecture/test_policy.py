"""Every endpoint asked as every role, held against the one table in accounts/policy.py.

Runs on SQLite alone: who may do what is decided before the database's dialect matters, and 44 endpoints times 5 roles times
2 districts are some 900 requests.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import jwt
import pytest
from flask import Flask
from werkzeug.test import TestResponse

from backend.accounts import policy, tokens
from backend.accounts.policy import POLICY, Scope, scope_of
from backend.app import API_PREFIX
from backend.config import Settings
from backend.web.blueprint import ACTIONS, PUBLIC
from shared.vocabulary import Role
from tests.conftest import Clock
from tests.phone import API, Phone
from tests.requests_of_every_endpoint import EXAMPLES, World

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

GUARDED = sorted(endpoint for endpoint, action in ACTIONS.items() if action != PUBLIC)
SOME_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
PROBLEM = "application/problem+json"


@pytest.fixture
def world(
    app: Flask, clock: Clock, staff: Callable[..., Phone], district_id: UUID, other_district_id: UUID
) -> World:
    """Everybody in both districts."""
    here = {role: staff(role, login=f"{role.value.replace('_', '-')}-here") for role in Role}
    there = {
        role: staff(role, login=f"{role.value.replace('_', '-')}-there", districts=[other_district_id])
        for role in Role
    }
    return World(app, clock, district_id, other_district_id, here, there)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """More devices than anybody needs: some requests spend one."""
    return replace(settings, devices_per_user_max=1000)


@on_sqlite
def test_every_endpoint_has_a_row_and_an_example(app: Flask) -> None:
    """A new endpoint says what it needs and how it is asked, or this fails."""
    served = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(API_PREFIX) and not rule.endpoint.startswith(("api-docs.", "api_page."))
    }
    assert served == set(ACTIONS)
    assert served == set(EXAMPLES)
    assert {action for action in ACTIONS.values() if action != PUBLIC} == set(POLICY)


def test_the_table_names_known_roles_and_no_empty_cells() -> None:
    """A cell that says NONE would look like a permission at first sight."""
    for action, cells in POLICY.items():
        assert set(cells) <= set(Role), action
        assert Scope.NONE not in cells.values(), action
    assert set(Role) == set(policy.AUDIENCES)


@on_sqlite
def test_each_role_may_do_what_the_table_says_and_nothing_else(world: World) -> None:
    """In its own district: the example's own answer where the table has a cell, else 403."""
    wrong = []
    for endpoint, example in EXAMPLES.items():
        for role, phone in world.phones.items():
            allowed = ACTIONS[endpoint] == PUBLIC or scope_of(role, ACTIONS[endpoint]) is not Scope.NONE
            answer = example.send(world, world.double(phone) if example.spends else phone)
            expected = example.status if allowed else 403
            if (expected, expected >= 400) != (answer.status_code, answer.content_type == PROBLEM):
                wrong.append((endpoint, role.value, expected, answer.status_code, answer.text[:200]))
    assert [] == wrong


@on_sqlite
def test_another_district_is_not_even_there(world: World) -> None:
    """The same roles in the other district get 404, or 422 for a field that names what is not theirs; lists hold none of it."""
    world.check_in()
    world.user()
    wrong = []
    for endpoint, example in EXAMPLES.items():
        action = ACTIONS[endpoint]
        for role, phone in world.strangers.items():
            if action == PUBLIC or scope_of(role, action) in (Scope.NONE, Scope.ALL):
                continue
            answer = example.send(world, world.double(phone) if example.spends else phone)
            expected = example.status if example.elsewhere == 200 else example.elsewhere
            text = answer.get_data().decode(errors="replace")  # some answers are files
            told = text.replace(f"was {world.here}; see /districts", "")  # repeats what was sent
            if expected != answer.status_code or str(world.here) in told:
                wrong.append((endpoint, role.value, expected, answer.status_code, text[:300]))
    assert [] == wrong


@on_sqlite
def test_what_is_elsewhere_and_what_is_nowhere_look_the_same(world: World) -> None:
    """A stranger cannot tell a thing of another district from one that does not exist."""
    wrong = []
    for path, method, role in things_by_address(world):
        phone = world.strangers[role]
        body = {} if method == "GET" else {"json": {}}
        elsewhere = phone.request(method, path, **body)
        nowhere = phone.request(method, SOME_ID.sub(str(uuid4()), path), **body)
        if (404, blank(nowhere)) != (elsewhere.status_code, blank(elsewhere)):
            wrong.append((method, path, elsewhere.text, nowhere.text))
    assert [] == wrong


def things_by_address(world: World) -> Iterator[tuple[str, str, Role]]:
    """Addresses of things of the first district, with a method and a role that may use it in a district of its own."""
    yield f"/people/{world.person()}", "GET", Role.DISPATCHER
    yield f"/people/{world.person()}/face-templates", "GET", Role.PROBATION_OFFICER
    yield f"/people/{world.enrolment()}", "GET", Role.SUPERVISOR
    yield f"/geofences/{world.geofence()}", "GET", Role.CREW
    yield f"/geofences/{world.geofence()}", "PATCH", Role.DISPATCHER
    yield f"/tasks/{world.task(world.admin)}", "GET", Role.DISPATCHER
    yield f"/tasks/{world.task(world.admin)}", "GET", Role.SUPERVISOR
    yield f"/users/{world.user()}", "GET", Role.DISPATCHER
    yield f"/devices/{world.phones[Role.CREW].device_id}", "DELETE", Role.CREW
    yield f"/check-ins/{world.check_in()}", "GET", Role.DISPATCHER
    yield f"/check-ins/{world.check_in()}/frames/0", "GET", Role.PROBATION_OFFICER


def blank(answer: TestResponse) -> str:
    """An answer without what differs by chance: ids, and the request's own id."""
    return re.sub(r'"request_id": "[^"]*"', "", SOME_ID.sub("…", answer.text))


@on_sqlite
def test_without_a_good_token_nothing_is_answered(world: World, settings: Settings, clock: Clock) -> None:
    """No token, a forged one, one of another kind, and an expired one: 401 at every endpoint."""
    admin = world.admin
    access = admin.tokens["access_token"]
    claims = jwt.decode(access, options={"verify_signature": False})
    session = {"session_id": UUID(claims["sid"]), "device_id": UUID(claims["dev"])}
    expired, _ends = tokens.make_access_token(settings, now=clock() - timedelta(days=1), **session)
    header, body, _signature = access.split(".")
    bad = {
        "none": None,
        "empty": "Bearer ",
        "basic": "Basic YWRtaW46YWRtaW4=",
        "garbage": "Bearer a.b.c",
        "not even text": "Bearer \xff\xfe",
        "nonce": f"Bearer {admin.nonce()}",
        "refresh": f"Bearer {admin.tokens['refresh_token']}",
        "expired": f"Bearer {expired}",
        "unsigned": f"Bearer {jwt.encode(claims, None, 'none')}",
        "another key": f"Bearer {jwt.encode(claims, 'x' * 32, 'HS256')}",
        "another algorithm": f"Bearer {jwt.encode(claims, settings.secret_bytes('secret_key') * 2, 'HS512')}",
        "cut": f"Bearer {header}.{body}.",
    }
    wrong = []
    for why, token in bad.items():
        stranger = Phone(admin.client)
        stranger.tokens = admin.tokens
        if token is not None:
            stranger.headers["Authorization"] = token
        wrong += refusals(world, stranger, why)
    assert [] == wrong


@on_sqlite
def test_a_spent_session_opens_nothing(world: World) -> None:
    """A revoked device, an ended session and a disabled user: 401 at every endpoint, from the next request on."""
    admin = world.admin
    revoked, ended, everywhere = (world.again(world.phones[Role.DISPATCHER]) for _each in range(3))
    assert admin.delete(f"/devices/{revoked.device_id}").status_code == 204
    assert ended.post("/auth/logout").status_code == 204
    wrong = refusals(world, revoked, "revoked") + refusals(world, ended, "ended")
    crew = world.phones[Role.CREW]
    user = f"/users/{crew.tokens['user']['id']}"
    assert admin.patch(user, json={"disabled": True}).status_code == 200
    wrong += refusals(world, crew, "disabled")
    assert admin.patch(user, json={"disabled": False}).status_code == 200
    assert everywhere.post("/auth/logout-everywhere").status_code == 200
    wrong += refusals(world, everywhere, "logged out everywhere")
    assert [] == wrong


def refusals(world: World, phone: Phone, why: str) -> list[tuple[str, str, int, str]]:
    """The guarded endpoints that did not answer 401 with a problem and the way to sign in."""
    wrong = []
    rules = {rule.endpoint: rule for rule in world.app.url_map.iter_rules()}
    for endpoint in GUARDED:
        rule = rules[endpoint]
        path = re.sub(r"<uuid:\w+>", str(uuid4()), rule.rule).removeprefix(API)
        path = re.sub(r"<int:\w+>", "0", re.sub(r"<string:\w+>", "x", path))
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            answer = phone.request(method, path, data=b"", content_type="application/json")
            if (401, PROBLEM, "Bearer") != (
                answer.status_code,
                answer.content_type,
                answer.headers.get("WWW-Authenticate"),
            ):
                wrong.append((why, endpoint, answer.status_code, answer.text[:200]))
    return wrong
