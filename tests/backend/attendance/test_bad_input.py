"""Check-ins by the careless and the hostile: each is refused with its reason, and leaves nothing behind."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from PIL import Image
from werkzeug.test import TestResponse

from shared.proofs import check_in_message
from shared.vocabulary import Role
from tests.backend.attendance.conftest import Morning
from tests.bad_input import bad_photos, damaged_png, jpeg_photo, multipart, refusal
from tests.factories import frames_of
from tests.nothing_written import nothing_written
from tests.phone import Phone

LANGUAGES = ("ru", "kk", "en")
Staff = Callable[..., Phone]


@pytest.fixture
def morning(morning: Morning) -> Morning:
    """Nobody asks for a challenge beforehand: that would write something."""
    morning.asks = False
    return morning


@contextmanager
def all_refused(app: Flask) -> Iterator[list[str]]:
    """Collects what is wrong with many refusals; at the end there must be none, and nothing written."""
    wrong: list[str] = []
    with nothing_written(app):
        yield wrong
    assert [] == wrong


def parts(draft_body: bytes, signature: str, frames: list[bytes]) -> dict[str, Any]:
    """Multipart parts, to be spoiled."""
    return {
        "check_in": (io.BytesIO(draft_body), "check_in.json"),
        "signature": signature,
        "frame": [(io.BytesIO(frame), f"{index}.png") for index, frame in enumerate(frames)],
    }


def send(morning: Morning, frames: list[bytes]) -> TestResponse:
    """A signed check-in with frames of any size."""
    draft = morning.draft(frames=frames)
    body = draft.manifest_bytes()
    sent = parts(body, morning.supervisor.sign(check_in_message(body)), frames)
    return morning.supervisor.put(f"/check-ins/{draft.id}", **multipart(sent))


def test_photos_that_are_none_are_refused_with_the_reason(app: Flask, morning: Morning) -> None:
    """Each file by its own name, without decoding a bomb, and whatever the file is called."""
    with all_refused(app) as wrong:
        for why, (photo, says) in bad_photos().items():
            answer = send(morning, [*frames_of("serik", 2), photo])
            wrong += [f"{why}: {text}" for text in refusal(answer, 422, "frame[2]", says=says)]


def test_a_body_of_thirty_megabytes_is_too_large(app: Flask, morning: Morning) -> None:
    """413 with the limit, before anything is looked at."""
    photo = jpeg_photo()
    large = photo[:-2] + bytes(30_000_000) + photo[-2:]
    with all_refused(app) as wrong:
        wrong += refusal(send(morning, [*frames_of("serik", 2), large]), 413, says="24 MB")


def fix(morning: Morning, **changes: Any) -> dict[str, Any]:
    """A good location fix, changed."""
    return {
        "lat": 54.8695,
        "lon": 69.1425,
        "accuracy_m": 6.0,
        "taken_at": morning.clock().isoformat(),
        **changes,
    }


def test_fixes_that_cannot_be_are_refused_by_field(app: Flask, morning: Morning) -> None:
    """Impossible places, accuracies and times; too few and too many."""
    later = (morning.clock() + timedelta(minutes=6)).isoformat()
    cases: dict[str, tuple[dict[str, Any], str, str]] = {
        "latitude 91": ({"lat": 91}, "lat", "at most 90"),
        "latitude as text": ({"lat": "54.9"}, "lat", "a number"),
        "longitude -181": ({"lon": -181}, "lon", "at least -180"),
        "accuracy -1": ({"accuracy_m": -1}, "accuracy_m", "above 0"),
        "accuracy 0": ({"accuracy_m": 0}, "accuracy_m", "above 0"),
        "accuracy null": ({"accuracy_m": None}, "accuracy_m", "null"),
        "speed below 0": ({"speed_mps": -0.1}, "speed_mps", "at least 0"),
        "time without offset": ({"taken_at": "2026-11-23T09:00:00"}, "taken_at", "offset"),
        "31 February": ({"taken_at": "2026-02-31T09:00:00+05:00"}, "taken_at", "calendar"),
        "future": ({"taken_at": later}, "taken_at", "future"),
        "unknown field": ({"altitude": 7}, "altitude", "not known"),
        "huge number": ({"lat": 10**300}, "lat", "at most 90"),
        "provider with NUL": ({"provider": "gps\x00"}, "provider", "cannot be stored"),
    }
    with all_refused(app) as wrong:
        for why, (change, field, says) in cases.items():
            fixes = [fix(morning), fix(morning, **change), fix(morning)]
            answer = morning.draft(changes={"fixes": fixes}).send(morning.supervisor)
            wrong += [
                f"{why}: {text}" for text in refusal(answer, 422, f"check_in.fixes[1].{field}", says=says)
            ]
        for count in (0, 2, 61, 5000):
            answer = morning.draft(changes={"fixes": [fix(morning)] * count}).send(morning.supervisor)
            wrong += [
                f"{count} fixes: {text}" for text in refusal(answer, 422, "check_in.fixes", says=str(count))
            ]


def test_manifests_that_do_not_fit_the_request_are_refused(
    app: Flask, morning: Morning, staff: Staff
) -> None:
    """Other ids, other devices, other people, future times: what is signed must be what is sent, by whom it says."""
    other = staff(Role.SUPERVISOR)
    later = (morning.clock() + timedelta(minutes=6)).isoformat()
    cases: dict[str, tuple[dict[str, Any], str, str]] = {
        "another id": ({"id": str(uuid4())}, "id", "id in the address"),
        "another's device": ({"device_id": other.device_id}, "device_id", "device you are signed in on"),
        "a device of nobody": ({"device_id": str(uuid4())}, "device_id", "device you are signed in on"),
        "captured in the future": ({"captured_at": later}, "captured_at", "future"),
        "unknown kind": ({"kind": "nap"}, "kind", "one of"),
        "no time": ({"captured_at": None}, "captured_at", "null"),
        "id that is none": ({"person_id": "7"}, "person_id", "UUID"),
        "long note": ({"note": "я" * 501}, "note", "500"),
        "note with half a pair": ({"note": "\ud800"}, "", "surrogate"),
        "unknown field": ({"is_admin": True}, "is_admin", "not known"),
    }
    with all_refused(app) as wrong:
        for why, (change, field, says) in cases.items():
            draft = morning.draft()
            path_id = draft.id
            draft.changes = change
            answer = draft.send(morning.supervisor, path_id=path_id)
            named = f"check_in.{field}" if field else "check_in"
            wrong += [f"{why}: {text}" for text in refusal(answer, 422, named, says=says)]
        for field, value in (("person_id", str(uuid4())), ("task_id", str(uuid4()))):
            answer = morning.draft(changes={field: value}).send(morning.supervisor)
            wrong += refusal(answer, 422, f"check_in.{field}", says=value)


def test_signatures_of_others_are_refused(app: Flask, morning: Morning, staff: Staff) -> None:
    """Another device's key, another message, a cut signature, none at all."""
    other = staff(Role.SUPERVISOR)
    draft = morning.draft()
    body = draft.manifest_bytes()
    good = morning.supervisor.sign(check_in_message(body))
    signatures = {
        "another device": other.sign(check_in_message(body)),
        "without its purpose": morning.supervisor.sign(body),
        "another manifest": morning.supervisor.sign(check_in_message(body + b" ")),
        "cut": good[:40],
        "not base64": "§" * 88,
        "long": good * 1000,
        "empty": "",
    }
    with all_refused(app) as wrong:
        for why, signature in signatures.items():
            answer = draft.send(morning.supervisor, manifest=body, signature=signature)
            wrong += [f"{why}: {text}" for text in refusal(answer, 422, "signature", slug="bad-signature")]


