"""Makers of what tests need: people, geofences, tasks and signed check-ins, all through the API as their users would."""

from __future__ import annotations

import hashlib
import io
import itertools
import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from PIL import Image
from werkzeug.test import TestResponse

from shared.proofs import check_in_message, defect_message, stop_report_message
from tests.fakes import face_photo, turned
from tests.phone import Phone

PARK = {
    "type": "Polygon",
    "coordinates": [[[69.14, 54.868], [69.145, 54.868], [69.145, 54.871], [69.14, 54.871], [69.14, 54.868]]],
}
INSIDE, OUTSIDE = (54.8695, 69.1425), (54.8800, 69.1425)
TURNS = {"left": (22, 0), "right": (-22, 0), "up": (0, 20), "down": (0, -20)}  # degrees of yaw and pitch
SHOTS = itertools.count(1)  # of all the cameras of a test run
IINS = ("850412300120", "900101300125")


def valid_iin(seed: int) -> str:
    """A well-formed ИИН that belongs to nobody."""
    from backend.people.rules import check_digit

    number = seed
    while True:
        eleven = f"{number:011d}"
        digit = check_digit(eleven)
        if digit is not None:
            return f"{eleven}{digit}"
        number += 1


def make_person(
    phone: Phone, district_id: UUID, *, family_name: str = "Ахметов", seed: int | None = None, **fields: Any
) -> str:
    """Register a person; returns the id."""
    body = {
        "district_id": str(district_id),
        "family_name": family_name,
        "given_name": "Серік",
        "iin": valid_iin(zlib.crc32(family_name.encode()) % 10**9 if seed is None else seed),
        "language": "kk",
        "biometric_basis": "consent",
        **fields,
    }
    answer = phone.post("/people", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json["id"])  # type: ignore[index]


def enrol(
    phone: Phone, person_id: str, photos: Sequence[bytes], *, enrolment_id: str | None = None
) -> TestResponse:
    """Send enrolment photos."""
    parts = [(io.BytesIO(photo), f"{index}.png") for index, photo in enumerate(photos)]
    return phone.put(
        f"/people/{person_id}/face-templates/{enrolment_id or uuid4()}",
        data={"photo": parts},
        content_type="multipart/form-data",
    )


def make_order(phone: Phone, person_id: str, **fields: Any) -> str:
    """Register a criminal order of 120 hours for somebody without a job, unless told otherwise; returns the id."""
    body = {
        "number": "15-2026",
        "regime": "criminal",
        "hours_total_min": 120 * 60,
        "employed": False,
        "starts_on": "2026-11-01",
        **fields,
    }
    answer = phone.post(f"/people/{person_id}/orders", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json["id"])  # type: ignore[index]


def make_geofence(
    phone: Phone, district_id: UUID, boundary: dict[str, Any] | None = None, name: str = "Парк"
) -> str:
    """Add a geofence; returns the id."""
    answer = phone.post(
        "/geofences",
        json={
            "district_id": str(district_id),
            "name": name,
            "boundary": boundary or PARK,
            "valid_from": "2026-01-01T00:00:00+05:00",
        },
    )
    assert answer.status_code == 201, answer.text
    return str(answer.json["id"])  # type: ignore[index]


def make_task(
    phone: Phone,
    district_id: UUID,
    *,
    start: datetime,
    geofence_id: str,
    assignee_ids: list[str],
    person_ids: list[str],
    hours: float = 4,
    **fields: Any,
) -> str:
    """Add a task of public works and hand it out; returns the id."""
    body = {
        "district_id": str(district_id),
        "kind": "public_works",
        "title": "Уборка парка",
        "starts_at": start.isoformat(),
        "ends_at": (start + timedelta(hours=hours)).isoformat(),
        "geofence_id": geofence_id,
        "assignee_ids": assignee_ids,
        "person_ids": person_ids,
        "required_evidence": ["check_in"],
        **fields,
    }
    answer = phone.post("/tasks", json=body)
    assert answer.status_code == 201, answer.text
    task_id = str(answer.json["id"])  # type: ignore[index]
    moved = phone.post(f"/tasks/{task_id}/moves", json={"to": "assigned"})
    assert moved.status_code in (200, 201), moved.text
    return task_id


