"""Moves in the middle of a shift: how a check-in stands to where and under whom the order sent the person. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID


class Sending(Protocol):
    """Where and under whom the order sent the person at the moment of capture, each since when; None names none."""

    @property
    def geofence_id(self) -> UUID | None: ...
    @property
    def supervisor_id(self) -> UUID | None: ...
    @property
    def site_since(self) -> datetime: ...
    @property
    def supervisor_since(self) -> datetime: ...


@dataclass(frozen=True, kw_only=True)
class Capture:
    """A check-in before it is judged, and what its task says of person and supervisor."""

    at: datetime
    captured_by: UUID
    task_site_id: UUID | None
    task_starts_at: datetime
    person_listed: bool
    supervisor_assigned: bool


def person_on_task(capture: Capture, sending: Sending | None) -> bool:
    """Whether the person was to be there: by the task's list, or because the order had sent them to its site."""
    return capture.person_listed or sent_to_site(sending, capture.task_site_id)


def supervisor_on_task(capture: Capture, sending: Sending | None) -> bool:
    """Whether whoever captured was to do so: by the task, or because the order names them."""
    if capture.supervisor_assigned:
        return True
    return sending is not None and _named(sending.supervisor_id, capture.captured_by)


def minutes_since_move(capture: Capture, sending: Sending | None) -> float | None:
    """How long before the capture the order sent the person to another site, or put them under somebody else.

    None unless that was while the task ran: a plan made before it began knew of what the order said.
    """
    if sending is None:
        return None
    moves = []
    if sent_elsewhere(sending, capture.task_site_id, capture.task_starts_at):
        moves.append(sending.site_since)
    if sending.supervisor_id not in (None, capture.captured_by):
        moves.append(sending.supervisor_since)
    later = [move for move in moves if move > capture.task_starts_at]
    return (capture.at - min(later)).total_seconds() / 60 if later else None


def sent_elsewhere(sending: Sending | None, site_id: UUID | None, task_starts_at: datetime) -> bool:
    """Whether the order had sent the person from a task's site to another one while the task ran."""
    if sending is None or sending.geofence_id in (None, site_id):
        return False
    return sending.site_since > task_starts_at


def sent_to_site(sending: Sending | None, site_id: UUID | None) -> bool:
    """Whether the order had sent the person to a task's site; a task at a point is no site that an order could name."""
    return sending is not None and _named(sending.geofence_id, site_id)


def _named(said: UUID | None, wanted: UUID | None) -> bool:
    return said is not None and said == wanted
