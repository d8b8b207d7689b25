"""Everybody deals with few faults of the road at once, and what is true of each act alone is true of all."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from statistics import quantiles

import pytest
from flask import Flask
from sqlalchemy import event

from backend.database import db
from shared.geometry import Point
from shared.vocabulary import Role
from tests.backend.roads.open311.conftest import desk as desk
from tests.phone import Phone
from tests.racing.acts import ACTS, closes, confirms, reports
from tests.racing.race import Acts, Race, require_turn
from tests.roads import beside

ACTORS, TIMES = 8, 20
SEEDS = int(os.environ.get("RACES", "60"))
Staff = Callable[..., Phone]

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@pytest.fixture
def guarded() -> Iterator[None]:
    """Nobody writes anything of cases without having taken a turn."""
    event.listen(db.session, "before_flush", require_turn)
    yield
    event.remove(db.session, "before_flush", require_turn)


@pytest.fixture
def raced(guarded: None, app: Flask, crew: Phone, desk: Phone, staff: Staff) -> Callable[..., Race]:
    """A race on some places, in which nothing was wrong, nor after it."""
    others = [desk, staff(Role.DISPATCHER)]

    def run(
        seed: int, places: Sequence[Point], times: int, acts: Acts = ACTS, *, at_once: bool = True
    ) -> Race:
        race = Race(app=app, seed=seed, places=places, crew=crew, dispatchers=others, at_once=at_once)
        race.run(ACTORS, times, acts)
        print(dict(sorted(race.answers.items())))
        assert [] == race.wrong
        return race

    return run


def three_faults(street: Point) -> list[Point]:
    """So near to each other that reports between them may be of either."""
    return [beside(street, north_m=metres) for metres in (0, 29, 74)]


@on_sqlite
@pytest.mark.slow
@pytest.mark.parametrize(
    "seed",
    [*range(3), *(pytest.param(seed, marks=pytest.mark.torture) for seed in range(100, 100 + SEEDS))],
)
def test_whatever_comes_after_what_leaves_all_true(
    raced: Callable[..., Race], street: Point, seed: int
) -> None:
    """A hundred and sixty acts of eight people and a worker, one after the other, looked through every ten: a seed draws the same each time."""
    raced(seed, three_faults(street), TIMES, at_once=False)


@pytest.mark.torture
@pytest.mark.parametrize("seed", range(100, 100 + SEEDS))
def test_whatever_meets_leaves_all_true(raced: Callable[..., Race], street: Point, seed: int) -> None:
    """The same at once, while four workers look; as often as the environment's RACES says."""
    raced(seed, three_faults(street), TIMES)


@on_postgresql
@pytest.mark.torture
def test_five_hundred_photos_at_once_are_all_taken_in(raced: Callable[..., Race], street: Point) -> None:
    """A dispatcher who confirms meanwhile waits for no more than some others' turns."""
    places = [
        beside(street, north_m=20.0 * (step % 13 - 6), east_m=90.0 * (step // 13)) for step in range(39)
    ]
    race = raced(1, places, 70, {reports: 60, confirms: 4, closes: 1})
    assert race.sent["defects"] > 500
    for act, took_s in race.took_s.items():
        cuts = quantiles(took_s, n=20)
        print(f"{act}: {len(took_s)}, median {1000 * cuts[9]:.0f} ms, 95 % {1000 * cuts[18]:.0f} ms")
