"""Two at the same moment: one decision, one ruling, one open appeal, and the other is told."""

from __future__ import annotations

from collections.abc import Callable

from werkzeug.test import TestResponse

from shared.vocabulary import Outcome
from tests.backend.attendance.reviews.conftest import Court
from tests.backend.test_concurrency import at_once
from tests.phone import Phone


def both(court: Court, act: Callable[[Phone, int], TestResponse]) -> list[int]:
    """Two officers do something at once, each over a connection of its own; returns the sorted statuses."""
    for phone in (court.officer, court.second):
        phone.client = court.app.test_client()
    phones = (court.officer, court.second)
    return sorted(answer.status_code for answer in at_once(2, lambda index: act(phones[index], index)))


def test_two_decisions_at_once_make_one(court: Court) -> None:
    """Whichever comes first stands, and stands once in the ledger."""
    outcomes = ("accepted", "refused")
    assert [200, 409] == both(court, lambda phone, index: court.decide(phone, outcomes[index]))
    assert 1 == len(court.entries("check_in.decided"))
    assert court.row().standing in (Outcome.ACCEPTED, Outcome.REFUSED)


def test_two_appeals_at_once_leave_one_open(court: Court) -> None:
    """The database holds one open appeal for each subject."""
    court.put(Outcome.REFUSED, None)
    assert [200, 409] == both(court, lambda phone, _index: court.file(phone))
    assert 1 == len(court.entries("appeal.filed"))


def test_two_rulings_at_once_make_one(court: Court) -> None:
    """And one decision on the check-in."""
    court.put(Outcome.REFUSED, None)
    appeal_id = court.appeal(court.morning.supervisor)
    outcomes = ("upheld", "rejected")
    assert [200, 409] == both(court, lambda phone, index: court.rule(phone, appeal_id, outcomes[index]))
    assert 1 == len(court.entries("check_in.decided")) == len(court.entries("appeal.decided"))


def test_a_repeated_appeal_at_once_is_one(court: Court) -> None:
    """A phone that sends twice gets the same answer twice."""
    court.put(Outcome.REFUSED, None)
    appeal_id = "7b6a2c1e-4f0d-4a3b-9c8d-1e2f3a4b5c6d"
    clients = [court.app.test_client() for _each in range(2)]

    def send(index: int) -> TestResponse:
        phone = Phone(clients[index])
        phone.headers = dict(court.officer.headers)
        return court.file(phone, appeal_id)

    assert [200, 200] == [answer.status_code for answer in at_once(2, send)]
    assert 1 == len(court.entries("appeal.filed"))