def test_frames_that_are_not_the_signed_ones_are_refused(app: Flask, morning: Morning) -> None:
    """Changed, swapped, doubled, missing, too few, too many."""
    frames = frames_of("serik", 4)
    draft = morning.draft(frames=frames)
    cases: dict[str, tuple[list[bytes], str]] = {
        "changed": ([frames[0], frames[1], frames[2], frames_of("dana", 1)[0]], "frame[3]"),
        "one bit": ([frames[0], frames[1], frames[2], frames[3] + b"\x00"], "frame[3]"),
        "swapped": ([frames[1], frames[0], frames[2], frames[3]], "frame[0]"),
        "missing": (frames[:3], "frame"),
        "two": (frames[:2], "frame"),
        "thirteen": (frames_of("serik", 13), "frame"),
        "none": ([], "frame"),
    }
    with all_refused(app) as wrong:
        for why, (sent, field) in cases.items():
            answer = draft.send(morning.supervisor, frames=sent)
            wrong += [f"{why}: {text}" for text in refusal(answer, 422, field)]
        doubled = morning.draft(frames=[frames[0], frames[0], frames[1]]).send(morning.supervisor)
        wrong += refusal(doubled, 422, "check_in.frames", says="different pictures")


def test_manifests_that_are_no_json_are_refused_with_the_place(app: Flask, morning: Morning) -> None:
    """NaN, depth, double names, other encodings: the message says where."""
    body = morning.draft().manifest_bytes()
    bodies = {
        "NaN": (body.replace(b"6.0", b"NaN", 1), "NaN is not a number"),
        "Infinity": (body.replace(b"6.0", b"-Infinity", 1), "Infinity"),
        "1e999": (body.replace(b"6.0", b"1e999", 1), "too large"),
        "100,000 brackets": (b"[" * 100_000, "nested more than"),
        "double names": (body.replace(b'"kind"', b'"id": "x", "kind"', 1), "twice"),
        "double names in disguise": (body.replace(b'"kind"', b'"\\u0069d": "x", "kind"', 1), "twice"),
        "UTF-16": (body.decode().encode("utf-16"), "UTF-8"),
        "cut": (body[:-20], "line 1, column"),
        "empty": (b"", "line 1, column"),
        "a list": (b"[]", "an object"),
        "two": (body + body, "Extra data"),
    }
    with all_refused(app) as wrong:
        for why, (spoiled, says) in bodies.items():
            answer = morning.draft().send(morning.supervisor, manifest=spoiled)
            wrong += [f"{why}: {text}" for text in refusal(answer, 422, "check_in", says=says)]


