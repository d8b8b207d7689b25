"""Cases over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from backend.database import transaction
from backend.roads.cases import caring, listing, moving, planning, service
from backend.roads.cases.rules.care import written
from backend.roads.cases.schemas.care import RoadCareSchema
from backend.roads.cases.schemas.lists import CaseMap, CaseQuery, CaseSchema, MarkQuery, MarksSchema
from backend.roads.cases.schemas.merges import JoinRequest, ReasonRequest
from backend.roads.cases.schemas.moves import CaseMoveAnswer, CaseMoveRequest
from backend.roads.cases.schemas.one import OneCaseSchema
from backend.roads.cases.schemas.repairs import (
    RepairGroupSchema,
    RepairQuery,
    RepairSchema,
    RepairTaskRequest,
)
from backend.web.blueprint import Blueprint
from backend.web.once import create_once
from backend.web.paging import page_schema
from backend.web.principal import current_principal
from backend.web.versions import check_if_match, etag

blp = Blueprint(
    "cases", __name__, description="Faults of the road: cases, and why reports were merged into them"
)


@blp.route("/cases", action="cases.read")
@blp.arguments(CaseQuery, location="query")
@blp.response(200, page_schema(CaseSchema))
def list_cases(query: dict[str, Any]) -> Any:
    """Cases of the caller's districts, the newest or the most urgent first."""
    return listing.list_cases(current_principal(), **query)


@blp.route("/cases/map", action="cases.read")
@blp.arguments(CaseQuery, location="query")
@blp.response(200, CaseMap)
def map_cases(query: dict[str, Any]) -> Any:
    """The same cases as GeoJSON."""
    page = listing.list_cases(current_principal(), **query)
    return {"features": page.items, "next": page.next}


@blp.route("/cases/marks", action="cases.read")
@blp.arguments(MarkQuery, location="query")
@blp.response(200, MarksSchema)
def mark_cases(query: dict[str, Any]) -> Any:
    """All cases of the same filters at once, as little of each as a map's mark needs."""
    return listing.marks(current_principal(), **query)


@blp.route("/cases/<uuid:case_id>", action="cases.read")
@blp.response(200, OneCaseSchema)
def read_case(case_id: UUID) -> Any:
    """One case: what was seen, why it was merged, what was done, what lies beside it."""
    return _told(service.get(case_id, current_principal()))


@blp.route("/cases/<uuid:case_id>/merges/<uuid:merge_id>/undo", action="cases.change", methods=("POST",))
@blp.arguments(ReasonRequest)
@blp.response(200, OneCaseSchema)
def undo_merge(body: dict[str, Any], case_id: UUID, merge_id: UUID) -> Any:
    """Take a report out of a case again: it gets a case of its own and never joins this one by itself."""
    return _told(service.undo_merge(case_id, merge_id, current_principal(), **body))


@blp.route("/cases/<uuid:case_id>/join", action="cases.change", methods=("POST",))
@blp.arguments(JoinRequest)
@blp.response(200, OneCaseSchema)
def join_cases(body: dict[str, Any], case_id: UUID) -> Any:
    """Say that another case is the same fault: its reports come here."""
    return _told(service.join_cases(case_id, by=current_principal(), **body))


def _told(case: Any) -> Any:
    return service.told(case, current_principal()), 200, etag(case.version)


@blp.route(
    "/cases/<uuid:case_id>/moves/<uuid:move_id>", action="cases.move", methods=("PUT",), own_transactions=True
)
@blp.arguments(CaseMoveRequest)
@blp.response(200, CaseMoveAnswer)
def put_move(body: dict[str, Any], case_id: UUID, move_id: UUID) -> Any:
    """Move a case under an id made by whoever asks. The same id with the same content moves once and gets the same answer."""
    principal = current_principal()

    def take() -> None:
        moving.receive(move_id, case_id, principal, **body)

    create_once(take)
    with transaction(read_only=True):
        return moving.receive(move_id, case_id, principal, **body)


@blp.route("/cases/<uuid:case_id>/repair-group", action="cases.change")
@blp.response(200, RepairGroupSchema)
def read_repair_group(case_id: UUID) -> Any:
    """The case, and its confirmed neighbours on the street that would be repaired with it."""
    case = service.get(case_id, current_principal(), "cases.change")
    return {"items": [service.shown(each) for each in planning.group_of(case)]}


@blp.route("/cases/<uuid:case_id>/repair-task", action="cases.change", methods=("POST",))
@blp.arguments(RepairTaskRequest)
@blp.response(201, OneCaseSchema)
def plan_repair(body: dict[str, Any], case_id: UUID) -> Any:
    """Make one task of the repair of a confirmed case and its confirmed neighbours on the street."""
    case = planning.plan_repair(case_id, current_principal(), **body)
    return service.told(case, current_principal()), 201, etag(case.version)


@blp.route("/case-repairs", action="cases.read")
@blp.arguments(RepairQuery, location="query")
@blp.response(200, page_schema(RepairSchema))
def list_repairs(query: dict[str, Any]) -> Any:
    """Repairs, the newest first: whether they held, and whose they were."""
    return service.list_repairs(current_principal(), **query)


@blp.route("/road-care", action="cases.read")
@blp.response(200, RoadCareSchema)
def read_care() -> Any:
    """The table of repairs in force: how urgent and until when, by street class and severity."""
    number, table = caring.care_in_force()
    return written(table), 200, etag(number)


@blp.route("/road-care", action="road_care.set", methods=("PUT",), problems=(412,), own_transactions=True)
@blp.arguments(RoadCareSchema)
@blp.response(200, RoadCareSchema)
def set_care(body: dict[str, Any]) -> Any:
    """Put a table of repairs in force; cases take it when they are opened or change next."""
    found: list[Any] = []

    def set_once() -> None:
        check_if_match(caring.care_in_force()[0])
        found.append(caring.set_care(current_principal(), body))

    create_once(set_once)
    number, table = found[-1]
    return written(table), 200, etag(number)
