"""A route made ready for a file: stops in words, the planned way, and the positions that the reader may see."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from backend.accounts.policy import owns_only
from backend.adapters import settings
from backend.clock import now
from backend.fleet import service as fleet
from backend.ledger.service import log_access
from backend.routing import rows
from backend.routing.exports import words
from backend.routing.exports.rules import Driven, DrivenPart, Position, RouteFile, Waypoint
from backend.routing.models import Route, RouteStop
from backend.web.principal import Principal
from shared.i18n import Message, translate
from shared.vocabulary import Language

ACTION = "routes.read"


def route_file(route_id: UUID, by: Principal, language: Language) -> RouteFile:
    """A route as a file has it. Crews get their own positions, planners those of every receiver, and that read is logged."""
    route = rows.find(route_id, by, ACTION)
    own = owns_only(by, ACTION)
    if not own:
        log_access(by.actor, "location_fixes.read", f"route:{route.id}", now())
    stops = rows.stops_of([route.id])[route.id]
    said = _Saying(language)
    return RouteFile(
        name=route.title,
        description=said.route(route),
        made_at=now(),
        stops_name=said(words.STOPS),
        stops=[said.stop(stop) for stop in stops],
        planned_name=said(words.PLANNED),
        planned=_planned(stops),
        driven=_driven(route.id, said, user_id=by.user_id if own else None),
    )


class _Saying:
    """Turns a route into the reader's words; times are the city's."""

    def __init__(self, language: Language) -> None:
        self._language = language
        self._zone = ZoneInfo(settings().time_zone)

    def __call__(self, message: Message) -> str:
        return translate(message, self._language)

    def route(self, route: Route) -> str:
        """Vehicle, shift and version, and the dispatcher's note."""
        begin, end = (at.astimezone(self._zone) for at in (route.starts_at, route.ends_at))
        head = words.DESCRIPTION.format(
            vehicle=route.vehicle or "—",
            begin=f"{begin:%d.%m.%Y %H:%M}",
            end=f"{end:%d.%m.%Y %H:%M}",
            version=route.version,
        )
        return "\n".join(text for text in (self(head), route.note) if text)

    def stop(self, stop: RouteStop) -> Waypoint:
        """Number and title; what to know, when it is planned, what became of it."""
        outcome: Message | str = words.STATES[stop.state]
        if stop.reported_at is not None:
            outcome = words.OUTCOME.format(state=words.STATES[stop.state], time=self._time(stop.reported_at))
        parts = [
            stop.detail,
            self(words.ARRIVAL.format(time=self._time(stop.arrive_at))) if stop.arrive_at else "",
            self(outcome) if isinstance(outcome, Message) else outcome,
            self(words.REASONS[stop.skip_reason]) if stop.skip_reason else "",
        ]
        return Waypoint(
            name=f"{stop.number}. {stop.title}",
            description="; ".join(part for part in parts if part),
            kind=self(words.ACTIONS[stop.action]),
            position=(stop.lon, stop.lat),
        )

    def _time(self, at: datetime) -> str:
        return f"{at.astimezone(self._zone):%H:%M}"


def _planned(stops: Sequence[RouteStop]) -> list[list[Position]]:
    lines: list[dict[str, Any]] = [
        line for stop in stops for line in (stop.path, stop.line) if line is not None
    ]
    return [[(lon, lat) for lon, lat, *_height in line["coordinates"]] for line in lines]


def _driven(route_id: UUID, said: _Saying, *, user_id: UUID | None) -> list[Driven]:
    by_source: dict[UUID, list[Any]] = {}
    for fix in fleet.track_of_route(route_id, user_id=user_id):
        if not fix.mock:
            by_source.setdefault(fix.source_id, []).append(fix)
    return [
        Driven(name=said(words.DRIVEN.format(number=number)), parts=_parts(fixes))
        for number, fixes in enumerate(by_source.values(), start=1)
    ]


def _parts(fixes: Sequence[Any]) -> list[DrivenPart]:
    """One part between each two silences."""
    silence = timedelta(minutes=settings().proof_silence_min)
    cuts = [at for at, (one, then) in enumerate(pairwise(fixes), start=1) if then.at - one.at > silence]
    ends = [0, *cuts, len(fixes)]
    return [
        DrivenPart(
            times=[fix.at for fix in fixes[begin:end]],
            positions=[(fix.lon, fix.lat) for fix in fixes[begin:end]],
        )
        for begin, end in pairwise(ends)
    ]
