"""The phone's real client against the real server, in one process: what one side sends, the other reads."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

import httpx
import pytest
from flask import Flask

from mobile.client.answers import Refused, RetryLater, Stored, Why
from mobile.client.api_client import ApiClient, Declined
from mobile.client.device_key import DeviceKey
from mobile.simulated.location import inner_point, outer_point
from mobile.simulated.phone import Capture, SimulatedPhone
from shared.contracts import TaskCard
from shared.geometry import place_of
from shared.vocabulary import (
    CheckInState,
    FindingCode,
    FindingResult,
    Language,
    Outcome,
    Remedy,
    Role,
    TaskState,
)
from tests.conftest import PASSWORD, Clock, make_user
from tests.factories import enrol, frames_of, make_geofence, make_order, make_person, make_task
from tests.fakes import face_photo
from tests.mobile.painted_face import PaintedFace
from tests.phone import Phone


@dataclass
class Field:
    """A supervisor with the real client, a task in the park, an enrolled person, and the dispatcher behind it."""

    phone: SimulatedPhone
    dispatcher: Phone
    person_id: UUID

    @property
    def task(self) -> TaskCard:
        """The one task, as it came by sync."""
        self.phone.sync()
        [task] = self.phone.tasks
        return task

    def capture(self, who: str = "serik", *, outside_m: float = 0.0, key: DeviceKey | None = None) -> Capture:
        """A check-in of somebody's face, inside or outside the park."""
        task = self.task
        place = place_of(task.place or {}, task.radius_m)
        at = outer_point(place, outside_m, self.phone.rng) if outside_m else inner_point(place)
        return self.phone.check_in(task, self.person_id, PaintedFace(who), at, key=key)


@pytest.fixture
def connect(app: Flask, clock: Clock) -> Iterator[Callable[..., ApiClient]]:
    """A maker of clients that reach the application without a network."""
    made: list[ApiClient] = []

    def make(language: Language = Language.EN) -> ApiClient:
        transport = httpx.WSGITransport(app=app)
        made.append(
            ApiClient("http://server.test", DeviceKey.generate(), language, now=clock, transport=transport)
        )
        return made[-1]

    yield make
    for client in made:
        client.close()


@pytest.fixture
def field(
    app: Flask,
    staff: Callable[..., Phone],
    connect: Callable[..., ApiClient],
    clock: Clock,
    district_id: UUID,
) -> Field:
    """A morning at work."""
    supervisor_id = make_user(app, "supervisor", Role.SUPERVISOR, [district_id])
    dispatcher = staff(Role.DISPATCHER)
    person_id = make_person(dispatcher, district_id)
    enrol(dispatcher, person_id, [face_photo("serik", shot) for shot in range(4)])
    geofence_id = make_geofence(dispatcher, district_id)
    people = {"assignee_ids": [str(supervisor_id)], "person_ids": [person_id]}
    make_order(dispatcher, person_id)
    make_task(dispatcher, district_id, start=clock(), geofence_id=geofence_id, **people)
    client = connect()
    client.login("supervisor", PASSWORD, "phone")
    return Field(SimulatedPhone(client, random.Random(1)), dispatcher, UUID(person_id))


def test_signing_in_says_who_it_is(field: Field) -> None:
    """By the tokens' answer and by /me alike."""
    client = field.phone.client
    assert client.tokens is not None
    assert client.tokens.user == client.me()
    assert Role.SUPERVISOR is client.me().role


def test_wrong_password_is_declined_in_the_phone_s_language(
    app: Flask, connect: Callable[..., ApiClient], district_id: UUID
) -> None:
    """The server's words are for the person with the phone."""
    make_user(app, "supervisor", Role.SUPERVISOR, [district_id])
    with pytest.raises(Declined) as declined:
        connect().login("supervisor", "wrong password", "phone")
    assert (401, "not-authenticated") == (declined.value.problem.status, declined.value.problem.slug)
    assert "password" in declined.value.problem.detail


def test_session_goes_on_after_the_access_token_has_ended(field: Field, clock: Clock) -> None:
    """Renewed by a signed nonce; by the clock that phone and server share."""
    client = field.phone.client
    assert client.tokens is not None
    first = client.tokens.access_token
    clock.advance(days=20)
    assert "supervisor" == client.me().login
    assert first != client.tokens.access_token


def test_session_ends_when_the_device_is_revoked(field: Field, staff: Callable[..., Phone]) -> None:
    """The next item waits for somebody to sign in; nothing is lost."""
    capture = field.capture()
    assert field.phone.client.tokens is not None
    staff(Role.ADMINISTRATOR).delete(f"/devices/{field.phone.client.tokens.device_id}")
    end = field.phone.send(capture)
    assert isinstance(end, RetryLater)
    assert Why.SIGN_IN is end.why