@dataclass
class CheckInDraft:
    """A check-in on its way: change any part before it is sent."""

    person_id: str
    task_id: str
    device_id: str
    captured_at: datetime
    frames: list[bytes]
    at: tuple[float, float] = INSIDE
    accuracy_m: float = 6.0
    id: str = field(default_factory=lambda: str(uuid4()))
    kind: str = "arrival"
    changes: dict[str, Any] = field(default_factory=dict)
    prompts: list[int | None] = field(default_factory=list)
    challenge: dict[str, Any] | None = None
    asks: bool = True  # for a challenge, before it is sent
    flat: bool = False  # whether a picture is turned instead of a head

    def ask(self, phone: Phone) -> None:
        """Get a challenge, as phones do before a check-in, and turn the head in the last frames as it says."""
        self.asks = False
        body = {"task_id": self.task_id, "person_ids": [self.person_id]}
        answer = phone.post("/check-in-challenges", json=body)
        if answer.status_code == 201:
            self.answer(answer.json["items"][0])  # type: ignore[index]

    def answer(self, challenge: dict[str, Any]) -> None:
        """Answer a challenge that a phone holds."""
        self.asks = False
        self.challenge = challenge
        moves = challenge["moves"]
        if len(self.frames) <= len(moves):
            return  # too few pictures to move in
        ahead = len(self.frames) - len(moves)
        self.prompts = [None] * ahead + list(range(len(moves)))
        for index, move in enumerate(moves):
            frame = self.frames[ahead + index]
            self.frames[ahead + index] = turned(frame, *TURNS[move], flat=self.flat)

    def manifest(self) -> dict[str, Any]:
        """The manifest as a phone writes it."""
        moment = self.captured_at
        lat, lon = self.at
        prompts = self.prompts or [None] * len(self.frames)
        body: dict[str, Any] = {
            "id": self.id,
            "person_id": self.person_id,
            "task_id": self.task_id,
            "device_id": self.device_id,
            "kind": self.kind,
            "captured_at": moment.isoformat(),
            "frames": [
                {
                    "sha256": hashlib.sha256(frame).hexdigest(),
                    "taken_at": (moment - timedelta(seconds=len(self.frames) - index)).isoformat(),
                    "prompt": prompts[index] if index < len(prompts) else None,
                }
                for index, frame in enumerate(self.frames)
            ],
            "fixes": [
                {
                    "lat": lat + index * 1e-6,
                    "lon": lon,
                    "accuracy_m": self.accuracy_m + index,
                    "taken_at": (moment - timedelta(seconds=4 - index)).isoformat(),
                }
                for index in range(4)
            ],
        }
        if self.challenge is not None:
            body["challenge"] = {name: self.challenge[name] for name in ("id", "nonce")}
        return {**body, **self.changes}

    def manifest_bytes(self) -> bytes:
        """The bytes that are signed."""
        return json.dumps(self.manifest()).encode()

    def send(
        self,
        phone: Phone,
        *,
        manifest: bytes | None = None,
        signature: str | None = None,
        frames: list[bytes] | None = None,
        path_id: str | None = None,
    ) -> TestResponse:
        """Sign and send; any part may be replaced by something wrong."""
        if self.asks and manifest is None and "challenge" not in self.changes:
            self.ask(phone)
        body = self.manifest_bytes() if manifest is None else manifest
        parts: dict[str, Any] = {
            "check_in": (io.BytesIO(body), "check_in.json", "application/json"),
            "signature": phone.sign(check_in_message(body)) if signature is None else signature,
            "frame": [
                (io.BytesIO(frame), f"{index}.png")
                for index, frame in enumerate(self.frames if frames is None else frames)
            ],
        }
        return phone.put(f"/check-ins/{path_id or self.id}", data=parts, content_type="multipart/form-data")


def frames_of(who: str, count: int = 3, *, start: int = 100) -> list[bytes]:
    """Frames in which the FakeVerifier sees one person; no two calls give the same bytes, as no camera does."""
    return [another_shot(face_photo(who, start + index)) for index in range(count)]


def another_shot(photo: bytes) -> bytes:
    """The same picture to the FakeVerifier, in bytes that were never sent before."""
    number = next(SHOTS)
    with Image.open(io.BytesIO(photo)) as opened:
        picture = opened.convert("RGB")
    picture.putpixel((2, 0), (number & 0xFF, number >> 8 & 0xFF, number >> 16 & 0xFF))
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


REPORTS = {  # part -> collection, what is signed
    "defect": ("defects", defect_message),
    "stop_report": ("stop-reports", stop_report_message),
}


