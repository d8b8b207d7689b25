"""What citizens wrote of a case's reports, for the desk and for whoever is to repair it; read from the requests, never copied."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

import sqlalchemy as sa

from backend.accounts.policy import districts_for, permits
from backend.database import db
from backend.errors import NotFound
from backend.roads.cases.models import CaseView, RoadCase
from backend.roads.open311.models import CitizenRequest
from backend.tasks import service as tasks
from backend.web.principal import Principal
from shared.vocabulary import Moderation

WORDS_MOST = 1000  # letters of one description; the whole stands in the request
_SAID = sa.and_(
    CitizenRequest.moderation == Moderation.LET_IN,
    sa.or_(CitizenRequest.description != "", CitizenRequest.address != ""),
)


def words_of(case: RoadCase, defect_ids: Iterable[UUID], by: Principal) -> dict[UUID, dict[str, str]]:
    """Description and address of those reports of a case that were let in and say something, by report.

    Nothing for who neither reads citizens' requests nor is on the case's task: words may name people.
    """
    columns = sa.select(CitizenRequest.id, CitizenRequest.description, CitizenRequest.address)
    query = columns.where(CitizenRequest.id.in_(list(defect_ids)), _SAID)
    if permits(by.role, "citizen_requests.read"):
        allowed = districts_for(by, "citizen_requests.read")
        query = query if allowed is None else query.where(CitizenRequest.district_id.in_(allowed))
    elif not is_on_task(case, by):
        return {}
    return {
        row.id: {"description": _bounded(row.description), "address": row.address}
        for row in db.session().execute(query)
    }


def words_by_case(case_ids: Sequence[UUID]) -> dict[UUID, str]:
    """The same as one text a case, the newest words first; for whoever is known to repair them."""
    query = (
        sa.select(CaseView.case_id, CitizenRequest.description, CitizenRequest.address)
        .join(CitizenRequest, CitizenRequest.id == CaseView.defect_id)
        .where(CaseView.case_id.in_(case_ids), _SAID)
        .order_by(CaseView.seen_at.desc(), CaseView.defect_id)
    )
    said: dict[UUID, list[str]] = defaultdict(list)
    for case_id, description, address in db.session().execute(query):
        if case_id is not None:
            said[case_id].append(" · ".join(part for part in (address, _bounded(description)) if part))
    return {case_id: "\n".join(texts) for case_id, texts in said.items()}


def letters_by_case(case_ids: Sequence[UUID]) -> dict[UUID, int]:
    """How many letters these are of each case that has any: they come and go without a change of the case."""
    letters = sa.func.sum(sa.func.length(CitizenRequest.description) + sa.func.length(CitizenRequest.address))
    query = (
        sa.select(CaseView.case_id, letters)
        .join(CitizenRequest, CitizenRequest.id == CaseView.defect_id)
        .where(CaseView.case_id.in_(case_ids), _SAID)
        .group_by(CaseView.case_id)
    )
    return {case_id: int(count) for case_id, count in db.session().execute(query) if case_id is not None}


def is_on_task(case: RoadCase, by: Principal) -> bool:
    """Whether the task of a case's repair is the principal's."""
    if case.task_id is None:
        return False
    try:
        tasks.get(case.task_id, by)
    except NotFound:
        return False
    return True


def _bounded(text: str) -> str:
    return text if len(text) <= WORDS_MOST else f"{text[:WORDS_MOST].rstrip()}…"
