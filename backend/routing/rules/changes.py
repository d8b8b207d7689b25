"""What a new plan does to the stops of the old one, and what it must leave alone. Pure.

Of the stops that stay, as few as possible are called moved: those outside the longest row of stops that keep their order.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from backend.routing.rules.plans import Errors, Stop
from shared.i18n import Message
from shared.vocabulary import StopChange

_ = Message
ARRIVAL_SHIFT_SHOWN = timedelta(minutes=10)  # an arrival that moves by less is no news to a driver


@dataclass(frozen=True, kw_only=True)
class Changes:
    """What the driver is shown of a new plan."""

    change: Mapping[UUID, StopChange]  # of the stops that the new plan has; none for a stop that is as it was
    removed: tuple[UUID, ...]  # in the old order

    def __bool__(self) -> bool:
        return bool(self.change or self.removed)


def compare(before: Sequence[Stop], after: Sequence[Stop]) -> Changes:
    """What turns one order of stops into another; each stop has an id of its own. Added before moved before changed."""
    old = {stop.id: stop for stop in before if stop.id is not None}
    new = {stop.id: stop for stop in after if stop.id is not None}
    places = {stop_id: number for number, stop_id in enumerate(old)}
    staying = [stop_id for stop_id in new if stop_id in old]
    in_order = {staying[at] for at in longest_rising([places[stop_id] for stop_id in staying])}
    change: dict[UUID, StopChange] = {}
    for stop_id, stop in new.items():
        if stop_id not in old:
            change[stop_id] = StopChange.ADDED
        elif stop_id not in in_order:
            change[stop_id] = StopChange.MOVED
        elif not looks_the_same(old[stop_id], stop):
            change[stop_id] = StopChange.CHANGED
    return Changes(change=change, removed=tuple(stop_id for stop_id in old if stop_id not in new))


def looks_the_same(before: Stop, after: Stop) -> bool:
    """Whether a driver finds at a stop what the older plan said: another way to it, or a few minutes, change nothing."""
    return (
        _as_shown(before) == _as_shown(after)
        and _time_shift(before.arrive_at, after.arrive_at) < ARRIVAL_SHIFT_SHOWN
    )


def longest_rising(numbers: Sequence[int]) -> list[int]:
    """The places of a longest strictly rising subsequence (patience sorting, O(n log n))."""
    ends: list[int] = []  # the smallest last number of a rising row of each length
    last: list[int] = []  # the place of that number
    before: list[int | None] = []
    for at, number in enumerate(numbers):
        length = bisect_left(ends, number)
        before.append(last[length - 1] if length else None)
        if length == len(ends):
            ends.append(number)
            last.append(at)
        else:
            ends[length], last[length] = number, at
    row: list[int] = []
    place = last[-1] if last else None
    while place is not None:
        row.append(place)
        place = before[place]
    return row[::-1]


def frozen_errors(before: Sequence[Stop], after: Sequence[Stop], done: Collection[UUID]) -> Errors:
    """What a new plan does wrong to stops that are done: they stay, where and what they were, in their order."""
    errors: Errors = {}
    places = {stop.id: index for index, stop in enumerate(after) if stop.id is not None}
    frozen = [stop for stop in before if stop.id in done]
    gone = [stop for stop in frozen if stop.id not in places]
    if gone:
        message = _("must keep the stops that are done; missing: {titles}; take them from GET /routes")
        errors["stops"] = [
            message.format(titles=", ".join(f"{stop.id} «{stop.title}»" for stop in gone[:10]))
        ]
    staying = [(places[stop.id], stop) for stop in frozen if stop.id is not None and stop.id in places]
    for index, stop in staying:
        if _work_of(after[index]) != _work_of(stop):
            message = _("is done already: its action, place and line cannot be changed; plan a new stop")
            errors[f"stops[{index}]"] = [message]
    order = [index for index, _stop in staying]
    in_order = set(longest_rising(order))
    for at, index in enumerate(order):
        if at not in in_order:
            message = _("is done already: it must stay in its order among the stops that are done")
            errors.setdefault(f"stops[{index}]", []).append(message)
    return errors


def _as_shown(stop: Stop) -> Stop:
    return replace(stop, arrive_at=None, path=None, instructions=None, site_id=None, segments=None)


def _time_shift(before: datetime | None, after: datetime | None) -> timedelta:
    if before is None or after is None:
        return timedelta() if before is after else timedelta.max
    return abs(after - before)


def _work_of(stop: Stop) -> Stop:
    """The stop without what may still be put right once it is done: words, times and marks."""
    return replace(
        stop,
        title="",
        detail="",
        arrive_at=None,
        opens_at=None,
        closes_at=None,
        locked=False,
        photo_needed=False,
        path=None,
        instructions=None,
        segments=None,
    )