@dataclass
class ReportDraft:
    """A defect's or stop's report on its way: change any part of the manifest before it is sent."""

    part: str
    manifest: dict[str, Any]
    photos: list[bytes]

    @property
    def id(self) -> str:
        """The report's id."""
        return str(self.manifest["id"])

    def manifest_bytes(self) -> bytes:
        """The bytes that are signed."""
        return json.dumps(self.manifest).encode()

    def send(
        self,
        phone: Phone,
        *,
        manifest: bytes | None = None,
        signature: str | None = None,
        photos: list[bytes] | None = None,
        path_id: str | None = None,
        uploaded: str | None = None,
    ) -> TestResponse:
        """Sign and send; any part may be replaced by something wrong, the photos by names of files in pieces."""
        collection, message = REPORTS[self.part]
        body = self.manifest_bytes() if manifest is None else manifest
        parts: dict[str, Any] = {
            self.part: (io.BytesIO(body), "manifest.json", "application/json"),
            "signature": phone.sign(message(body)) if signature is None else signature,
        }
        if uploaded is not None:
            parts["uploaded"] = uploaded
        sent = photos if photos is not None else [] if uploaded is not None else self.photos
        if sent:
            parts["photo"] = [(io.BytesIO(photo), f"{index}.png") for index, photo in enumerate(sent)]
        path = f"/{collection}/{path_id or self.id}"
        return phone.put(path, data=parts, content_type="multipart/form-data")


def defect_draft(
    phone: Phone,
    moment: datetime,
    *,
    at: tuple[float, float] = INSIDE,
    photos: list[bytes] | None = None,
    **changes: Any,
) -> ReportDraft:
    """A pothole in the park as the phone's device would report it."""
    pictures = frames_of("pothole", 2) if photos is None else photos
    manifest = {
        "id": str(uuid4()),
        "device_id": phone.device_id,
        "captured_at": moment.isoformat(),
        "photos": photos_of(pictures, moment),
        "fixes": fixes_at(at, moment),
        "heading_deg": 90,
        "kind_guess": "pothole",
        "note": "у люка",
    }
    return ReportDraft("defect", manifest | changes, pictures)


def stop_report_draft(
    phone: Phone,
    route: dict[str, Any],
    moment: datetime,
    *,
    stop: int = 0,
    photos: list[bytes] | None = None,
    **changes: Any,
) -> ReportDraft:
    """A stop of a route, done, as the phone's device would report it."""
    pictures = [] if photos is None else photos
    planned = route["stops"][stop]
    manifest = {
        "id": str(uuid4()),
        "device_id": phone.device_id,
        "route_id": route["id"],
        "stop_id": planned["id"],
        "route_version": route["version"],
        "state": "done",
        "captured_at": moment.isoformat(),
        "photos": photos_of(pictures, moment),
        "fixes": fixes_at((planned["lat"], planned["lon"]), moment),
    }
    return ReportDraft("stop_report", manifest | changes, pictures)


def photos_of(photos: Sequence[bytes], at: datetime) -> list[dict[str, str]]:
    """Photos as a manifest names them."""
    return [
        {"sha256": hashlib.sha256(photo).hexdigest(), "taken_at": (at - timedelta(seconds=1)).isoformat()}
        for photo in photos
    ]


def fixes_at(place: tuple[float, float], at: datetime, count: int = 3) -> list[dict[str, Any]]:
    """Fixes of a second each, the last one at the moment."""
    return [
        {
            "lat": place[0],
            "lon": place[1],
            "accuracy_m": 6,
            "taken_at": (at - timedelta(seconds=count - 1 - index)).isoformat(),
        }
        for index in range(count)
    ]


def route_plan(district_id: UUID, start: datetime, *, stops: int = 3, **fields: Any) -> dict[str, Any]:
    """A route of the waste trucks, as a dispatcher writes it down: a stop every 100 m to the east."""
    return {
        "district_id": str(district_id),
        "kind": "waste",
        "title": "Контейнеры, центр",
        "vehicle": "KZ 123 AB",
        "starts_at": start.isoformat(),
        "ends_at": (start + timedelta(hours=8)).isoformat(),
        "stops": [
            {
                "action": "collect",
                "title": f"Площадка {number}",
                "lat": 54.8695,
                "lon": 69.14 + number * 0.0016,
            }
            for number in range(1, stops + 1)
        ],
        **fields,
    }


def make_route(
    phone: Phone, district_id: UUID, *, start: datetime, released: bool = True, **fields: Any
) -> dict[str, Any]:
    """Plan a route and release it; returns it as the dispatcher reads it."""
    answer = phone.post("/routes", json=route_plan(district_id, start, **fields))
    assert answer.status_code == 201, answer.text
    if released:
        answer = phone.post(f"/routes/{answer.json['id']}/moves", json={"to": "released"})  # type: ignore[index]
        assert answer.status_code == 200, answer.text
    route: dict[str, Any] = answer.json  # type: ignore[assignment]
    return route


def location_batch(phone: Phone, fixes: list[dict[str, Any]], **changes: Any) -> dict[str, Any]:
    """Positions as a phone brings them."""
    return {"id": str(uuid4()), "device_id": phone.device_id, "fixes": fixes, **changes}
