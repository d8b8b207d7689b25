"""Two dispatchers at one moment: a driver has one shift, and no vehicle starts at a depot that is being archived."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Flask

from shared.vocabulary import Role
from tests.backend.test_concurrency import at_once
from tests.conftest import Clock
from tests.fleet import make_facility, make_vehicle, shift
from tests.phone import Phone

THREADS = 4


@pytest.fixture
def dispatchers(app: Flask, staff: Callable[..., Phone]) -> list[Phone]:
    """A dispatcher over several connections."""
    signed_in = staff(Role.DISPATCHER)
    found = []
    for _each in range(THREADS):
        line = Phone(app.test_client())
        line.key, line.tokens, line.headers = signed_in.key, signed_in.tokens, signed_in.headers
        found.append(line)
    return found


def test_a_driver_put_on_several_vehicles_at_once_has_one_shift(
    dispatchers: list[Phone], staff: Callable[..., Phone], district_id: UUID, clock: Clock
) -> None:
    """Each vehicle is free; the driver is locked as the vehicle is."""
    trucks = [make_vehicle(dispatchers[0], district_id)["id"] for _each in range(THREADS)]
    driver_id = staff(Role.CREW).tokens["user"]["id"]
    for start in (clock(), clock().replace(day=25)):
        answers = at_once(
            THREADS,
            lambda index, start=start: dispatchers[index].post(  # type: ignore[misc]
                "/shifts", json=shift(trucks[index], start, driver_id=driver_id)
            ),
        )
        assert [201] + [422] * (THREADS - 1) == sorted(answer.status_code for answer in answers)
        assert {("driver_id",)} == {
            tuple(answer.json["errors"]) for answer in answers if answer.status_code == 422
        }


def test_a_depot_is_archived_or_given_to_a_vehicle(dispatchers: list[Phone], district_id: UUID) -> None:
    """Never both."""
    for _again in range(3):
        depot = make_facility(dispatchers[0], district_id)["id"]
        truck = make_vehicle(dispatchers[0], district_id)["id"]

        def act(index: int, depot: str = depot, truck: str = truck) -> int:
            if index:
                return dispatchers[1].patch(f"/vehicles/{truck}", json={"depot_id": depot}).status_code
            return dispatchers[0].delete(f"/facilities/{depot}").status_code

        assert at_once(2, act) in ([204, 422], [409, 200])
