"""A check-in that a person must look at, the supervisor who captured it, and officers who may or may not decide."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from backend.attendance.models import CheckIn
from backend.database import transaction
from backend.ledger.models import LedgerEntry
from shared.vocabulary import Outcome, ReviewCause, ReviewState, Role
from tests.backend.attendance.conftest import Morning
from tests.phone import Phone


@dataclass
class Court:
    """Everybody around one check-in."""

    app: Flask
    morning: Morning
    officer: Phone
    second: Phone
    admin: Phone
    check_in_id: str

    @property
    def person_id(self) -> str:
        """Whose check-in it is."""
        return self.morning.person_id

    def check_in(self) -> str:
        """One more check-in of the same person."""
        draft = self.morning.draft()
        answer = draft.send(self.morning.supervisor)
        assert answer.status_code == 200, answer.text
        return draft.id

    def put(
        self,
        standing: Outcome = Outcome.TO_REVIEW,
        cause: ReviewCause | None = ReviewCause.DOUBT,
        check_in_id: str | None = None,
    ) -> None:
        """Put a check-in where a verdict would: what stands, and why a person looks at it (None: nobody does)."""
        with self.app.app_context(), transaction() as session:
            session.execute(
                sa.update(CheckIn)
                .where(CheckIn.id == UUID(check_in_id or self.check_in_id))
                .values(
                    outcome=standing,
                    standing=standing,
                    review_state=ReviewState.OPEN if cause else None,
                    review_cause=cause,
                )
            )

    def row(self) -> CheckIn:
        """The check-in as it stands."""
        with self.app.app_context(), transaction(read_only=True) as session:
            return session.get_one(CheckIn, UUID(self.check_in_id))

    def set_captured_by(self, phone: Phone) -> None:
        """Somebody else had captured it (officers have been supervisors)."""
        with self.app.app_context(), transaction() as session:
            session.execute(
                sa.update(CheckIn)
                .where(CheckIn.id == UUID(self.check_in_id))
                .values(captured_by=UUID(phone.tokens["user"]["id"]))
            )

    def decide(self, by: Phone, outcome: str = "accepted", **fields: Any) -> TestResponse:
        """Decide on the check-in."""
        body = {"outcome": outcome, "reason": "evidence_convinces", "words": "Лицо то же.", **fields}
        return by.post(f"/reviews/{self.check_in_id}/decision", json=body)

    def file(self, by: Phone, appeal_id: str | None = None, **fields: Any) -> TestResponse:
        """Write down an appeal about the check-in."""
        body = {
            "person_id": self.person_id,
            "about": {"kind": "check_in", "id": self.check_in_id},
            "filed_by_person": "Серік, сам",
            "filed_as": "spoken",
            "words": "Я был на месте, спросите бригадира.",
            "filed_on": self.morning.clock().date().isoformat(),
            **fields,
        }
        return by.put(f"/appeals/{appeal_id or uuid4()}", json=body)

    def appeal(self, by: Phone, **fields: Any) -> str:
        """An appeal that was taken; returns the id."""
        answer = self.file(by, **fields)
        assert answer.status_code == 200, answer.text
        return str(answer.json["id"])  # type: ignore[index]

    def rule(self, by: Phone, appeal_id: str, outcome: str = "upheld", **fields: Any) -> TestResponse:
        """Decide on an appeal."""
        body = {"outcome": outcome, "words": "Бригадир подтвердил.", **fields}
        return by.post(f"/appeals/{appeal_id}/decision", json=body)

    def entries(self, kind: str) -> list[str]:
        """What the ledger holds of a kind of act."""
        with self.app.app_context(), transaction(read_only=True) as session:
            query = sa.select(LedgerEntry.content).where(LedgerEntry.kind == kind).order_by(LedgerEntry.id)
            return list(session.scalars(query))


@pytest.fixture
def court(app: Flask, morning: Morning, staff: Callable[..., Phone]) -> Court:
    """A check-in to review."""
    court = Court(
        app, morning, morning.dispatcher, staff(Role.DISPATCHER), staff(Role.ADMINISTRATOR, districts=[]), ""
    )
    court.check_in_id = court.check_in()
    court.put()
    return court
