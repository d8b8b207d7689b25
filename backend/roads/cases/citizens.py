"""What citizens wrote of a case's reports, for the desk and for whoever is to repair it; read from the requests, never copied."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

import sqlalchemy as sa

from backend.accounts.policy import districts_for, permits
from backend.database import db
from backend.errors import NotFound
from backend.roads.cases.models import RoadCase
from backend.roads.open311.models import CitizenRequest
from backend.tasks import service as tasks
from backend.web.principal import Principal
from shared.vocabulary import Moderation

WORDS_MOST = 1000  # letters of one description; the whole stands in the request


def words_of(case: RoadCase, defect_ids: Iterable[UUID], by: Principal) -> dict[UUID, dict[str, str]]:
    """Description and address of those reports of a case that were let in and say something, by report.

    Nothing for who neither reads citizens' requests nor is on the case's task: words may name people.
    """
    query = sa.select(CitizenRequest.id, CitizenRequest.description, CitizenRequest.address).where(
        CitizenRequest.id.in_(list(defect_ids)),
        CitizenRequest.moderation == Moderation.LET_IN,
        sa.or_(CitizenRequest.description != "", CitizenRequest.address != ""),
    )
    if permits(by.role, "citizen_requests.read"):
        allowed = districts_for(by, "citizen_requests.read")
        query = query if allowed is None else query.where(CitizenRequest.district_id.in_(allowed))
    elif not _is_on_task(case, by):
        return {}
    return {
        row.id: {"description": _bounded(row.description), "address": row.address}
        for row in db.session().execute(query)
    }


def _is_on_task(case: RoadCase, by: Principal) -> bool:
    if case.task_id is None:
        return False
    try:
        tasks.get(case.task_id, by)
    except NotFound:
        return False
    return True


def _bounded(text: str) -> str:
    return text if len(text) <= WORDS_MOST else f"{text[:WORDS_MOST].rstrip()}…"
