"""What a box does when the server is away, busy, or does not take a picture: it waits, or goes on, and never loses a frame silently."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import httpx
import pytest

from backend.roads.frames.rules import PlacedFrame
from backend.roads.streams.sending import Door, Lost, Refused, Streamed, stream
from shared.geometry import Point

MONDAY = datetime(2026, 11, 23, 3, tzinfo=UTC)
Answers = Callable[[httpx.Request], httpx.Response]


@dataclass
class Drive:
    """A few frames, of which one is damaged."""

    count: int = 4
    drive_id: UUID = field(default_factory=uuid4)
    unplaced: int = 0

    @property
    def frames(self) -> Sequence[PlacedFrame]:
        """One a second."""
        return [
            PlacedFrame(
                name=str(each),
                at=MONDAY + timedelta(seconds=each),
                place=Point(lat=54.87, lon=69.14),
                accuracy_m=5.0,
                heading_deg=90.0,
            )
            for each in range(self.count)
        ]

    def contents(self, wanted: Sequence[PlacedFrame]) -> Iterator[tuple[PlacedFrame, bytes | None]]:
        """Their names as bytes."""
        for frame in wanted:
            yield frame, None if frame.name == "3" else frame.name.encode()


def sent(answers: Answers, *, patience_s: float = 100.0) -> tuple[Streamed, list[float]]:
    """What comes of a drive, and how long was waited."""
    waits: list[float] = []
    with httpx.Client(base_url="https://qala.example", transport=httpx.MockTransport(answers)) as client:
        door = Door(client, "secret", patience_s=patience_s, sleep=waits.append)
        return stream(Drive(), door), waits


def usual(request: httpx.Request) -> httpx.Response:
    """Everything is wanted, and kept under the hash of its bytes."""
    assert request.headers["Authorization"] == "Bearer secret"
    if request.method == "POST":
        frames = json.loads(request.content)["frames"]
        return httpx.Response(200, json={"frames": [{"outcome": "wanted", "reason": None}] * len(frames)})
    name = request.url.path.rpartition("/")[2]
    assert name in {hashlib.sha256(str(each).encode()).hexdigest() for each in range(4)}
    return httpx.Response(200, json={"outcome": "kept", "reason": None})


def test_what_is_wanted_is_sent_and_what_is_damaged_is_told() -> None:
    """Each once."""
    done, waits = sent(usual)
    assert (4, 3, 0, 1, []) == (done.frames, done.sent, done.known, done.unreadable, waits)
    assert "4 frames: 3 sent, 0 were there, 1 missing or damaged" == str(done)


def test_a_busy_server_is_waited_for_as_long_as_it_says() -> None:
    """503 and 429 with Retry-After; then everything goes through."""
    told = iter(
        [
            httpx.Response(503, headers={"Retry-After": "30"}, json={"detail": "later"}),
            httpx.Response(429, text="slow down"),
            httpx.Response(502, text="<html>"),
        ]
    )
    done, waits = sent(lambda request: next(told, None) or usual(request))
    assert [30, 2, 4] == waits
    assert 3 == done.sent


def test_a_server_that_stays_away_ends_the_try_in_words() -> None:
    """How long, why, and that the same command goes on."""
    with pytest.raises(Lost, match=r"nothing went through for 63 s \(later\): the same command goes on"):
        sent(lambda _request: httpx.Response(503, json={"detail": "later"}))


def test_a_picture_that_is_not_taken_costs_the_others_nothing() -> None:
    """It is counted; whoever is refused altogether stops."""

    def picky(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith(hashlib.sha256(b"1").hexdigest()):
            return httpx.Response(422, json={"detail": "no", "errors": {"photo[0]": ["not a photo"]}})
        return usual(request)

    done, _waits = sent(picky)
    assert (2, {"bad_picture": 1}) == (done.sent, done.passed_over)
    with pytest.raises(Refused, match="401: register it"):
        sent(lambda _request: httpx.Response(401, json={"detail": "register it"}))
    with pytest.raises(Refused, match="is no Qala"):
        sent(lambda _request: httpx.Response(200, html="<h1>Sign in to this network</h1>"))