def test_sync_brings_the_task_with_its_people(field: Field) -> None:
    """The card decodes strictly; a second sync with the cursor brings nothing."""
    task = field.task
    assert [(field.person_id, True)] == [(person.id, person.enrolled) for person in task.people]
    client = field.phone.client
    again = client.sync(client.sync().answer.cursor).answer
    assert ((), (), ()) == (again.tasks, again.check_ins, again.tombstones)


def test_check_in_is_stored_and_judged(field: Field) -> None:
    """From capture to a verdict with every reason."""
    end = field.phone.send(field.capture())
    assert isinstance(end, Stored)
    assert (CheckInState.JUDGED, Outcome.ACCEPTED) == (end.answer.state, end.answer.outcome)
    assert {FindingResult.OK} == {finding.result for finding in end.answer.findings}
    assert all(finding.text for finding in end.answer.findings)


def test_check_in_sent_again_gets_the_same_answer(field: Field) -> None:
    """The first answer may have been lost."""
    capture = field.capture()
    assert field.phone.send(capture) == field.phone.send(capture)


def test_verdict_comes_by_sync_too(field: Field) -> None:
    """For a phone whose request ended before the verdict."""
    end = field.phone.send(field.capture())
    assert isinstance(end, Stored)
    assert (end.answer,) == field.phone.client.sync().answer.check_ins


def test_check_in_from_outside_is_stored_and_refused_by_the_verdict(field: Field) -> None:
    """A verdict is no refusal of the item: the evidence is kept."""
    end = field.phone.send(field.capture(outside_m=200))
    assert isinstance(end, Stored)
    assert (Outcome.REFUSED, Remedy.MOVE_INSIDE) == (end.answer.outcome, end.answer.remedy)


def test_check_in_of_another_person_is_refused_by_the_verdict(field: Field) -> None:
    """Compared with the named person's template and nobody else's."""
    end = field.phone.send(field.capture("somebody else"))
    assert isinstance(end, Stored)
    assert (Outcome.REFUSED, Remedy.ASK_DISPATCHER) == (end.answer.outcome, end.answer.remedy)


def test_signature_of_another_key_refuses_the_item(field: Field) -> None:
    """No repetition can mend it; the field is named."""
    end = field.phone.send(field.capture(key=DeviceKey.generate()))
    assert isinstance(end, Refused)
    assert (422, "bad-signature", ["signature"]) == (
        end.problem.status,
        end.problem.slug,
        list(end.problem.errors),
    )


def test_changed_frame_refuses_the_item(field: Field) -> None:
    """Its hash stands in the signed manifest."""
    capture = field.capture()
    frames = [*capture.frames[:-1], frames_of("serik", 1, start=900)[0]]
    end = field.phone.client.send_check_in(capture.manifest, capture.signature, frames)
    assert isinstance(end, Refused)
    assert ["frame[3]"] == list(end.problem.errors)


def test_wrong_wall_clock_costs_nobody_anything(field: Field) -> None:
    """The boot-time clock carries the server's time; that the other was wrong is shown to a person."""
    client = field.phone.client
    task = field.task
    challenge = field.phone.challenge(task, field.person_id)
    client.clock_offset = timedelta(hours=1)
    at = inner_point(place_of(task.place or {}))
    capture = field.phone.check_in(task, field.person_id, PaintedFace("serik"), at, challenge=challenge)
    client.clock_offset = timedelta()
    end = field.phone.send(capture)
    assert isinstance(end, Stored)
    results = {finding.code: finding.result for finding in end.answer.findings}
    assert (FindingResult.OK, FindingResult.DOUBT) == (
        results[FindingCode.CLOCK],
        results[FindingCode.CLOCK_CHANGED],
    )
    assert Outcome.TO_REVIEW is end.answer.outcome


def test_task_moves_from_the_phone(field: Field) -> None:
    """And the change comes back by sync."""
    field.phone.client.move_task(uuid4(), field.task.id, TaskState.IN_PROGRESS)
    assert TaskState.IN_PROGRESS is field.task.state


def test_phone_that_is_signed_out_says_so(field: Field) -> None:
    """Without asking the server."""
    field.phone.client.logout()
    end = field.phone.client.send_check_in(b'{"id": "x"}', "", [])
    assert isinstance(end, RetryLater)
    assert Why.SIGN_IN is end.why
