"""Credit under the caps of the order: what is over them is shown, not credited. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta, tzinfo
from uuid import UUID

from backend.attendance.hours.rules.facts import Day, Piece, Terms, Why

MINUTE = timedelta(minutes=1)


def days_of(found: Iterable[Piece], zone: tzinfo) -> list[date]:
    """The days on which there are pieces, in order."""
    return sorted({piece.starts_at.astimezone(zone).date() for piece in found})


def credit(found: Iterable[Piece], terms: Mapping[date, Terms], zone: tzinfo) -> list[Day]:
    """The days with what is credited of them, by the terms of each day; what comes first is credited first.

    The weekly cap runs over an ISO week, whichever orders it holds; the hours of an order run from its first day.
    """
    by_day: dict[date, list[Piece]] = {}
    for piece in sorted(found, key=lambda each: each.starts_at):
        by_day.setdefault(piece.starts_at.astimezone(zone).date(), []).append(piece)
    weeks: dict[tuple[int, int], int] = {}
    orders: dict[UUID, int] = {}
    days = []
    for day, todays in by_day.items():
        counted: list[Piece] = []
        of_today = terms.get(day)
        week = day.isocalendar()[:2]
        credited = 0
        for piece in todays:
            if piece.why is not None:
                counted.append(piece)
                continue
            if of_today is None:
                counted.append(replace(piece, why=Why.NO_ORDER))
                continue
            if day.weekday() not in of_today.allowed_weekdays or day in of_today.holidays:
                counted.append(replace(piece, why=Why.DAY_NOT_ALLOWED, order_id=of_today.order_id))
                continue
            served = orders.get(of_today.order_id, 0)
            room, why = _room(of_today, credited, weeks.get(week, 0), served)
            parts = _cut(replace(piece, order_id=of_today.order_id), room, why)
            taken = sum(part.minutes for part in parts if part.why is None)
            credited += taken
            weeks[week] = weeks.get(week, 0) + taken
            orders[of_today.order_id] = served + taken
            counted += parts
        days.append(Day(day=day, pieces=tuple(counted)))
    return days


def _room(terms: Terms, today_min: int, week_min: int, served_min: int) -> tuple[int, Why]:
    """How many minutes may still be credited, and which limit comes first."""
    rooms = [(terms.daily_cap_min - today_min, Why.DAILY_CAP)]
    if terms.weekly_cap_min is not None:
        rooms.append((terms.weekly_cap_min - week_min, Why.WEEKLY_CAP))
    rooms.append((terms.hours_total_min - served_min, Why.ORDER_SERVED))
    room, why = min(rooms, key=lambda each: each[0])
    return max(room, 0), why


def _cut(piece: Piece, room_min: int, why: Why) -> list[Piece]:
    if piece.minutes <= room_min:
        return [piece]
    if room_min == 0:
        return [replace(piece, why=why)]
    at = piece.starts_at + room_min * MINUTE
    return [
        replace(piece, ends_at=at, minutes=room_min),
        replace(piece, starts_at=at, minutes=piece.minutes - room_min, why=why),
    ]


def credited_by_order(days: Iterable[Day]) -> dict[UUID, int]:
    """Credited minutes of each order."""
    sums: dict[UUID, int] = {}
    for day in days:
        for piece in day.pieces:
            if piece.why is None and piece.order_id is not None:
                sums[piece.order_id] = sums.get(piece.order_id, 0) + piece.minutes
    return sums
