"""Sending a drive as a camera in a vehicle does: ask which frames are wanted, send those, wait while the network is away, go on where it was."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Protocol
from uuid import UUID

import httpx

from backend.blobs import sha256_hex
from backend.roads.frames.rules import PlacedFrame

API_PREFIX = "/api/v1"
AT_ONCE = 500  # frames in one question
TIMEOUT_S = 60.0
FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 60.0
AWAY = frozenset({408, 429, 500, 502, 503, 504})
Say = Callable[[str], None]


class Refused(Exception):
    """The server takes nothing from this camera; the text says why."""


class Lost(Exception):
    """The server could not be reached for too long; the same command goes on where it was."""


class Source(Protocol):
    """A drive that was recorded."""

    @property
    def drive_id(self) -> UUID: ...
    @property
    def frames(self) -> Sequence[PlacedFrame]: ...  # in the order of their times
    @property
    def unplaced(self) -> int: ...

    def contents(self, wanted: Sequence[PlacedFrame]) -> Iterator[tuple[PlacedFrame, bytes | None]]:
        """The bytes of some of the frames, in their order; None for one that is damaged."""
        ...


@dataclass(kw_only=True)
class Streamed:
    """What became of the frames of a drive."""

    frames: int = 0
    sent: int = 0  # reports now
    known: int = 0  # were reports before
    unreadable: int = 0
    passed_over: Counter[str] = field(default_factory=Counter)  # by the server's reasons

    def __str__(self) -> str:
        reasons = "".join(
            f", {count} {reason.replace('_', ' ')}" for reason, count in self.passed_over.most_common()
        )
        damaged = f", {self.unreadable} missing or damaged" if self.unreadable else ""
        return f"{self.frames} frames: {self.sent} sent, {self.known} were there{reasons}{damaged}"


class Door:
    """The server's door for one camera, which waits while nobody opens."""

    def __init__(
        self,
        client: httpx.Client,
        token: str,
        *,
        patience_s: float,
        say: Say = lambda _line: None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._client, self._patience_s, self._say, self._sleep = client, patience_s, say, sleep
        self._headers = {"Authorization": f"Bearer {token}", "Accept-Language": "en"}

    def offer(self, drive_id: UUID, frames: Sequence[PlacedFrame]) -> list[dict[str, Any]]:
        """What the server says of each frame, without its bytes."""
        body = {"frames": [about(frame) for frame in frames]}
        answer = self._ask("POST", f"/drives/{drive_id}/offers", json=body)
        found: list[dict[str, Any]] = _taken(answer)["frames"]
        return found

    def send(self, drive_id: UUID, frame: PlacedFrame, content: bytes) -> dict[str, Any]:
        """What became of a frame. A picture that the server does not take is passed over, with its words."""
        path = f"/drives/{drive_id}/frames/{sha256_hex(content)}"
        parts = {"photo": ("frame", content, "application/octet-stream")}
        answer = self._ask("PUT", path, data={"about": json.dumps(about(frame))}, files=parts)
        if answer.status_code in (413, 422):
            self._say(f"{frame.name}: {_words(answer)}")
            return {"outcome": "passed_over", "reason": "bad_picture"}
        return _taken(answer)

    def _ask(self, method: str, path: str, **body: Any) -> httpx.Response:
        """An answer that is one; whatever is away is waited for, longer each time, until nothing has come for too long."""
        waited_s, pause_s = 0.0, FIRST_PAUSE_S
        while True:
            try:
                answer = self._client.request(
                    method, API_PREFIX + path, headers=self._headers, timeout=TIMEOUT_S, **body
                )
                if answer.status_code not in AWAY:
                    return answer
                why = _words(answer)
                this_s = max(_retry_after_s(answer), pause_s)
            except httpx.TransportError as error:
                why, this_s = f"{type(error).__name__}: {error}", pause_s
            if waited_s + this_s > self._patience_s:
                raise Lost(
                    f"nothing went through for {waited_s:.0f} s ({why}): the same command goes on from here"
                )
            self._say(f"waiting {this_s:g} s: {why}")
            self._sleep(this_s)
            waited_s, pause_s = waited_s + this_s, min(pause_s * 2, LONGEST_PAUSE_S)


def stream(source: Source, door: Door, say: Say = lambda _line: None) -> Streamed:
    """Send a drive. Raises Refused and Lost; what was sent until then is received."""
    done = Streamed()
    frames = iter(source.frames)
    while batch := list(islice(frames, AT_ONCE)):
        wanted = []
        for frame, answer in zip(batch, door.offer(source.drive_id, batch), strict=True):
            if answer["outcome"] == "wanted":
                wanted.append(frame)
            else:
                _count(done, answer, known=True)
        for frame, content in source.contents(wanted):
            if content is None:
                done.unreadable += 1
            else:
                _count(done, door.send(source.drive_id, frame, content), known=False)
        done.frames += len(batch)
        say(f"{done.frames} of {len(source.frames)} frames, {done.sent} sent")
    return done


def about(frame: PlacedFrame) -> dict[str, Any]:
    """When and where a frame was taken, on the wire."""
    return {
        "taken_at": frame.at.isoformat(),
        "lat": frame.place.lat,
        "lon": frame.place.lon,
        "accuracy_m": frame.accuracy_m,
        "heading_deg": frame.heading_deg,
    }


def _count(done: Streamed, answer: dict[str, Any], *, known: bool) -> None:
    if answer["outcome"] != "kept":
        done.passed_over[answer["reason"]] += 1
    elif known:
        done.known += 1
    else:
        done.sent += 1


def _taken(answer: httpx.Response) -> dict[str, Any]:
    if answer.status_code != 200:
        raise Refused(f"the server answers {answer.status_code}: {_words(answer)}")
    if answer.headers.get("Content-Type", "").partition(";")[0] != "application/json":
        raise Refused(
            f"what answers there is no Qala ({_words(answer)!r}): is --url right, is the network signed in?"
        )
    found: dict[str, Any] = answer.json()
    return found


def _words(answer: httpx.Response) -> str:
    """What a problem says, or what a proxy wrote instead."""
    try:
        told: Any = answer.json()
        by_field = "; ".join(f"{name}: {' '.join(texts)}" for name, texts in told.get("errors", {}).items())
        return f"{told['detail']} {by_field}".strip()
    except (ValueError, KeyError, AttributeError, TypeError):
        return answer.text[:200]


def _retry_after_s(answer: httpx.Response) -> float:
    text = answer.headers.get("Retry-After", "")
    return float(text) if text.isdigit() else 0.0
