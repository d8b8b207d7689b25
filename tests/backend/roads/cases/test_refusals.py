"""Refusals of the life of a case speak the reader's language throughout: states, roles and checks are words, never codes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from backend.roads.cases.rules import life
from shared.geometry import Point
from shared.i18n import translate
from shared.vocabulary import CaseState, Language, ProofCheck
from tests.conftest import Clock
from tests.phone import Phone
from tests.roads import beside, cases, report

CODE = re.compile(r"[A-Za-z_]{3,}")
SPOKEN = pytest.mark.parametrize("language", [Language.RU, Language.KK])


def texts(answer: TestResponse) -> str:
    """Everything that a refusal tells a person."""
    said: dict[str, Any] = answer.get_json()
    assert answer.status_code in (403, 409, 422), answer.text
    errors = [each for many in said.get("errors", {}).values() for each in many]
    return " ".join(errors or [said["detail"]])


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@SPOKEN
def test_a_refused_move_names_states_and_roles_in_words(
    app: Flask, crew: Phone, dispatcher: Phone, street: Point, clock: Clock, language: Language
) -> None:
    """Moves that do not exist, that need more, that others may make; plans and joins that come too early."""
    for place in (street, beside(street, east_m=900)):
        report(app, crew, place, clock())
    first, second = (each["id"] for each in cases(dispatcher))
    for phone in (crew, dispatcher):
        phone.headers["Accept-Language"] = language.value

    def move(phone: Phone, to: str, **body: object) -> TestResponse:
        return phone.put(f"/cases/{first}/moves/{uuid4()}", json={"to": to, **body})

    def refused() -> Iterator[str]:
        repair = {"contractor": "ТОО Жол", "repaired_at": clock().isoformat()}
        span = {"starts_at": clock().isoformat(), "ends_at": clock().isoformat().replace("2026", "2027")}
        yield texts(move(dispatcher, "closed"))
        yield texts(move(crew, "confirmed"))
        yield texts(move(dispatcher, "rejected"))
        yield texts(move(dispatcher, "confirmed", repair=repair))
        yield texts(dispatcher.post(f"/cases/{first}/repair-task", json={**span, "assignee_ids": []}))
        move(dispatcher, "rejected", reason="тень")
        yield texts(dispatcher.post(f"/cases/{first}/join", json={"other_id": second, "reason": "одна яма"}))

    said = list(refused())
    assert [] == [each for each in said if CODE.search(each)]
    word = {Language.RU: ("сообщено", "диспетчер"), Language.KK: ("хабарланды", "диспетчер")}[language]
    assert word[0] in said[0]
    assert word[1] in said[1]


@SPOKEN
@pytest.mark.parametrize("check", [ProofCheck.FAULTY, ProofCheck.CANNOT])
def test_a_closing_against_its_photo_says_in_words_what_the_photo_showed(
    check: ProofCheck, language: Language
) -> None:
    """The model's check is a clause of the sentence."""
    closing = life.find_move(CaseState.REPAIRED, CaseState.CLOSED)
    assert closing is not None
    (reason,) = life.move_errors(closing, reason="", has_repair=False, checks=[check])["reason"]
    assert CODE.search(translate(reason, language)) is None
