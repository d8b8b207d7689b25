"""Papers by the careless and the hostile: each is refused with field, value and remedy, and leaves nothing behind."""

from __future__ import annotations

import io
import json
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from tests.backend.attendance.paper.conftest import PDF, Desk, add_documents, decide, put_absence, put_sheet
from tests.backend.attendance.test_bad_input import all_refused
from tests.bad_input import HURTING_NAMES, NAMES, bad_photos, jpeg_photo, multipart, refusal
from tests.factories import make_geofence, make_person

NOT_AN_ID, TIME = "must be an id such as", "must be a time with offset"


def test_what_cannot_stand_on_a_sheet_is_refused_by_field(app: Flask, desk: Desk) -> None:
    """Times that cannot be, ids of nothing, unknown words and fields."""
    stranger = make_person(desk.dispatcher, desk.district_id, family_name="Ким")
    cases: dict[str, tuple[dict[str, Any], str, str]] = {
        "left before coming": (desk.hours(3, 2), "left_at", "later than came_at"),
        "left when coming": (desk.hours(3, 3), "left_at", "later than came_at"),
        "17 hours": (desk.hours(-13, 4), "left_at", "at most 16.0 h after came_at, was 17.0 h"),
        "future": (desk.hours(4, 5.2), "left_at", "future"),
        "last month": (desk.hours(-32 * 24, -32 * 24 + 2), "left_at", "at most 31 days ago"),
        "another century": ({"came_at": "1900-01-01T00:00:00+05:00"}, "came_at", "between the years"),
        "year 1": ({"came_at": "0001-01-01T00:00:00+05:00"}, "came_at", "between the years"),
        "no offset": ({"came_at": "2026-11-23T09:00:00"}, "came_at", TIME),
        "31 February": ({"left_at": "2026-02-31T09:00:00+05:00"}, "left_at", TIME),
        "a number": ({"left_at": 7}, "left_at", TIME),
        "person of nowhere": ({"person_id": str(uuid4())}, "person_id", "no person"),
        "person not on the task": ({"person_id": stranger}, "person_id", "not on this task"),
        "person null": ({"person_id": None}, "person_id", "null"),
        "person 7": ({"person_id": 7}, "person_id", NOT_AN_ID),
        "task of nowhere": ({"task_id": str(uuid4())}, "task_id", "no task"),
        "unknown reason": ({"reason": "lazy"}, "reason", "must be one of"),
        "long note": ({"note": "x" * 1001}, "note", "at most 1000"),
        "unknown field": ({"hours": 4}, "hours", "not a field"),
    }
    cases |= {why: ({"note": name}, "note", "control characters") for why, name in HURTING_NAMES.items()}
    with all_refused(app) as wrong:
        for why, (change, field, says) in cases.items():
            answer = put_sheet(desk.dispatcher, desk.sheet(**change))
            wrong += [f"{why}: {text}" for text in refusal(answer, 422, f"sheet.{field}", says=says)]
        for field in ("person_id", "task_id", "came_at", "left_at", "reason"):
            said = desk.sheet()
            del said[field]
            wrong += refusal(put_sheet(desk.dispatcher, said), 422, f"sheet.{field}", says="is missing")


def test_a_draft_was_worked_on_by_nobody(app: Flask, desk: Desk) -> None:
    """The task must have been handed out."""
    draft = desk.dispatcher.post(
        "/tasks",
        json={
            "district_id": str(desk.district_id),
            "kind": "public_works",
            "title": "Уборка",
            "starts_at": desk.starts_at.isoformat(),
            "ends_at": desk.clock().isoformat(),
            "geofence_id": make_geofence(desk.dispatcher, desk.district_id, name="Двор"),
            "person_ids": [desk.person_id],
        },
    )
    assert 201 == draft.status_code, draft.text
    with all_refused(app) as wrong:
        answer = put_sheet(desk.dispatcher, desk.sheet(task_id=draft.json["id"]))  # type: ignore[index]
        wrong += refusal(answer, 422, "sheet.task_id", says="draft")


