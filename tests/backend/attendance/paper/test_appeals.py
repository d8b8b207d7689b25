"""Appeals against what was decided on papers: another officer decides, and what the person asked for may stand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from flask import Flask

from backend.attendance.paper.models import AbsenceDecision, SheetDecision
from backend.attendance.paper.service import approved_stretches
from backend.database import transaction
from shared.vocabulary import Role
from tests.backend.attendance.paper.conftest import Desk, decide
from tests.phone import Phone

Staff = Callable[..., Phone]


def objection(desk: Desk, kind: str, subject_id: str) -> dict[str, Any]:
    """What the person brought against a decision."""
    return {
        "person_id": desk.person_id,
        "about": {"kind": kind, "id": subject_id},
        "filed_by_person": "Сам",
        "filed_as": "spoken",
        "words": "Я был на месте.",
        "filed_on": desk.clock().date().isoformat(),
    }


def file(desk: Desk, staff: Staff, kind: str, subject_id: str) -> str:
    """An appeal that a probation officer wrote down; returns its address."""
    path = f"appeals/{uuid4()}"
    answer = staff(Role.PROBATION_OFFICER).put(f"/{path}", json=objection(desk, kind, subject_id))
    assert 200 == answer.status_code, answer.text
    return path


def test_a_refused_sheet_counts_after_an_appeal_was_upheld(app: Flask, desk: Desk, staff: Staff) -> None:
    """By an officer who neither entered nor refused it; both decisions stay on record."""
    sheet_id = desk.entered(by=desk.second)
    decide(desk.dispatcher, f"paper-sheets/{sheet_id}", "refused")
    appeal = file(desk, staff, "paper_sheet", sheet_id)
    barred = [decide(phone, appeal, "upheld").status_code for phone in (desk.second, desk.dispatcher)]
    assert [403, 403] == barred
    upheld = decide(staff(Role.DISPATCHER), appeal, "upheld", "Бригадир подтвердил.")
    assert 200 == upheld.status_code, upheld.text
    answer = desk.dispatcher.get(f"/paper-sheets/{sheet_id}").json
    assert ("approved", "Бригадир подтвердил.", True) == (
        answer["state"],
        answer["decision"]["words"],
        answer["decision"]["on_appeal"],
    )
    with app.app_context(), transaction(read_only=True) as session:
        query = sa.select(SheetDecision.outcome).order_by(SheetDecision.number)
        assert ["refused", "approved"] == list(session.scalars(query))
        span = (desk.starts_at, desk.starts_at + timedelta(hours=4))
        assert 1 == len(approved_stretches(UUID(desk.person_id), *span))


def test_an_appeal_cannot_make_sheets_overlap(desk: Desk, staff: Staff) -> None:
    """The officer is told which sheet stands in the way, and the appeal stays open."""
    first, second = desk.entered(), desk.entered(**desk.hours(1, 2))
    decide(desk.dispatcher, f"paper-sheets/{first}", "approved")
    decide(desk.dispatcher, f"paper-sheets/{second}", "refused")
    appeal = file(desk, staff, "paper_sheet", second)
    answer = decide(desk.second, appeal, "upheld")
    assert (409, True) == (answer.status_code, first in answer.json["detail"])
    assert 200 == decide(desk.second, appeal, "rejected").status_code
    assert "refused" == desk.dispatcher.get(f"/paper-sheets/{second}").json["state"]


def test_an_absence_is_confirmed_after_an_appeal_was_upheld(app: Flask, desk: Desk, staff: Staff) -> None:
    """Also when the person's data was erased meanwhile: then the decision stands without its words."""
    absence_id = desk.absent(by=desk.second)
    decide(desk.dispatcher, f"absences/{absence_id}", "not_confirmed")
    appeal = file(desk, staff, "absence", absence_id)
    assert [403, 403] == [
        decide(phone, appeal, "upheld").status_code for phone in (desk.second, desk.dispatcher)
    ]
    assert 200 == decide(staff(Role.DISPATCHER), appeal, "upheld").status_code
    assert "confirmed" == desk.dispatcher.get(f"/absences/{absence_id}").json["state"]
    with app.app_context(), transaction(read_only=True) as session:
        query = sa.select(AbsenceDecision.outcome).order_by(AbsenceDecision.number)
        assert ["not_confirmed", "confirmed"] == list(session.scalars(query))


def test_what_nobody_has_decided_cannot_be_appealed_against(desk: Desk, staff: Staff) -> None:
    """Nor what belongs to nobody."""
    officer = staff(Role.PROBATION_OFFICER)
    things = (("paper_sheet", desk.entered()), ("absence", desk.absent()))
    for kind, subject_id in things:
        for each in (subject_id, str(uuid4())):
            answer = officer.put(f"/appeals/{uuid4()}", json=objection(desk, kind, each))
            assert answer.status_code in (409, 422), answer.text
