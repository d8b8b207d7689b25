"""What phones are told: the route sheets of a crew, and the answer on a stop's report."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from backend.accounts.policy import owns_only
from backend.clock import now
from backend.database import db
from backend.routing import rows
from backend.routing.models import Route, RouteStop, StopReport
from backend.routing.rules import turns
from backend.routing.rules.states import CLOSED, ON_PHONES
from backend.web.language import current_language
from backend.web.principal import Principal
from shared import contracts
from shared.i18n import Message, translate
from shared.turn_words import turn_words
from shared.vocabulary import Language, StopState, WinterWork

_ = Message
KEPT_CLOSED = timedelta(days=3)  # how long a phone still shows a route that is closed

SUMMARIES: dict[StopState, Message] = {
    StopState.DONE: _("The stop is done."),
    StopState.SKIPPED: _("The stop is skipped."),
    StopState.PLANNED: _("The stop is open again."),
}
NO_PROOF = _("The stop is done, but the photo that it asks for is missing: a dispatcher will look.")
TAKEN_AWAY = _("Received; a newer plan has taken this stop away, and a dispatcher sees the report.")
LATER_COUNTS = _("Received; a later report of the same stop counts.")


def visible(by: Principal) -> dict[UUID, str]:
    """The routes that belong on the principal's phone, each with a text that changes whenever its sheet does."""
    language = current_language().value  # the words for turns are in it
    return {
        route.id: f"{route.version}.{route.state.value}.{route.report_count}.{language}"
        for route in _current(by)
    }


def load(by: Principal, route_ids: list[UUID]) -> list[contracts.RouteSheet]:
    """The sheets of those of the routes that are visible to the principal, by begin."""
    routes = _current(by, route_ids)
    stops = rows.stops_of([route.id for route in routes])
    return [_sheet(route, stops[route.id]) for route in routes]


def peek(report_id: UUID) -> contracts.StopReportAnswer:
    """The answer on a report that the caller has just sent."""
    row = db.session().get_one(StopReport, report_id)
    stop = db.session().get_one(RouteStop, row.stop_id, populate_existing=True)
    counts = stop.report_id == row.id
    return contracts.StopReportAnswer(
        id=row.id,
        received=tuple(row.photo_hashes),
        received_at=row.received_at,
        counts=counts,
        summary=translate(_summary(row, counts), current_language()),
    )


def _summary(row: StopReport, counts: bool) -> Message:
    if row.removed:
        return TAKEN_AWAY
    if not counts:
        return LATER_COUNTS
    return NO_PROOF if row.proof_missing else SUMMARIES[row.state]


def _current(by: Principal, route_ids: list[UUID] | None = None) -> Sequence[Route]:
    """Only those who drive carry routes along; planners work online."""
    if not owns_only(by, "routes.read"):
        return []
    fresh = sa.and_(Route.state == CLOSED, Route.closed_at >= now() - KEPT_CLOSED)
    query = rows.own(sa.select(Route), by).where(sa.or_(Route.state.in_(ON_PHONES), fresh))
    if route_ids is not None:
        query = query.where(Route.id.in_(route_ids))
    return db.session().scalars(query.order_by(Route.starts_at, Route.id)).all()


def _sheet(route: Route, stops: Sequence[RouteStop]) -> contracts.RouteSheet:
    return contracts.RouteSheet(
        id=route.id,
        kind=route.kind,
        title=route.title,
        note=route.note,
        state=route.state,
        district_id=route.district_id,
        task_id=route.task_id,
        vehicle=route.vehicle,
        starts_at=route.starts_at,
        ends_at=route.ends_at,
        length_m=route.length_m,
        stops=tuple(_stop(stop) for stop in stops),
        removed=tuple(route.removed),
        changed_because=route.changed_because,
        version=route.version,
    )


def _instructions(stop: RouteStop) -> tuple[contracts.Instruction, ...]:
    language = current_language()
    return tuple(
        contracts.Instruction(
            turn=step.turn,
            text=_words_of(step, language),
            lat=step.lat,
            lon=step.lon,
            distance_m=step.distance_m,
        )
        for step in turns.read(stop.instructions) or ()
    )


def _words_of(step: turns.TurnStep, language: Language) -> str:
    words = turn_words(step.turn, step.street(language), language, step.exit_number)
    return translate(words, language)


def _winter(stop: RouteStop) -> dict[str, Any]:
    """What is done along the line of a stop, as of its first segment."""
    if not stop.segments:
        return {}
    first = stop.segments[0]
    return {"work": WinterWork(first["work"]), "pass_number": first["pass"], "passes": first["passes"]}


def _haul(stop: RouteStop) -> dict[str, Any]:
    """How much snow is loaded or unloaded there."""
    if stop.haul is None:
        return {}
    return {"volume_m3": stop.haul["m3"], "body_m3": stop.haul.get("body_m3")}


def _stop(stop: RouteStop) -> contracts.RouteStop:
    return contracts.RouteStop(
        id=stop.id,
        action=stop.action,
        title=stop.title,
        detail=stop.detail,
        lat=stop.lat,
        lon=stop.lon,
        line=stop.line,
        side=stop.side,
        **_winter(stop),
        **_haul(stop),
        path=stop.path,
        instructions=_instructions(stop),
        arrive_at=stop.arrive_at,
        opens_at=stop.opens_at,
        closes_at=stop.closes_at,
        locked=stop.locked,
        photo_needed=stop.photo_needed,
        state=stop.state,
        skip_reason=stop.skip_reason,
        change=stop.change,
    )
