"""Appeals know no feature by name: whatever declares itself can be appealed against."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest

from backend.attendance.reviews import subjects
from backend.clock import now
from tests.backend.attendance.reviews.conftest import Court

THING = uuid4()


class Things:
    """A feature of its own: one thing, decided by one user, and what appeals told it."""

    def __init__(self, court: Court) -> None:
        self.court = court
        self.heard: list[str] = []

    def look(self, subject_id: UUID, *, lock: bool) -> subjects.Subject | None:
        """The one thing."""
        if subject_id != THING:
            return None
        return subjects.Subject(
            person_id=UUID(self.court.person_id),
            district_id=self.court.morning.district_id,
            decided_at=now(),
            involved=frozenset({UUID(self.court.officer.tokens["user"]["id"])}),
        )

    def uphold(self, subject_id: UUID, ruling: subjects.Ruling) -> None:
        """The person was right."""
        self.heard.append(f"upheld: {ruling.words}")


@pytest.fixture
def things(court: Court) -> Iterator[Things]:
    """The feature, declared for one test."""
    things = Things(court)
    subjects.declare_subject(
        "thing",
        look=things.look,
        uphold=things.uphold,
        reject=lambda _id, ruling: things.heard.append(f"rejected: {ruling.words}"),
        reopen=lambda _id, _appeal: things.heard.append("reopened"),
        close=lambda _id, _appeal: things.heard.append("closed"),
    )
    yield things
    del subjects.KINDS["thing"]


def test_a_feature_hears_what_became_of_an_appeal(court: Court, things: Things) -> None:
    """Filed and upheld, filed and rejected, filed and withdrawn."""
    about = {"kind": "thing", "id": str(THING)}
    court.rule(court.second, court.appeal(court.morning.supervisor, about=about), words="Документ есть.")
    court.rule(
        court.second, court.appeal(court.morning.supervisor, about=about), "rejected", words="Документа нет."
    )
    withdrawn = court.appeal(court.morning.supervisor, about=about)
    court.second.post(f"/appeals/{withdrawn}/withdrawal", json={"words": "Отозвал сам."})
    assert [
        "reopened",
        "upheld: Документ есть.",
        "reopened",
        "rejected: Документа нет.",
        "reopened",
        "closed",
    ] == things.heard


def test_whom_a_feature_names_as_involved_is_barred(court: Court, things: Things) -> None:
    """Whatever the hand in it was."""
    appeal_id = court.appeal(court.morning.supervisor, about={"kind": "thing", "id": str(THING)})
    assert 403 == court.rule(court.officer, appeal_id).status_code
    assert ["reopened"] == things.heard


def test_a_thing_that_is_not_there_is_named(court: Court, things: Things) -> None:
    """By the field."""
    answer = court.file(court.officer, about={"kind": "thing", "id": str(uuid4())})
    assert (422, ["about.id"]) == (answer.status_code, list(answer.json["errors"]))
