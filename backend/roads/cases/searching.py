"""Which cases lie so near that they may be the same, and how dense faults are there: by cells that an index of the database finds."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

import sqlalchemy as sa

from backend.database import db
from backend.roads.cases.believing import belief_of
from backend.roads.cases.models import CaseMerge, RoadCase
from backend.roads.cases.rules.beliefs import Belief, reach_m
from backend.roads.cases.rules.cells import cells_within
from backend.roads.cases.rules.deciding import Decision, decide
from backend.roads.cases.rules.life import OPEN
from backend.roads.cases.rules.merging import each_m
from backend.roads.cases.rules.streets import StreetIndex
from shared.vocabulary import CaseState

NEIGHBOURHOOD_M = 500.0  # half the side of the square whose cases say how dense faults are


def near_cases(belief: Belief, states: Iterable[CaseState]) -> dict[UUID, RoadCase]:
    """Cases in some states so near that they may be the same."""
    wanted = sorted(states)
    query = sa.select(RoadCase).where(
        RoadCase.is_open.in_(sorted({state in OPEN for state in wanted})),
        RoadCase.cell.in_(cells_within(belief.place, reach_m(belief))),
        RoadCase.state.in_(wanted),
    )
    return {case.id: case for case in db.session().scalars(query)}


def decided(belief: Belief, cases: dict[UUID, RoadCase], index: StreetIndex) -> Decision[UUID]:
    """Which of the cases a fault is, by how dense faults are around it."""
    if not cases:
        return Decision(joins=None)
    beliefs = {key: belief_of(case) for key, case in cases.items()}
    return decide(belief, beliefs, fault_each_m=_density_m(belief, index))


def parted(defect_ids: Iterable[UUID]) -> set[UUID]:
    """The cases out of which a person took any of these reports: they never join them by themselves again."""
    query = sa.select(CaseMerge.case_id).where(
        CaseMerge.defect_id.in_(list(defect_ids)), CaseMerge.undone_at.is_not(None)
    )
    return set(db.session().scalars(query))


def _density_m(belief: Belief, index: StreetIndex) -> float:
    """Metres of street for one fault, learnt from the open cases around."""
    cells = cells_within(belief.place, NEIGHBOURHOOD_M)
    singles = sa.func.sum(sa.case((RoadCase.views == 1, 1), else_=0))
    query = sa.select(sa.func.count(), singles).where(RoadCase.is_open.is_(True), RoadCase.cell.in_(cells))
    count, alone = db.session().execute(query).one()
    return each_m(index.street_m(belief.place, NEIGHBOURHOOD_M), int(count), int(alone or 0))
