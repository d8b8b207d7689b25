"""Faults on phones: those that the tasks of a phone's user are to repair, with what citizens wrote of them."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from backend.database import db
from backend.roads.cases import service
from backend.roads.cases.citizens import letters_by_case, words_by_case
from backend.roads.cases.models import RoadCase
from backend.roads.cases.proving import last_repair
from backend.tasks import service as tasks
from backend.web.principal import Principal
from shared.contracts import RoadFault
from shared.contracts.faults import WORDS_MOST
from shared.vocabulary import CaseState

CARRIED = (CaseState.PLANNED, CaseState.REPAIRING, CaseState.REPAIRED)


def visible(by: Principal) -> dict[UUID, str]:
    """The faults that belong on the principal's phone, each with a text that changes whenever it or its words do."""
    task_ids = tasks.carried(by)
    if not task_ids:
        return {}
    query = sa.select(RoadCase.id, RoadCase.version).where(_of_tasks(task_ids))
    found = db.session().execute(query).all()
    letters = letters_by_case([row.id for row in found])
    return {row.id: f"{row.version}.{letters.get(row.id, 0)}" for row in found}


def load(by: Principal, case_ids: list[UUID]) -> list[RoadFault]:
    """Those of the faults that are visible to the principal, the most urgent first."""
    query = sa.select(RoadCase).where(RoadCase.id.in_(case_ids), _of_tasks(tasks.carried(by)))
    cases = db.session().scalars(query.order_by(RoadCase.priority, RoadCase.due_at, RoadCase.id)).all()
    words = words_by_case([case.id for case in cases])
    return [_fault(case, words.get(case.id, "")) for case in cases]


def _of_tasks(task_ids: list[UUID]) -> sa.ColumnElement[bool]:
    return sa.and_(RoadCase.task_id.in_(task_ids), RoadCase.state.in_(CARRIED))


def _fault(case: RoadCase, words: str) -> RoadFault:
    repair = last_repair(case)
    assert case.task_id is not None  # by the query
    return RoadFault(
        id=case.id,
        task_id=case.task_id,
        state=case.state,
        kind=case.kind,
        severity=case.severity,
        area_m2=case.area_m2,
        length_m=case.length_m,
        lat=case.lat,
        lon=case.lon,
        accuracy_m=case.accuracy_m,
        street=(service.street_name(case.segment_id) or "")[:200],
        due_at=case.due_at,
        words=words[:WORDS_MOST],
        proof_check=repair.proof_check if repair is not None and case.state is CaseState.REPAIRED else None,
        version=case.version,
    )
