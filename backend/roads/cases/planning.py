"""Repairs as tasks: a fault and its neighbours on the street are repaired in one go, under one task."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from backend.database import db
from backend.errors import Conflict, Invalid
from backend.roads.cases import service
from backend.roads.cases.believing import street_index
from backend.roads.cases.caring import care_in_force
from backend.roads.cases.models import RoadCase
from backend.roads.cases.rules.cells import cells_within
from backend.roads.cases.rules.grouping import chained
from backend.roads.cases.schemas.repairs import GROUP_MOST
from backend.roads.cases.writing import step
from backend.roads.words import STATES
from backend.streets.network import NO_NAME
from backend.tasks import service as tasks
from backend.web.language import current_language
from backend.web.principal import Principal
from shared.geometry import Point, distance_m
from shared.i18n import Message, translate
from shared.vocabulary import CaseState, EvidenceKind, TaskKind

_ = Message
STREET_M = 1000.0  # further along a street nobody looks for neighbours
BESIDE_M, RADIUS_MOST_M = 40.0, 5000.0


def group_of(case: RoadCase) -> list[RoadCase]:
    """Confirmed cases of the same street and district that hang together with a case, itself first."""
    index = street_index()
    at = index.place_of(case.segment_id)
    query = sa.select(RoadCase).where(
        RoadCase.is_open.is_(True),
        RoadCase.cell.in_(cells_within(_place(case), STREET_M)),
        RoadCase.state == CaseState.CONFIRMED,
        RoadCase.district_id == case.district_id,
    )
    found = {case.id: case}
    for other in db.session().scalars(query):
        there = index.place_of(other.segment_id)
        if at is None or there is None or index.network is None:
            continue
        name = int(index.network.name_index[at])
        if at == there or (name != NO_NAME and name == int(index.network.name_index[there])):
            found[other.id] = other
    reach_m = care_in_force()[1].neighbours_m
    keys = chained(case.id, {key: _place(each) for key, each in found.items()}, reach_m, GROUP_MOST)
    return [found[key] for key in keys]


def plan_repair(
    case_id: UUID,
    by: Principal,
    *,
    starts_at: datetime,
    ends_at: datetime,
    assignee_ids: Sequence[UUID],
    note: str,
    alone: bool,
    with_ids: Sequence[UUID] | None = None,
) -> RoadCase:
    """Make one task of a confirmed case and its neighbours, and plan them all; Conflict where it is planned already.

    ``with_ids`` names which of the neighbours; None takes them all, ``alone`` none.
    """
    case = service.get(case_id, by, "cases.change", lock=True)
    if case.state is not CaseState.CONFIRMED:
        message = _("A case that is «{state}» cannot be planned: confirm it first, or look at its task.")
        raise Conflict(message.format(state=STATES[case.state]))
    cases = [case] if alone else _wished(group_of(case), with_ids)
    task = tasks.create(
        by,
        **_plan(cases),
        starts_at=starts_at,
        ends_at=ends_at,
        assignee_ids=list(assignee_ids),
        note=note,
    )
    for each in cases:
        each.task_id = task.id
        step(each, CaseState.PLANNED, by=by.user_id, reason="")
    return case


def _wished(group: list[RoadCase], with_ids: Sequence[UUID] | None) -> list[RoadCase]:
    """The case, and of its neighbours those that are named; all of them where none is."""
    if with_ids is None:
        return group
    strange = sorted(str(each) for each in set(with_ids) - {each.id for each in group})
    if strange:
        message = _("must be confirmed neighbours on the street, {value} is none: see repair-group")
        raise Invalid({"with_ids": [message.format(value=", ".join(strange))]})
    return [each for each in group if each is group[0] or each.id in with_ids]


def _plan(cases: Sequence[RoadCase]) -> dict[str, Any]:
    middle = Point(
        lat=sum(each.lat for each in cases) / len(cases), lon=sum(each.lon for each in cases) / len(cases)
    )
    reach_m = max(distance_m(middle, _place(each)) + each.accuracy_m for each in cases)
    language = current_language()
    street = service.street_name(cases[0].segment_id) or translate(_("street without a name"), language)
    title = translate(_("Road repair: {street}, faults: {count}"), language)
    return {
        "district_id": cases[0].district_id,
        "kind": TaskKind.REPAIR,
        "title": title.format(street=street, count=len(cases))[:200],
        "priority": min(each.priority for each in cases),
        "geofence_id": None,
        "place": middle,
        "radius_m": min(reach_m + BESIDE_M, RADIUS_MOST_M),
        "required_evidence": [EvidenceKind.PHOTO],
        "person_ids": [],
    }


def _place(case: RoadCase) -> Point:
    return Point(lat=case.lat, lon=case.lon)
