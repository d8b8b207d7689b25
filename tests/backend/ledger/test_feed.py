"""The live feed: replay of what was missed, then what happens, for those whom it concerns; bounded, and over in time."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from backend.accounts.sign_in import authenticate
from backend.clock import now
from backend.database import transaction
from backend.ledger.feed import Feed
from backend.ledger.service import Audience, record
from shared.vocabulary import Role
from tests.factories import valid_iin
from tests.phone import Phone

Staff = Callable[..., Phone]


def listen(response: TestResponse) -> Iterator[dict[str, Any]]:
    """The events of an open stream."""
    assert response.status_code == 200
    for chunk in response.response:
        for block in (chunk if isinstance(chunk, str) else chunk.decode()).split("\n\n"):
            fields = dict(
                line.split(": ", 1)
                for line in block.splitlines()
                if ": " in line and not line.startswith(":")
            )
            if "data" in fields:
                yield {"id": int(fields["id"]), "event": fields["event"], **json.loads(fields["data"])}


def test_what_was_missed_is_replayed_in_order(staff: Staff) -> None:
    """Last-Event-ID names the last entry that was seen."""
    administrator = staff(Role.ADMINISTRATOR)
    everything = administrator.get("/events?after=0&limit=200").json["items"]
    stream = listen(administrator.get("/events/stream", headers={"Last-Event-ID": str(everything[1]["id"])}))
    assert [entry["id"] for entry in everything[2:]] == [next(stream)["id"] for _entry in everything[2:]]


def test_a_live_act_arrives_with_its_ledger_id(staff: Staff) -> None:
    """The stream's id is the ledger's id, and its data is what was hashed."""
    administrator = staff(Role.ADMINISTRATOR)
    stream = listen(administrator.get(f"/events/stream?after={newest(administrator)}"))
    created = {"code": "east", "name_ru": "Восток", "name_kk": "Шығыс", "name_en": "East"}
    assert administrator.post("/districts", json=created).status_code == 201
    event = next(stream)
    row = administrator.get(f"/events?after={event['id'] - 1}&limit=1").json["items"][0]
    assert ("district.created", row["hash"], row["content"]) == (
        event["event"],
        event["hash"],
        row["content"],
    )


def test_a_viewer_sees_only_what_is_meant_for_the_role_and_district(
    staff: Staff, district_id: UUID, other_district_id: UUID
) -> None:
    """A crew sees no sign-ins, and a dispatcher nothing of another district."""
    administrator = staff(Role.ADMINISTRATOR)
    here, there = staff(Role.DISPATCHER), staff(Role.DISPATCHER, districts=[other_district_id])
    start = newest(administrator)
    body = {"family_name": "А", "given_name": "Б", "biometric_basis": "consent"}
    assert (
        here.post("/people", json={**body, "iin": valid_iin(5), "district_id": str(district_id)}).status_code
        == 201
    )
    kinds = [item["kind"] for item in here.get(f"/events?after={start}").json["items"]]
    assert (["person.registered"], []) == (kinds, there.get(f"/events?after={start}").json["items"])
    assert [] == staff(Role.CREW).get(f"/events?after={start}").json["items"]


def test_the_stream_ends_when_its_device_is_revoked(staff: Staff) -> None:
    """A lost phone must not go on watching."""
    administrator, supervisor = staff(Role.ADMINISTRATOR), staff(Role.SUPERVISOR)
    stream = listen(supervisor.get(f"/events/stream?after={newest(administrator)}"))
    administrator.delete(f"/devices/{supervisor.device_id}")
    assert [] == list(stream)


def test_one_viewer_too_many_is_asked_to_come_back(app: Flask, staff: Staff) -> None:
    """A bounded number of streams, and a clear answer beyond it."""
    feed = app.extensions["qala_feed"]
    feed.settings = replace(feed.settings, sse_viewers_max=1)
    viewer = staff(Role.DISPATCHER)
    first = viewer.get("/events/stream?after=0")
    second = viewer.get("/events/stream?after=0")
    assert (503, "urn:qala:problem:too-many-viewers") == (second.status_code, second.json["type"])
    assert int(second.headers["Retry-After"]) > 0
    first.close()
    third = viewer.get("/events/stream?after=0")
    assert 200 == third.status_code
    third.close()


def test_the_stream_ends_with_its_access_token(staff: Staff, app: Flask) -> None:
    """The client comes back with a fresh one and replays the gap."""
    viewer = staff(Role.DISPATCHER)
    with app.test_request_context(headers=viewer.headers) as context:
        principal = authenticate(context.request)
    assert principal is not None
    at_its_end = principal.expires_at.timestamp()
    chunks = list(app.extensions["qala_feed"].stream(principal, 10**9, at_its_end))
    assert 1 == len(chunks)


def test_a_quiet_stream_ends_as_soon_as_the_server_stops(staff: Staff, app: Flask) -> None:
    """It does not wait for its next heartbeat: a stop or a restart would wait with it."""
    response = staff(Role.DISPATCHER).get("/events/stream?after=1000000000")
    chunks = iter(response.response)
    next(chunks)
    feed: Feed = app.extensions["qala_feed"]
    stopping = threading.Timer(0.3, feed.stop)
    stopping.start()
    assert [] == list(chunks)
    stopping.join()


class AwayAtFirst(Feed):
    """A feed whose database does not answer the first time."""

    def __init__(self, app: Flask) -> None:
        super().__init__(app)
        self.asked = 0

    def head(self) -> int:
        self.asked += 1
        if self.asked == 1:
            raise OperationalError("SELECT", {}, Exception("the database is away"))
        return super().head()


class SlowToStart(Feed):
    """A feed whose tailer looks at the database only when it is let."""

    def __init__(self, app: Flask) -> None:
        super().__init__(app)
        self.let = threading.Event()

    def _news(self) -> Iterator[None]:
        assert self.let.wait(60)
        return super()._news()


def test_the_tailer_survives_a_database_that_is_away_at_the_first_viewer(app: Flask) -> None:
    """That viewer fails and keeps no place; the next one starts the tailer and sees what happens."""
    feed = AwayAtFirst(app)
    with pytest.raises(OperationalError):
        feed.subscribe(uuid4())
    assert 0 == feed.viewers
    viewer = feed.subscribe(uuid4())
    try:
        happened = act(app)
        assert happened == viewer.events.get(timeout=60).id
    finally:
        feed.stop()


def test_nothing_is_lost_between_a_first_viewer_and_a_slow_tailer(app: Flask) -> None:
    """The tail begins at the head that was read before the viewer's place was open."""
    act(app)
    feed = SlowToStart(app)
    viewer = feed.subscribe(uuid4())
    try:
        happened = [act(app), act(app)]
        feed.let.set()
        assert happened == [viewer.events.get(timeout=60).id for _act in happened]
    finally:
        feed.stop()


def act(app: Flask) -> int:
    """Record something; returns its id in the ledger."""
    seen: list[int] = []
    with app.app_context(), transaction():
        record(
            "test.done",
            actor="test",
            subject="test",
            at=now(),
            audience=Audience.OPERATIONS,
            on_append=lambda entry_id, _hash: seen.append(entry_id),
        )
    return seen[0]


def newest(phone: Phone) -> int:
    """The ledger's newest id."""
    return int(phone.get("/events?limit=1").json["items"][0]["id"])