def test_json_parts_that_are_none_are_refused(app: Flask, desk: Desk) -> None:
    """No JSON, JSON that means two things, too deep, too long, no object."""
    good = json.dumps(desk.sheet()).encode()
    bodies: dict[str, tuple[bytes, str]] = {
        "empty": (b"", "Expecting value"),
        "cut": (good[:-5], "not valid JSON"),
        "not UTF-8": (good.replace(b"}", b"\xff}"), "UTF-8"),
        "NaN": (good[:-1] + b', "x": NaN}', "not a number"),
        "twice": (good[:-1] + b', "reason": "other"}', "twice"),
        "deep": (b"[" * 10_000, "nested"),
        "a list": (b"[]", "a JSON object"),
        "null": (b"null", "a JSON object"),
        "long": (good[:-1] + b" " * 20_000 + b"}", "at most 20000 bytes"),
    }
    with all_refused(app) as wrong:
        for why, (body, says) in bodies.items():
            answers = {
                "sheet": put_sheet(desk.dispatcher, body),
                "absence": put_absence(desk.dispatcher, body),
            }
            for field, answer in answers.items():
                wrong += [f"{why}: {text}" for text in refusal(answer, 422, field, says=says)]


def test_photos_that_are_none_are_refused_with_the_reason(app: Flask, desk: Desk) -> None:
    """Bombs by their header, foreign kinds, scripts, too many bytes; too few and too many photos; a page twice."""
    with all_refused(app) as wrong:
        for why, (photo, says) in bad_photos().items():
            answer = put_sheet(desk.dispatcher, desk.sheet(), [jpeg_photo(), photo])
            wrong += [f"{why}: {text}" for text in refusal(answer, 422, "photo[1]", says=says)]
        for count in (0, 6):
            photos = [jpeg_photo((count, index, 9)) for index in range(count)]
            answer = put_sheet(desk.dispatcher, desk.sheet(), photos)
            wrong += refusal(
                answer, 422, "photo", says=f"1 to 5 times, once for each photo; there were {count}"
            )
        answer = put_sheet(desk.dispatcher, desk.sheet(), [jpeg_photo(), jpeg_photo()])
        wrong += refusal(answer, 422, "photo[1]", says="same file")
        large = jpeg_photo()[:-2] + bytes(30_000_000) + jpeg_photo()[-2:]
        wrong += refusal(put_sheet(desk.dispatcher, desk.sheet(), [large]), 413, says="24 MB")


def test_documents_that_are_none_are_refused_with_the_reason(app: Flask, desk: Desk) -> None:
    """A PDF may be a document; what only begins like one, or is too large, may not."""
    bad = {why: case for why, case in bad_photos().items() if "PDF" not in why}
    bad |= {
        "PDF that is a ZIP too": (b"%PDF-1.7\nPK\x03\x04" + b"\x00" * 64, "PDF stops half-way"),
        "PDF cut": (PDF[:-8], "PDF stops half-way"),
        "PDF with a long tail": (PDF + bytes(2000), "PDF stops half-way"),
        "PDF too large": (PDF + bytes(8_000_001) + b"%%EOF", "PDF must have at most 8 MB"),
        "space before PDF": (b" " + PDF, "not a photo"),
    }
    absence_id = desk.absent(documents=())
    with all_refused(app) as wrong:
        for why, (document, says) in bad.items():
            answer = put_absence(desk.dispatcher, desk.absence(), [PDF, document])
            wrong += [f"{why}: {text}" for text in refusal(answer, 422, "document[1]", says=says)]
            answer = add_documents(desk.dispatcher, absence_id, [document])
            wrong += [f"{why}: {text}" for text in refusal(answer, 422, "document[0]", says=says)]
        six = [PDF + bytes([37, index]) for index in range(6)]
        wrong += refusal(put_absence(desk.dispatcher, desk.absence(), six), 422, "document", says="were 6")
        wrong += refusal(add_documents(desk.dispatcher, absence_id, []), 422, "document", says="were 0")
        twice = put_absence(desk.dispatcher, desk.absence(), [PDF, PDF])
        wrong += refusal(twice, 422, "document[1]", says="same file")