def test_bodies_of_another_form_are_refused(app: Flask, morning: Morning) -> None:
    """Not multipart, parts missing, a thousand parts, huge names, text where files belong."""
    draft = morning.draft()
    body, frames = draft.manifest_bytes(), draft.frames
    signature = morning.supervisor.sign(check_in_message(body))
    path = f"/check-ins/{draft.id}"
    good = lambda: parts(body, signature, frames)  # noqa: E731 - files can be sent only once

    def put(**options: Any) -> TestResponse:
        return morning.supervisor.put(path, **options)

    form = "multipart/form-data"
    with all_refused(app) as wrong:
        wrong += refusal(put(data=body, content_type="application/json"), 415, says="multipart/form-data")
        wrong += refusal(put(data=body, content_type="text/plain"), 415, says="text/plain")
        wrong += refusal(put(data=b""), 415)
        wrong += refusal(put(data=body, content_type=f"{form}; boundary=x"), 422, "check_in", says="missing")
        wrong += refusal(put(data=body, content_type=form), 422, "check_in", says="missing")
        for name in ("check_in", "signature", "frame"):
            without = good()
            del without[name]
            wrong += refusal(put(data=without, content_type=form), 422, name)
        many = {**good(), **{f"part{index}": "x" for index in range(1000)}}
        wrong += refusal(put(**multipart(many)), 413)
        as_text = {**good(), "frame": ["a", "b", "c"]}
        wrong += refusal(put(data=as_text, content_type=form), 422, "frame")
        long_text = {**good(), "signature": "x" * 2_000_000}
        wrong += refusal(put(**multipart(long_text)), 413)


def test_huge_and_odd_part_names_change_nothing(app: Flask, morning: Morning) -> None:
    """Parts that nobody asked for are passed over, whatever they are called."""
    draft = morning.draft(asks=True)
    body = draft.manifest_bytes()
    odd = parts(body, morning.supervisor.sign(check_in_message(body)), draft.frames)
    odd |= {"n" * 5_000: "x", "frame[]": "x", "../../check_in": (io.BytesIO(b"x"), "../../../etc/passwd")}
    answer = morning.supervisor.put(f"/check-ins/{draft.id}", data=odd, content_type="multipart/form-data")
    assert (200, "accepted") == (answer.status_code, answer.json["outcome"])  # type: ignore[index]


def test_the_same_id_with_other_content_is_a_conflict_and_the_first_stands(
    app: Flask, morning: Morning, staff: Staff
) -> None:
    """Whatever differs: manifest, signature's owner, sender."""
    draft = morning.draft()
    first = draft.send(morning.supervisor)
    assert 200 == first.status_code
    with all_refused(app) as wrong:
        wrong += refusal(morning.draft("dana", id=draft.id).send(morning.supervisor), 409, says=draft.id)
        wrong += refusal(morning.draft(id=draft.id, kind="departure").send(morning.supervisor), 409)
    other = staff(Role.SUPERVISOR)
    with all_refused(app) as wrong:
        wrong += refusal(draft.send(other), 409, says=draft.id)
        wrong += refusal(
            draft.send(other, signature=morning.supervisor.sign(check_in_message(draft.manifest_bytes()))),
            409,
        )
    assert first.text == draft.send(morning.supervisor).text


def test_the_same_check_in_again_gets_the_same_answer_even_without_its_frames(morning: Morning) -> None:
    """A phone that lost the answer need not be believed again: manifest and signature name every byte."""
    draft = morning.draft()
    first = draft.send(morning.supervisor)
    assert first.text == draft.send(morning.supervisor).text
    assert first.text == draft.send(morning.supervisor, frames=[b"gone"]).text


