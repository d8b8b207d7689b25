"""A pile of snow on a crew's photo: it stands in the place of the model, once, and never costs the report."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from shared.vocabulary import Role
from tests.backend.routing.plans.waste_city import Staff
from tests.conftest import Clock
from tests.factories import defect_draft
from tests.invented_streets import import_streets


@pytest.mark.parametrize("with_streets", [False, True])
def test_a_pile_is_measured_by_its_photo(app: Flask, staff: Staff, clock: Clock, with_streets: bool) -> None:
    """Beside the nearest piece of street where there are streets; the same report again changes nothing."""
    if with_streets:
        import_streets(app)
    crew, dispatcher = staff(Role.CREW), staff(Role.DISPATCHER)
    draft = defect_draft(crew, clock(), kind_guess="snow_pile", volume_m3=25)
    for _again in range(2):
        assert 200 == draft.send(crew).status_code
    (pile,) = dispatcher.get("/winter/piles").json["items"]  # type: ignore[index]
    assert (str(draft.id), 25, "у люка") == (pile["id"], pile["volume_m3"], pile["note"])
    if not with_streets:
        assert pile["segment_id"] is None


@pytest.mark.parametrize(
    "changes",
    [{"kind_guess": "pothole"}, {"volume_m3": None}, {"fixes": []}],
    ids=["no pile", "no size", "no place"],
)
def test_what_is_no_sized_pile_measures_none(staff: Staff, clock: Clock, changes: dict[str, object]) -> None:
    """The report is received all the same."""
    crew, dispatcher = staff(Role.CREW), staff(Role.DISPATCHER)
    draft = defect_draft(
        crew, clock() - timedelta(0), **{"kind_guess": "snow_pile", "volume_m3": 25, **changes}
    )
    assert 200 == draft.send(crew).status_code
    assert [] == dispatcher.get("/winter/piles").json["items"]  # type: ignore[index]
    assert 1 == len(dispatcher.get("/defects").json["items"])  # type: ignore[index]


@pytest.mark.parametrize("volume_m3", [-1, 0, 5001, "viel"])
def test_an_impossible_size_is_named(staff: Staff, clock: Clock, volume_m3: object) -> None:
    """With its field."""
    crew = staff(Role.CREW)
    answer = defect_draft(crew, clock(), kind_guess="snow_pile", volume_m3=volume_m3).send(crew)
    assert answer.status_code == 422
    assert "volume_m3" in str(answer.json["errors"])  # type: ignore[index]