def test_what_cannot_be_an_absence_is_refused_by_field(app: Flask, desk: Desk) -> None:
    """Days that cannot be, people of nowhere, unknown words and fields."""
    cases: dict[str, tuple[dict[str, Any], str, str]] = {
        "ends before it begins": ({"until_day": "2026-11-19"}, "until_day", "not be before from_day"),
        "two years": ({"until_day": "2028-11-19"}, "until_day", "at most 366 days after from_day"),
        "long ago": ({"from_day": "2025-01-01", "until_day": "2025-01-02"}, "from_day", "366 days of today"),
        "far ahead": ({"from_day": "2028-01-01", "until_day": "2028-01-02"}, "from_day", "366 days of today"),
        "end of the calendar": (
            {"from_day": "9999-12-31", "until_day": "9999-12-31"},
            "from_day",
            "366 days of today",
        ),
        "31 February": ({"from_day": "2026-02-31"}, "from_day", "must be a date such as"),
        "a time": ({"until_day": "2026-11-22T00:00:00Z"}, "until_day", "must be a date such as"),
        "person of nowhere": ({"person_id": str(uuid4())}, "person_id", "no person"),
        "unknown reason": ({"reason": "evasion"}, "reason", "must be one of"),
        "long words": ({"words": "x" * 1001}, "words", "at most 1000"),
        "unknown field": ({"diagnosis": "J11"}, "diagnosis", "not a field"),
    }
    with all_refused(app) as wrong:
        for why, (change, field, says) in cases.items():
            answer = put_absence(desk.dispatcher, desk.absence(**change))
            wrong += [f"{why}: {text}" for text in refusal(answer, 422, f"absence.{field}", says=says)]


@pytest.mark.parametrize("path", ["paper-sheets", "absences"])
def test_decisions_that_are_none_are_refused_by_field(app: Flask, desk: Desk, path: str) -> None:
    """An outcome that is none, no words, words of blanks."""
    thing = f"{path}/{desk.entered() if path == 'paper-sheets' else desk.absent()}"
    good = "approved" if path == "paper-sheets" else "confirmed"
    with all_refused(app) as wrong:
        for outcome in ("entered", "evasion", "", None, 7):
            wrong += refusal(decide(desk.dispatcher, thing, outcome), 422, "outcome")  # type: ignore[arg-type]
        for words, says in (
            ("", "3 to 1000"),
            ("   ", "must not be empty"),
            ("x" * 1001, "3 to 1000"),
            ("да\x00нет", "cannot be stored"),
        ):
            wrong += refusal(decide(desk.dispatcher, thing, good, words), 422, "words", says=says)
        wrong += refusal(desk.dispatcher.post(f"/{thing}/decision", json={"outcome": good}), 422, "words")
        wrong += refusal(decide(desk.dispatcher, f"{path}/{uuid4()}", good), 404)


def test_bodies_of_another_form_are_refused(app: Flask, desk: Desk) -> None:
    """JSON instead of multipart, parts missing, photos as text."""
    absence_id = desk.absent()
    with all_refused(app) as wrong:
        for path in (
            f"/paper-sheets/{uuid4()}",
            f"/absences/{uuid4()}",
            f"/absences/{absence_id}/documents",
        ):
            wrong += refusal(desk.dispatcher.put(path, json=desk.sheet()), 415, says="multipart/form-data")
        path = f"/paper-sheets/{uuid4()}"
        only_photo = multipart({"photo": [(io.BytesIO(jpeg_photo()), "a")]})
        wrong += refusal(desk.dispatcher.put(path, **only_photo), 422, "sheet", says="is missing")
        as_text = multipart({"sheet": json.dumps(desk.sheet()), "photo": "a photo"})
        wrong += refusal(desk.dispatcher.put(path, **as_text), 422, "photo")


def test_harmless_words_are_kept_letter_for_letter(desk: Desk) -> None:
    """Scripts, formulas and every alphabet are only words."""
    for name in NAMES.values():
        sheet = put_sheet(desk.dispatcher, desk.sheet(note=name)).json
        absence = put_absence(desk.dispatcher, desk.absence(words=name)).json
        assert (name, name) == (sheet["note"], absence["words"])  # type: ignore[index]