def test_a_stale_token_sends_nothing(app: Flask, morning: Morning) -> None:
    """The outbox keeps it until there is a fresh token."""
    draft = morning.draft()
    morning.clock.advance(minutes=16)
    with all_refused(app) as wrong:
        wrong += refusal(draft.send(morning.supervisor), 401)


def test_addresses_that_are_none(app: Flask, morning: Morning) -> None:
    """Ids that are not UUIDs, frames that are not there."""
    draft = morning.draft()
    assert 200 == draft.send(morning.supervisor).status_code
    for path in (f"/check-ins/{'7' * 400}", "/check-ins/null", "/check-ins/%00", "/check-ins/../users"):
        answer = morning.supervisor.put(path, data=b"x")
        assert (404, "application/problem+json") == (answer.status_code, answer.content_type), path


@pytest.fixture
def officer(staff: Staff) -> Phone:
    """A probation officer, who may see evidence."""
    return staff(Role.PROBATION_OFFICER)


def test_evidence_is_shown_upright_as_a_picture_and_nothing_else(morning: Morning, officer: Phone) -> None:
    """EXIF rotation is applied, the upload's own bytes and type never reach a browser."""
    turned = [jpeg_photo((90, 70, 60 * shot), orientation=6) for shot in range(3)]
    draft = morning.draft(frames=turned)
    answer = draft.send(morning.supervisor)
    assert 200 == answer.status_code, answer.text
    assert [hashlib.sha256(frame).hexdigest() for frame in turned] == answer.json["received"]  # type: ignore[index]
    view = officer.get(f"/check-ins/{draft.id}/frames/0")
    assert (200, "image/jpeg", "nosniff", "no-store") == (
        view.status_code,
        view.content_type,
        view.headers["X-Content-Type-Options"],
        view.headers["Cache-Control"],
    )
    with Image.open(io.BytesIO(view.data)) as shown:
        assert ((96, 160), {}) == (shown.size, dict(shown.getexif()))
    for index in ("3", "99999999999999999999", "-1", "x"):
        assert 404 == officer.get(f"/check-ins/{draft.id}/frames/{index}").status_code


def test_frames_damaged_inside_are_kept_as_evidence_and_judged_unusable(
    morning: Morning, officer: Phone
) -> None:
    """Their header is honest, so only the worker finds out; looking at one says so instead of failing."""
    draft = morning.draft(frames=[damaged_png("serik", shot) for shot in range(3)])
    answer = draft.send(morning.supervisor)
    assert (200, "refused", "retake") == (
        answer.status_code,
        answer.json["outcome"],
        answer.json["remedy"],
    ), answer.text  # type: ignore[index]
    assert [] == refusal(officer.get(f"/check-ins/{draft.id}/frames/0"), 409, slug="bad-photo")


def test_every_language_is_spoken(app: Flask, morning: Morning) -> None:
    """The problem comes in the language that the request asks for, else the user's own."""
    said = set()
    with nothing_written(app):
        for language in LANGUAGES:
            morning.supervisor.headers["Accept-Language"] = language
            answer = morning.draft(changes={"fixes": []}).send(morning.supervisor)
            assert (422, language) == (answer.status_code, answer.headers["Content-Language"])
            said |= {answer.json["detail"], *answer.json["errors"]["check_in.fixes"]}  # type: ignore[index]
        assert 2 * len(LANGUAGES) == len(said)
        del morning.supervisor.headers["Accept-Language"]
        answer = morning.draft(changes={"fixes": []}).send(morning.supervisor)
        assert "ru" == answer.headers["Content-Language"]


def test_the_ledger_of_a_check_in_holds_no_personal_data(app: Flask, morning: Morning, staff: Staff) -> None:
    """Neither names nor places nor faces' hashes: opaque ids, a salted hash, outcomes."""
    draft = morning.draft(changes={"note": "Ахметов опоздал"})
    assert 200 == draft.send(morning.supervisor).status_code
    told = json.dumps(staff(Role.ADMINISTRATOR).get("/events?limit=200").json, ensure_ascii=False)
    manifest = draft.manifest()
    secrets = [
        "Ахметов",
        "Серік",
        "опоздал",
        "54.86",
        "69.14",
        *(frame["sha256"] for frame in manifest["frames"]),
    ]
    secrets.append(hashlib.sha256(draft.manifest_bytes()).hexdigest())
    assert [] == [secret for secret in secrets if secret in told]
