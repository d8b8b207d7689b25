"""The phone's client against a server that answers what the test says: sessions, failures, and the three ends of an item."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from mobile.client.answers import LONGEST_RETRY_S, RETRY_S, Refused, RetryLater, Stored, Why
from mobile.client.api_client import UNREACHABLE_S, ApiClient, Declined, NotNow
from mobile.client.session import Tokens
from shared.vocabulary import Move
from tests.mobile.scripted_server import NOON, ScriptedServer, problem, tokens_body

FRAMES = [b"first", b"second", b"third"]
CHECK_IN_ID = str(uuid4())
MANIFEST = json.dumps({"id": CHECK_IN_ID}).encode()
PATH = f"/check-ins/{CHECK_IN_ID}"


def answer_body(**changes: Any) -> dict[str, Any]:
    """A check-in's answer while it waits for its verdict."""
    return {
        "id": CHECK_IN_ID,
        "state": "pending",
        "received": [hashlib.sha256(frame).hexdigest() for frame in FRAMES],
        "outcome": None,
        "remedy": None,
        "findings": [],
        "summary": "Received.",
        "decided_at": None,
        "ledger_id": None,
        "ledger_hash": None,
        **changes,
    }


@pytest.fixture
def server() -> ScriptedServer:
    """A server that signs anybody in."""
    server = ScriptedServer()
    server.tell("/auth/login", httpx.Response(200, json=tokens_body()))
    return server


def signed_in(server: ScriptedServer, kept: list[Tokens | None] | None = None) -> ApiClient:
    """A client in somebody's hand."""
    client = server.client(keep=(kept if kept is not None else []).append)
    client.login("supervisor", "password", "phone")
    return client


def send(server: ScriptedServer, *answers: httpx.Response | Exception) -> Stored | Refused | RetryLater:
    """What becomes of a check-in when the server answers so."""
    server.tell(PATH, *answers)
    return signed_in(server).send_check_in(MANIFEST, "signature", FRAMES)


# --- the three ends --------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [200, 202])
def test_stored_when_the_server_has_every_byte(server: ScriptedServer, status: int) -> None:
    """With or without a verdict: the hashes are what counts."""
    end = send(server, httpx.Response(status, json=answer_body()))
    assert isinstance(end, Stored)
    assert CHECK_IN_ID == str(end.answer.id)


def test_photos_stay_when_the_server_has_other_bytes(server: ScriptedServer) -> None:
    """A hash that differs, or is missing, means that something was lost on the way."""
    for received in (["0" * 64] * 3, answer_body()["received"][:2]):
        end = send(server, httpx.Response(200, json=answer_body(received=received)))
        assert RetryLater(UNREACHABLE_S, Why.UNCONFIRMED) == end


@pytest.mark.parametrize("status", [400, 403, 404, 409, 413, 415, 422])
def test_refused_when_no_repetition_can_mend_it(server: ScriptedServer, status: int) -> None:
    """With the server's words and the fields that it names."""
    end = send(server, problem(status, "invalid", errors={"check_in.id": ["must be…"]}))
    assert isinstance(end, Refused)
    assert (status, "invalid", "said so") == (end.problem.status, end.problem.slug, end.problem.detail)
    assert {"check_in.id": ["must be…"]} == end.problem.errors


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504, 507])
def test_retried_when_the_server_is_in_trouble(server: ScriptedServer, status: int) -> None:
    """Whoever worded the answer."""
    assert RetryLater(RETRY_S, Why.BUSY) == send(server, httpx.Response(status, text="Bad gateway"))
    assert RetryLater(7.0, Why.BUSY, "said so") == send(
        server, problem(status, "busy", headers={"Retry-After": "7"})
    )


@pytest.mark.parametrize(
    "failure",
    [
        httpx.ConnectError("refused"),
        httpx.ConnectTimeout("slow"),
        httpx.ReadTimeout("slow"),
        httpx.WriteError("broken pipe"),
        httpx.RemoteProtocolError("ended half-way"),
    ],
)
def test_retried_when_the_network_fails(server: ScriptedServer, failure: Exception) -> None:
    """The answer may have been lost after the server stored everything: sending again is safe."""
    end = send(server, failure)
    assert isinstance(end, RetryLater)
    assert (UNREACHABLE_S, Why.UNREACHABLE) == (end.after_s, end.why)


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, text="<html>Welcome to the café: accept the terms</html>"),
        httpx.Response(200, json={"id": CHECK_IN_ID}),
        httpx.Response(302, headers={"Location": "http://portal.test/"}),
        httpx.Response(404, text="not found"),
        httpx.Response(403, json={"type": "about:blank", "detail": "blocked by the network"}),
        httpx.Response(
            403, headers={"Content-Type": "application/problem+json"}, text='{"type": "about:blank"}'
        ),
        httpx.Response(422, headers={"Content-Type": "application/problem+json"}, text="{"),
    ],
)
def test_stranger_s_answer_costs_no_check_in(server: ScriptedServer, answer: httpx.Response) -> None:
    """A wireless portal that answers in the server's place neither stores nor refuses."""
    end = send(server, answer)
    assert isinstance(end, RetryLater)
    assert Why.NOT_OURS is end.why


