"""From rows to a night's passes: what the accepted runs asked for, where it stands on the sheets, what is recorded with its street."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from backend.accounts.calendars import midnight
from backend.adapters import settings
from backend.database import db
from backend.routing.models import Route, RouteStop
from backend.routing.nights.rules.judging import Done, NightPass, Sheet
from backend.routing.plans.clearing.night import Night, NightWork
from backend.routing.plans.kept_words import said_again
from backend.routing.plans.models import Plan, PlanRun
from backend.routing.proof.models import ProofDraft, RouteProofRow
from backend.winter import service as winter
from shared.contracts import decode
from shared.i18n import translate
from shared.vocabulary import Language, RouteState, StopState, WinterWork

PassKey = tuple[int, bool | None, WinterWork, int]  # segment, way, work, number of the pass
RANK = {StopState.DONE: 3, StopState.SKIPPED: 2, StopState.PLANNED: 1}
NO_TIME = timedelta(0)


@dataclass(frozen=True, kw_only=True)
class RouteFacts:
    """One machine's sheet, and what is known of its drive."""

    route: Route
    set_out_at: datetime | None  # of its first report
    last_at: datetime | None
    started_late: timedelta
    proof: Mapping[str, Any] | None  # the last reconciliation, as it is kept


def passes_of(
    plan: Plan, runs: Sequence[PlanRun], routes: Mapping[UUID, RouteFacts], language: Language
) -> list[NightPass]:
    """Every pass that an accepted run asked for, the first run first."""
    accepted = sorted((run for run in runs if run.accepted_at is not None), key=lambda run: run.number)
    works: dict[PassKey, NightWork] = {}
    for run in accepted:
        night: Night = decode(Night, run.day)
        for work in night.works:
            for number in work.numbers:
                works.setdefault((work.segment_id, work.forward, work.work, number), work)
    planned = _planned(accepted, language)
    sheets = _sheets(routes)
    origin = midnight(plan.day)
    done = _done([stop_id for _sheet, stop_id in sheets.values()])
    found = []
    for key, work in works.items():
        sheet, stop_id = sheets.get(key, (None, None))
        found.append(
            NightPass(
                segment_id=work.segment_id,
                forward=work.forward,
                work=work.work,
                number=key[3],
                street=work.street,
                district_id=None if work.district is None else UUID(work.district),
                priority=work.priority,
                metres=work.metres,
                grit_kg=work.grit_kg,
                due_at=None if work.due_s is None else origin + timedelta(seconds=work.due_s),
                planned_late=key in planned.late,
                moved=key in planned.moved,
                because=(planned.taken_off if sheet and not sheet.is_on_it else planned.moved).get(key, ""),
                why_left_out=planned.left_out.get((work.street, work.work), ""),
                sheet=sheet,
                done=None if stop_id is None else done.get((stop_id, key[:3])),
            )
        )
    return found


def routes_of(plan: Plan) -> dict[UUID, RouteFacts]:
    """The sheets of a plan."""
    query = sa.select(Route).where(Route.plan_id == plan.id).order_by(Route.vehicle, Route.id)
    found = {}
    for route in db.session().scalars(query):
        stops = sa.select(RouteStop.arrive_at, RouteStop.reported_at).where(
            RouteStop.route_id == route.id, RouteStop.reported_at.is_not(None)
        )
        told = db.session().execute(stops.order_by(RouteStop.reported_at)).all()
        first = told[0] if told else None
        behind = (
            first.reported_at - first.arrive_at
            if first is not None and first.arrive_at is not None
            else NO_TIME
        )
        found[route.id] = RouteFacts(
            route=route,
            set_out_at=None if first is None else first.reported_at,
            last_at=told[-1].reported_at if told else None,
            started_late=max(behind, NO_TIME),
            proof=_proof(route.id),
        )
    return found


def _proof(route_id: UUID) -> Mapping[str, Any] | None:
    kept = sa.select(RouteProofRow.content).where(RouteProofRow.route_id == route_id)
    content = db.session().scalar(kept.order_by(RouteProofRow.number.desc()).limit(1))
    if content is not None:
        return content
    return db.session().scalar(sa.select(ProofDraft.content).where(ProofDraft.route_id == route_id))


@dataclass(kw_only=True)
class _Planned:
    """What the accepted runs, one after the other, did with each pass."""

    late: set[PassKey] = field(default_factory=set)
    shift: dict[PassKey, str] = field(default_factory=dict)
    moved: dict[PassKey, str] = field(default_factory=dict)  # and the reason of the run that did it
    taken_off: dict[PassKey, str] = field(default_factory=dict)
    left_out: dict[tuple[str, WinterWork], str] = field(default_factory=dict)  # why, by street and work


def _planned(accepted: Iterable[PlanRun], language: Language) -> _Planned:
    found = _Planned()
    for run in accepted:
        result = run.result or {"tours": [], "unserved": []}
        reason = str(run.events["reason"]).strip() if run.events is not None else ""
        here: dict[PassKey, str] = {}
        for tour in result["tours"]:
            for item in tour["items"]:
                for each in item.get("segments", ()):
                    key = key_of(each)
                    here[key] = tour["shift_id"]
                    (found.late.add if item["late"] else found.late.discard)(key)
        for key in found.shift.keys() - here.keys():
            found.taken_off.setdefault(key, reason)
        for key in found.shift.keys() & here.keys():
            found.taken_off.pop(key, None)
            if found.shift[key] != here[key]:
                found.moved[key] = reason
        found.shift |= here
        for each in result["unserved"]:
            words = translate(said_again(each["words"]), language)
            found.left_out[each["title"], WinterWork(each["work"])] = words
    return found


def _sheets(routes: Mapping[UUID, RouteFacts]) -> dict[PassKey, tuple[Sheet, UUID]]:
    """Where each pass stands; of several places the one where it was done, then the one where it still stands."""
    found: dict[PassKey, tuple[Sheet, UUID]] = {}
    ranks: dict[PassKey, tuple[int, bool]] = {}
    for facts in routes.values():
        query = sa.select(RouteStop).where(
            RouteStop.route_id == facts.route.id, RouteStop.segments.is_not(None)
        )
        for stop in db.session().scalars(query.order_by(RouteStop.id)):
            sheet = Sheet(
                route_id=facts.route.id,
                state=stop.state,
                skip_reason=stop.skip_reason,
                planned_at=stop.arrive_at,
                reported_at=stop.reported_at,
                is_on_it=stop.number is not None,
                started_late=facts.started_late,
                is_closed=facts.route.state is RouteState.CLOSED,
            )
            rank = (RANK[stop.state], stop.number is not None)
            for each in stop.segments or ():
                key = key_of(each)
                if rank > ranks.get(key, (0, False)):
                    found[key], ranks[key] = (sheet, stop.id), rank
    return found


def _done(stop_ids: Iterable[UUID]) -> dict[tuple[UUID, tuple[int, bool | None, WinterWork]], Done]:
    least = settings().street_covered_share
    return {
        (each.stop_id, (each.segment_id, each.forward, each.work)): Done(
            at=each.done_at, is_whole=each.share >= least, by_track=each.by_track
        )
        for each in winter.works_of(set(stop_ids))
    }


def key_of(segment: Mapping[str, Any]) -> PassKey:
    """What tells a pass, from a piece of a sheet."""
    forward = None if segment["either"] else bool(segment["forward"])
    return segment["id"], forward, WinterWork(segment["work"]), segment["pass"]
