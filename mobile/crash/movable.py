"""What a phone of a crash run may move on, step by step: tasks, and routes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple
from uuid import UUID

from mobile.outbox.ladder import ItemKind, NewItem
from mobile.outbox.route_moves import read_route_move
from mobile.outbox.task_moves import read_move
from mobile.simulated.reports import Hand, move_item, route_move_item
from shared.vocabulary import RouteState, TaskState

STEPS: Mapping[str, tuple[str, ...]] = {
    "task": (TaskState.IN_PROGRESS.value, TaskState.DONE.value),
    "route": (RouteState.DRIVING.value, RouteState.CLOSED.value),
}


class Movable(NamedTuple):
    """A task or a route."""

    kind: str
    id: str


class Move(NamedTuple):
    """Where it goes."""

    kind: str
    id: str
    to: str


def item_of(move: Move, hand: Hand) -> NewItem:
    """The move as the outbox carries it."""
    if move.kind == "route":
        return route_move_item(hand, UUID(move.id), RouteState(move.to))
    return move_item(hand, UUID(move.id), TaskState(move.to))


def move_of(item: NewItem) -> Move | None:
    """The move that an item carries; None where it carries something else."""
    if item.kind is ItemKind.ROUTE_MOVE:
        route = read_route_move(item.manifest)
        return Move("route", str(route.route_id), route.to.value)
    if item.kind is ItemKind.TASK_MOVE:
        task = read_move(item.manifest)
        return Move("task", str(task.task_id), task.to.value)
    return None