@pytest.mark.parametrize(
    ("header", "after_s"),
    [
        ("120", 120.0),
        ("999999999999", LONGEST_RETRY_S),
        ("Mon, 23 Nov 2026 07:01:30 GMT", 90.0),
        ("Mon, 23 Nov 2026 06:00:00 GMT", 0.0),
        ("soon", RETRY_S),
        ("-5", RETRY_S),
        ("", RETRY_S),
    ],
)
def test_retry_after_is_honoured_within_reason(server: ScriptedServer, header: str, after_s: float) -> None:
    """Seconds or a date; what cannot be read, and what would stop the phone for days, is not believed."""
    end = send(server, problem(503, "busy", headers={"Retry-After": header}))
    assert isinstance(end, RetryLater)
    assert after_s == end.after_s


def test_frames_travel_in_order_and_unchanged(server: ScriptedServer) -> None:
    """The manifest's bytes too: they are what was signed."""
    send(server, httpx.Response(200, json=answer_body()))
    body = server.asked(PATH)[0].content
    places = [body.index(part) for part in (MANIFEST, b"signature", *FRAMES)]
    assert sorted(places) == places


# --- sessions --------------------------------------------------------------------------------------------


def test_tokens_are_kept_before_they_are_used(server: ScriptedServer) -> None:
    """A phone that dies right after signing in is still signed in."""
    kept: list[Tokens | None] = []
    client = signed_in(server, kept)
    assert [client.tokens] == kept


def test_tokens_survive_a_restart(server: ScriptedServer) -> None:
    """Handed back, they work without signing in."""
    server.tell("/me", httpx.Response(200, json=tokens_body()["user"]))
    client = server.client(tokens=signed_in(server).tokens)
    assert "supervisor" == client.me().login


def test_access_token_is_renewed_before_it_ends(server: ScriptedServer) -> None:
    """One minute before, so that it outlives an upload."""
    client = signed_in(server)
    server.tell("/me", httpx.Response(200, json=tokens_body()["user"]))
    server.tell("/auth/refresh", httpx.Response(200, json=tokens_body("second", life=timedelta(minutes=30))))
    server.clock = NOON + timedelta(minutes=14, seconds=1)
    client.me()
    assert ["Bearer second"] == [request.headers["Authorization"] for request in server.asked("/me")]


def test_phone_whose_clock_is_wrong_renews_by_the_server_s_clock(server: ScriptedServer) -> None:
    """The device is an hour ahead; the server's «Date» says so, and the token is still good."""
    server.clock = NOON + timedelta(hours=1)
    dated = {"Date": "Mon, 23 Nov 2026 07:00:00 GMT"}
    server.tell("/auth/login", httpx.Response(200, json=tokens_body(), headers=dated))
    server.tell("/me", httpx.Response(200, json=tokens_body()["user"], headers=dated))
    client = signed_in(server)
    client.me()
    assert NOON == client.server_now()
    assert [] == server.asked("/auth/refresh")


def test_unknown_token_is_renewed_once_and_the_request_repeated(server: ScriptedServer) -> None:
    """The server may have forgotten it early."""
    client = signed_in(server)
    server.tell("/auth/refresh", httpx.Response(200, json=tokens_body("second")))
    server.tell(PATH, problem(401, "not-authenticated"), httpx.Response(200, json=answer_body()))
    assert isinstance(client.send_check_in(MANIFEST, "signature", FRAMES), Stored)
    assert ["Bearer access", "Bearer second"] == [
        each.headers["Authorization"] for each in server.asked(PATH)
    ]


