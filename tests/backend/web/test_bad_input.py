"""HTTP by the careless and the hostile: bodies, queries, headers and methods that no endpoint asked for."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from backend.accounts.models import Device
from backend.accounts.rules import device_key
from backend.config import Settings
from backend.database import transaction
from backend.web.blueprint import PUBLIC_BODY_MAX_BYTES
from backend.web.problems import ERRORS_MAX
from shared.proofs import login_message, refresh_message
from shared.vocabulary import Role
from tests.bad_input import HURTING_NAMES, NAMES, multipart, refusal
from tests.conftest import PASSWORD, Clock, make_user
from tests.nothing_written import nothing_written
from tests.phone import API, Phone

Staff = Callable[..., Phone]
DISTRICT = {"code": "east", "name_ru": "Восток", "name_kk": "Шығыс", "name_en": "East"}
JSON = "application/json"


@pytest.fixture
def admin(staff: Staff) -> Phone:
    """Who may do most."""
    return staff(Role.ADMINISTRATOR)


def test_bodies_that_are_no_json_are_refused_with_the_place(app: Flask, admin: Phone) -> None:
    """Depth, double names, NaN, other encodings, cut, empty: line and column are said."""
    good = json.dumps(DISTRICT).encode()
    bodies: dict[str, tuple[bytes, str]] = {
        "100,000 brackets": (b"[" * 100_000, "nested more than"),
        "100,000 objects": (b'{"a":' * 100_000, "nested more than"),
        "double names": (good[:-1] + b', "code": "west"}', "twice"),
        "NaN": (b'{"code": NaN}', "NaN"),
        "UTF-16": (good.decode().encode("utf-16"), "UTF-8"),
        "half a pair": (b'{"code": "\\ud800"}', "surrogate"),
        "cut": (good[:20], "line 1, column"),
        "4,000 digits": (b'{"code": ' + b"1" * 4000 + b"}", "too large"),
        "not JSON": (b"code=east", "line 1, column 1"),
        "BOM": (b"\xef\xbb\xbf" + good, "BOM"),
    }
    wrong = []
    with nothing_written(app):
        for why, (body, says) in bodies.items():
            answer = admin.post("/districts", data=body, content_type=JSON)
            wrong += [f"{why}: {text}" for text in refusal(answer, 422, "body", says=says, slug="bad-json")]
        for body in (b"[]", b'"text"', b"7", b"null"):
            wrong += refusal(admin.post("/districts", data=body, content_type=JSON), 422)
        wrong += refusal(admin.post("/districts", data=b"", content_type=JSON), 422, "code", says="missing")
        wrong += refusal(admin.post("/districts"), 422, "code")
    assert [] == wrong


def test_bodies_of_another_type_are_refused_with_the_right_one(app: Flask, admin: Phone) -> None:
    """JSON that does not say so, forms, files."""
    body = json.dumps(DISTRICT).encode()
    wrong = []
    with nothing_written(app):
        for kind in (
            "text/plain",
            "application/xml",
            "application/x-www-form-urlencoded",
            "text/json; charset=utf-8",
            "x",
        ):
            wrong += [
                f"{kind}: {text}"
                for text in refusal(admin.post("/districts", data=body, content_type=kind), 415, says=JSON)
            ]
        wrong += refusal(admin.post("/districts", **multipart(DISTRICT)), 415, says=JSON)
        wrong += refusal(admin.post("/districts", data=body, content_type=""), 415, says=JSON)
    assert [] == wrong


def test_a_hostile_body_makes_no_huge_answer(admin: Phone) -> None:
    """Ten thousand wrong fields, one with a name of 100 kB: the first ones are told, shortened."""
    many = {**DISTRICT, **{f"field-{index}": 1 for index in range(10_000)}}
    answer = admin.post("/districts", json=many)
    assert ([], ERRORS_MAX) == (refusal(answer, 422), len(answer.json["errors"]))  # type: ignore[index]
    assert [] == refusal(admin.post("/districts", json={**DISTRICT, "n" * 100_000: 1}), 422)
    assert [] == refusal(admin.post("/districts", json={**DISTRICT, "code": "x" * 100_000}), 422, "code")


def test_bodies_have_the_room_that_they_need_and_no_more(
    app: Flask, admin: Phone, client: FlaskClient
) -> None:
    """Strangers get little, JSON some, photos most."""
    with nothing_written(app):
        huge = json.dumps({**DISTRICT, "name_en": "x" * 5_000_000})
        assert [] == refusal(admin.post("/districts", data=huge, content_type=JSON), 413, says="4 MB")
        for path in ("/auth/login", "/auth/refresh", "/auth/password", "/auth/nonce"):
            body = b'{"login": "' + b"x" * PUBLIC_BODY_MAX_BYTES + b'"}'
            answer = client.post(API + path, data=body, content_type=JSON, headers={"Accept-Language": "en"})
            assert [] == refusal(answer, 413, says="0.064 MB"), path
            answer = client.post(API + path, **multipart({"login": "x" * PUBLIC_BODY_MAX_BYTES}))
            assert [] == refusal(answer, 413), path


def test_names_that_hurt_are_refused_everywhere(app: Flask, admin: Phone) -> None:
    """Users, districts: NUL would end a text in SQLite and fail in PostgreSQL; overrides turn a name round."""
    with nothing_written(app):
        for why, name in HURTING_NAMES.items():
            user = {"login": "ivan", "display_name": name, "role": "crew", "district_ids": []}
            assert [] == refusal(admin.post("/users", json=user), 422, "display_name"), why
            for field in ("name_ru", "name_kk", "name_en"):
                assert [] == refusal(admin.post("/districts", json={**DISTRICT, field: name}), 422, field), (
                    why
                )
        for login in ("i\x00van", "Иван", "a b", "../x", "a" * 41, "-ab", "ab", "ivan\n", "' OR 1=1--"):
            user = {"login": login, "display_name": "Ivan", "role": "crew", "district_ids": []}
            assert [] == refusal(admin.post("/users", json=user), 422, "login"), login
        for code in ("east\n", "East", "", "a" * 21, "east;drop"):
            assert [] == refusal(admin.post("/districts", json={**DISTRICT, "code": code}), 422, "code"), code


def test_odd_names_are_kept_letter_for_letter(admin: Phone) -> None:
    """What looks like SQL, HTML or a template is only text, and leaves as JSON that no browser takes for a page."""
    for index, name in enumerate(NAMES.values()):
        made = admin.post("/districts", json={**DISTRICT, "code": f"d{index}", "name_ru": name})
        assert (201, name) == (made.status_code, made.json["name_ru"])  # type: ignore[index]
        assert (JSON, "nosniff") == (made.content_type, made.headers["X-Content-Type-Options"])
    told = {item["name_ru"] for item in admin.get("/districts").json["items"]}  # type: ignore[index]
    assert set(NAMES.values()) <= told


def cursor(value: object) -> str:
    """A cursor as the server writes them."""
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode()


def test_queries_that_cannot_be_are_refused_by_name(admin: Phone) -> None:
    """Limits, cursors, unknown names, twice the same."""
    some_id = str(uuid4())
    limits = ["0", "-1", "1" + "0" * 30, "1e3", "ten", "", "0x10", "NaN", "201", "9" * 5000]
    cursors = [
        "x",
        "=",
        "A" * 201,
        "%00",
        "%ff%fe",
        cursor([]),
        cursor([1, 2]),
        cursor({}),
        cursor(["now", some_id]),
    ]
    cursors += [cursor(["2026-01-01T00:00:00", some_id]), cursor(["2026-01-01T00:00:00Z", "7"]), cursor(None)]
    cursors += [
        cursor([f"{edge}", some_id]) for edge in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00")
    ]
    wrong = []
    for path in ("/users", "/people", "/geofences", "/tasks", "/check-ins", "/devices"):
        for limit in limits:
            wrong += [
                f"{path} limit={limit[:40]}: {text}"
                for text in refusal(admin.get(f"{path}?limit={limit}"), 422, "limit")
            ]
        for garbage in cursors:
            wrong += [
                f"{path} {garbage}: {text}"
                for text in refusal(admin.get(f"{path}?cursor={garbage}"), 422, "cursor")
            ]
        wrong += refusal(admin.get(f"{path}?limitt=5"), 422, "limitt", says="not a field")
    for query in ("after=-1", "after=x", "before=0", f"after={2**53 + 1}", "limit=0", "after=1&sort=asc"):
        name = query.split("&")[-1].split("=")[0]
        wrong += refusal(admin.get(f"/events?{query}"), 422, name)
    wrong += refusal(admin.get("/events/stream", headers={"Last-Event-ID": "１２"}), 422, "Last-Event-ID")
    wrong += refusal(admin.get("/events/stream", headers={"Last-Event-ID": "9" * 16}), 422, "Last-Event-ID")
    assert [] == wrong


def test_methods_that_an_address_does_not_take_name_those_it_takes(app: Flask, admin: Phone) -> None:
    """405 keeps Allow, also for methods that nobody has heard of; HEAD answers without a body."""
    for method, path, allowed in (
        ("PUT", "/me", {"GET", "HEAD", "OPTIONS", "PATCH"}),
        ("DELETE", "/tasks", {"GET", "HEAD", "OPTIONS", "POST"}),
        ("BREW", "/auth/login", {"OPTIONS", "POST"}),
    ):
        answer = admin.request(method, path)
        assert (405, "application/problem+json") == (answer.status_code, answer.content_type)
        assert allowed == set(answer.headers["Allow"].split(", "))
    head = admin.request("HEAD", "/me")
    assert (200, b"", JSON) == (head.status_code, head.data, head.content_type)
    options = Phone(admin.client).request("OPTIONS", "/me")
    assert (200, b"") == (options.status_code, options.data)
    assert "Access-Control-Allow-Origin" not in options.headers


def test_methods_make_no_counters_of_their_own(app: Flask, client: FlaskClient) -> None:
    """A stranger could fill the memory with methods that he invents."""
    for index in range(5):
        client.open("/healthz", method=f"BREW{index}")
    metrics = client.get("/metrics").text
    assert ("BREW" in metrics, 'method="other"' in metrics) == (False, True)


def test_addresses_that_are_none_are_told_as_problems(admin: Phone) -> None:
    """Ids that are not UUIDs, climbing paths, long ones."""
    for path in (
        "/nothing",
        "/users/7",
        f"/users/{uuid4()}x",
        "/users/%00",
        "/users/../me",
        "/tasks/" + "9" * 5000,
        "/people/null",
    ):
        answer = admin.get(path)
        assert (404, "application/problem+json") == (answer.status_code, answer.content_type), path
    assert [] == refusal(admin.get(f"/users/{uuid4()}"), 404, says="There is no user")


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("kk-KZ,ru;q=0.8", "kk"),
        ("de, en;q=0.5", "en"),
        ("de", "ru"),
        ("", "ru"),
        (",;q=,", "ru"),
        ("*", "ru"),
        ("ru;q=x", "ru"),
        ("x" * 4000, "ru"),
    ],
)
def test_any_accept_language_gets_an_answer(client: FlaskClient, asked: str, given: str) -> None:
    """Garbage is no reason to fail; Russian is the default."""
    answer = client.get(f"{API}/me", headers={"Accept-Language": asked})
    assert (401, given) == (answer.status_code, answer.headers["Content-Language"])


def test_answers_are_kept_by_no_cache(admin: Phone) -> None:
    """What is personal today must not come out of a proxy tomorrow."""
    for path in ("/me", "/people", "/users", f"/users/{uuid4()}"):
        assert "no-store" == admin.get(path).headers["Cache-Control"], path


# --- signing in ----------------------------------------------------------------------------------------------------------


def test_an_overheard_sign_in_cannot_be_repeated(
    app: Flask, client: FlaskClient, clock: Clock, district_id: UUID
) -> None:
    """A nonce that has served is spent, though the server keeps no list of them."""
    make_user(app, "aigul", Role.SUPERVISOR, [district_id])
    phone = Phone(client)
    nonce = phone.nonce()
    body = {
        "login": "aigul",
        "password": PASSWORD,
        "device_key": phone.public_key,
        "device_name": "x",
        "nonce": nonce,
    }
    body["signature"] = phone.sign(login_message("aigul", nonce))
    clock.advance(seconds=1)
    first = client.post(f"{API}/auth/login", json=body)
    assert 200 == first.status_code
    clock.advance(seconds=1)
    assert [] == refusal(client.post(f"{API}/auth/login", json=body), 401, slug="bad-device-proof")

    phone.tokens = first.json  # type: ignore[assignment]
    nonce, token = phone.nonce(), phone.tokens["refresh_token"]
    renewal = {"refresh_token": token, "nonce": nonce, "signature": phone.sign(refresh_message(token, nonce))}
    clock.advance(seconds=1)
    assert 200 == client.post(f"{API}/auth/refresh", json=renewal).status_code
    clock.advance(seconds=1)
    assert [] == refusal(client.post(f"{API}/auth/refresh", json=renewal), 401, slug="bad-device-proof")
    # The phone that lost the answer asks anew, with a fresh nonce
    assert 200 == phone.try_refresh().status_code


def test_a_nonce_grows_old(app: Flask, client: FlaskClient, clock: Clock, district_id: UUID) -> None:
    """After three minutes it signs nobody in."""
    make_user(app, "aigul", Role.SUPERVISOR, [district_id])
    phone = Phone(client)
    nonce = phone.nonce()
    phone.nonce = lambda: nonce  # type: ignore[method-assign]
    clock.advance(minutes=3)
    assert 401 == phone.try_sign_in("aigul", PASSWORD).status_code


def test_one_key_cannot_pass_for_two_devices(app: Flask, client: FlaskClient, district_id: UUID) -> None:
    """Base64 can spell the same 32 bytes in four ways: a revoked key must not come back in another spelling."""
    phone = Phone(client)
    key, letters = phone.public_key, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    last = letters.index(key[-2])
    others = [f"{key[:-2]}{letters[last + step]}=" for step in (1, 2, 3)]
    assert ({base64.b64decode(key)}, [None] * 3) == (
        {base64.b64decode(other) for other in others},
        [device_key(other) for other in others],
    )


def test_the_first_device_name_that_hurts_registers_nothing(
    app: Flask, client: FlaskClient, district_id: UUID
) -> None:
    """The name is shown in lists of devices."""
    make_user(app, "aigul", Role.SUPERVISOR, [district_id])
    for name in HURTING_NAMES.values():
        assert [] == refusal(Phone(client, name=name).try_sign_in("aigul", PASSWORD), 422, "device_name")
    with app.app_context(), transaction(read_only=True) as session:
        assert 0 == session.query(Device).count()


def test_a_password_that_was_reset_meanwhile_opens_nothing(
    app: Flask, admin: Phone, client: FlaskClient, district_id: UUID
) -> None:
    """The hash is compared outside the transaction, so it is held against the row once more."""
    from backend.accounts import sign_in

    user_id = make_user(app, "aigul", Role.SUPERVISOR, [district_id])
    phone = Phone(client)
    nonce = phone.nonce()
    with app.app_context():
        with transaction(read_only=True):
            user = sign_in.find_by_login("aigul")
            known_hash = user.password_hash if user else None
        assert 201 == admin.post(f"/users/{user_id}/password-reset").status_code
        with transaction():
            result = sign_in.sign_in(
                "aigul",
                fits=known_hash,
                public_key=phone.public_key,
                device_name="x",
                nonce=nonce,
                signature=phone.sign(login_message("aigul", nonce)),
            )
    assert isinstance(result, sign_in.Refused)


@pytest.fixture
def strict_app(settings: Settings, clock: Clock) -> Iterator[Flask]:
    """An application with the limits of the real one."""
    from backend.app import create_app
    from backend.database import db
    from tests.fakes import FakeVerifier

    limits = {"login_rate": "3 per minute", "public_rate": "5 per minute"}
    app = create_app(replace(settings, **limits), clock=clock, verifier=FakeVerifier, jobs_immediate=True)  # type: ignore[arg-type]
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_public_endpoints_are_limited_by_address(strict_app: Flask) -> None:
    """Each of them: 429 with Retry-After, before anything is looked up; another address is still served."""
    limits = {"/auth/login": 3, "/auth/refresh": 3, "/auth/password": 3, "/auth/nonce": 5}
    client = strict_app.test_client()
    for path, limit in limits.items():
        statuses = []
        for _attempt in range(limit + 2):
            answer = client.post(API + path, json={}, headers={"Accept-Language": "en"})
            statuses.append(answer.status_code)
        assert [429, 429] == statuses[limit:], (path, statuses)
        assert 429 not in statuses[:limit], (path, statuses)
        assert [] == refusal(answer, 429, says="wait")
        assert int(answer.headers["Retry-After"]) > 0
        told = re.search(r"wait (\d+) s", answer.json["detail"])  # type: ignore[index]
        assert told
        assert abs(int(told[1]) - int(answer.headers["Retry-After"])) <= 1
        other = client.post(API + path, json={}, environ_overrides={"REMOTE_ADDR": "192.0.2.7"})
        assert 429 != other.status_code
        forged = client.post(API + path, json={}, headers={"X-Forwarded-For": "192.0.2.8"})
        assert 429 == forged.status_code  # nobody is behind a proxy here, so nobody may say so


# --- the live feed -------------------------------------------------------------------------------------------------------


def test_a_look_at_the_feeds_head_takes_no_place(app: Flask, admin: Phone) -> None:
    """HEAD and a client that is gone at once would otherwise use up every viewer's place."""
    feed = app.extensions["qala_feed"]
    for _look in range(feed.settings.sse_viewers_max + 1):
        answer = admin.request("HEAD", "/events/stream")
        assert (200, "text/event-stream") == (answer.status_code, answer.content_type.split(";")[0])
        answer.close()
    admin.get("/events/stream").close()
    assert 0 == feed.viewers


def test_one_user_cannot_take_every_place(app: Flask, admin: Phone, staff: Staff) -> None:
    """Five feeds are enough for anybody; the others stay for the others."""
    streams = [admin.get("/events/stream") for _each in range(5)]
    assert [] == refusal(admin.get("/events/stream"), 503, slug="too-many-viewers", says="5 live feeds open")
    another = staff(Role.DISPATCHER).get("/events/stream")
    assert 200 == another.status_code
    for stream in [*streams, another]:
        stream.close()
    assert 0 == app.extensions["qala_feed"].viewers


def test_a_feed_ends_when_its_viewer_becomes_somebody_else(admin: Phone, staff: Staff) -> None:
    """A changed role or district must not go on watching with the old eyes."""
    viewer = staff(Role.DISPATCHER)
    newest = admin.get("/events?limit=1").json["items"][0]["id"]  # type: ignore[index]
    stream = viewer.get(f"/events/stream?after={newest}")
    assert 200 == admin.patch(f"/users/{viewer.tokens['user']['id']}", json={"role": "crew"}).status_code
    events: list[Any] = [
        chunk
        for chunk in stream.response
        if b"event:" in (chunk if isinstance(chunk, bytes) else chunk.encode())
    ]
    assert [] == events
