"""What has not reached the server yet, laid over what it last said: tasks, routes and faults as the phone's user has left them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from mobile.outbox.fault_moves import MovedFault
from mobile.outbox.route_moves import MovedRoute
from mobile.outbox.task_moves import MovedTask
from shared.contracts import RoadFault, RouteSheet, StopReport, TaskCard


@dataclass(frozen=True)
class LocalTask:
    """A task as this phone shows it; ``unsent``: its state is not on the server yet; ``withdrawn``: the server took it away."""

    card: TaskCard
    unsent: bool = False
    withdrawn: bool = False


@dataclass(frozen=True)
class LocalRoute:
    """A route as this phone shows it, with the stops whose reports are not on the server yet."""

    sheet: RouteSheet
    unsent_stops: frozenset[UUID] = frozenset()
    withdrawn: bool = False


@dataclass(frozen=True)
class LocalFault:
    """A fault to be repaired as this phone shows it; ``unsent``: its state is not on the server yet."""

    fault: RoadFault
    unsent: bool = False
    withdrawn: bool = False


def with_fault_moves(fault: RoadFault, moves: Iterable[MovedFault], *, withdrawn: bool = False) -> LocalFault:
    """A fault with its unsent moves, oldest first."""
    mine = [move for move in moves if move.fault_id == fault.id]
    shown = replace(fault, state=mine[-1].to, proof_check=None) if mine else fault
    return LocalFault(shown, unsent=bool(mine), withdrawn=withdrawn)


def with_moves(card: TaskCard, moves: Iterable[MovedTask], *, withdrawn: bool = False) -> LocalTask:
    """A task with its unsent moves, oldest first."""
    mine = [move for move in moves if move.task_id == card.id]
    shown = replace(card, state=mine[-1].to) if mine else card
    return LocalTask(shown, unsent=bool(mine), withdrawn=withdrawn)


def with_reports(
    sheet: RouteSheet,
    reports: Sequence[StopReport],
    moves: Iterable[MovedRoute] = (),
    *,
    withdrawn: bool = False,
) -> LocalRoute:
    """A route with its unsent moves and reports, oldest first; the latest of a stop counts."""
    for move in moves:
        if move.route_id == sheet.id:
            sheet = replace(sheet, state=move.to)
    latest = {report.stop_id: report for report in reports if report.route_id == sheet.id}
    stops = tuple(
        replace(stop, state=report.state, skip_reason=report.skip_reason)
        if (report := latest.get(stop.id)) is not None
        else stop
        for stop in sheet.stops
    )
    mine = frozenset(stop.id for stop in stops if stop.id in latest)
    return LocalRoute(replace(sheet, stops=stops) if mine else sheet, mine, withdrawn)