def test_ended_session_asks_for_signing_in_and_loses_nothing(server: ScriptedServer) -> None:
    """The item waits; the tokens are gone from the phone's store too."""
    kept: list[Tokens | None] = []
    client = signed_in(server, kept)
    server.tell(PATH, problem(401, "not-authenticated"))
    server.tell("/auth/refresh", problem(401, "session-ended"))
    end = client.send_check_in(MANIFEST, "signature", FRAMES)
    assert isinstance(end, RetryLater)
    assert Why.SIGN_IN is end.why
    assert (None, None) == (client.tokens, kept[-1])


def test_session_outlives_a_server_in_trouble(server: ScriptedServer) -> None:
    """Only the server's own word ends it."""
    client = signed_in(server)
    server.tell(PATH, problem(401, "not-authenticated"))
    for trouble in (
        httpx.Response(401, text="portal"),
        problem(401, "bad-device-proof"),
        problem(503, "busy"),
    ):
        server.tell("/auth/refresh", trouble)
        assert isinstance(client.send_check_in(MANIFEST, "signature", FRAMES), RetryLater)
        assert client.tokens is not None


def test_nobody_signed_in_is_no_reason_to_ask_the_server(server: ScriptedServer) -> None:
    """The answer is known."""
    end = server.client().send_check_in(MANIFEST, "signature", FRAMES)
    assert isinstance(end, RetryLater)
    assert Why.SIGN_IN is end.why
    assert [] == server.requests


def test_wrong_password_is_declined_with_the_server_s_words(server: ScriptedServer) -> None:
    """401 at sign-in is no matter of waiting."""
    server.tell("/auth/login", problem(401, "not-authenticated"))
    with pytest.raises(Declined) as declined:
        server.client().login("supervisor", "wrong", "phone")
    assert "said so" == declined.value.problem.detail


def test_resting_account_says_when_to_come_back(server: ScriptedServer) -> None:
    """429 with the seconds."""
    server.tell("/auth/login", problem(429, "account-locked", headers={"Retry-After": "900"}))
    with pytest.raises(NotNow) as later:
        server.client().login("supervisor", "password", "phone")
    assert RetryLater(900.0, Why.BUSY, "said so") == later.value.end


def test_answers_are_asked_for_in_the_phone_s_language(server: ScriptedServer) -> None:
    """On every request."""
    signed_in(server)
    assert {"en"} == {request.headers["Accept-Language"] for request in server.requests}


# --- challenges ------------------------------------------------------------------------------------------


def challenges_body(**changes: Any) -> dict[str, Any]:
    """One challenge, and a field that later servers may add."""
    challenge = {
        "id": str(uuid4()),
        "nonce": "0" * 32,
        "person_id": str(uuid4()),
        "device_id": str(uuid4()),
        "moves": ["left", "down"],
        "issued_at": NOON.isoformat(),
        "expires_at": (NOON + timedelta(minutes=10)).isoformat(),
    }
    times = {"server_time": (NOON + timedelta(minutes=3)).isoformat(), "next_year": True}
    return {"items": [challenge], "spot_checks": [], **times, **changes}


def test_challenges_are_asked_for_and_decoded(server: ScriptedServer) -> None:
    """The request as the server takes it; the answer also tells the time."""
    server.tell("/check-in-challenges", httpx.Response(201, json=challenges_body()))
    client, task_id, person_id = signed_in(server), uuid4(), uuid4()
    batch = client.challenges(task_id, [person_id], each=3, offline=True)
    assert (Move.LEFT, Move.DOWN) == batch.items[0].moves
    assert NOON + timedelta(minutes=3) == batch.server_time == client.server_now()
    [request] = server.asked("/check-in-challenges")
    expected = {"task_id": str(task_id), "person_ids": [str(person_id)], "each": 3, "offline": True}
    assert expected == json.loads(request.content)


@pytest.mark.parametrize("body", [{"items": []}, [], challenges_body(items=[{"id": "x"}])])
def test_challenges_that_cannot_be_read_are_not_ours(server: ScriptedServer, body: Any) -> None:
    """The phone asks again later rather than guess what to ask for."""
    server.tell("/check-in-challenges", httpx.Response(201, json=body))
    with pytest.raises(NotNow) as later:
        signed_in(server).challenges(uuid4(), [uuid4()])
    assert Why.NOT_OURS is later.value.end.why


def test_challenges_for_somebody_without_biometrics_are_declined(server: ScriptedServer) -> None:
    """With the server's words: the paper way."""
    server.tell("/check-in-challenges", problem(409, "conflict"))
    with pytest.raises(Declined):
        signed_in(server).challenges(uuid4(), [uuid4()])
