"""On which days a district rests, today and on days that have passed: a change counts from a day on.

Rest weekdays hold since a day: the newest row that counts by then. Holidays are dates, so they need no «since»: the newest
list holds for all days, and a date that has passed is added or taken away only as a correction, which names ``counts_from``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from backend.accounts.models import District, DistrictCalendar
from backend.accounts.policy import districts_for
from backend.accounts.since import holding, timeline
from backend.adapters import settings
from backend.clock import new_id, now
from backend.database import db
from backend.errors import Invalid, NotFound
from backend.ledger.service import record
from backend.web.principal import Principal
from shared.i18n import Message
from shared.vocabulary import Audience

_ = Message
# Before every day that this program takes: a district's first calendar holds on all of them
EVER_SINCE = date(2000, 1, 1)
Follow = Callable[[UUID], None]
FOLLOWERS: list[Follow] = []


@dataclass(frozen=True)
class Calendar:
    """On which days a district rests; weekdays count from Monday, which is 0."""

    rest_weekdays: frozenset[int]
    holidays: frozenset[date]


@dataclass(frozen=True)
class CalendarHistory:
    """A district's calendar on any day, asked for many days at once."""

    line: tuple[DistrictCalendar, ...]
    holidays: frozenset[date]

    def on(self, day: date) -> Calendar:
        """The calendar as it counts on a day."""
        return Calendar(frozenset(holding(self.line, day).rest_weekdays), self.holidays)


def follow_calendar(follower: Follow) -> Follow:
    """Have a function called with the district's id inside the transaction that changes how its days until today count."""
    FOLLOWERS.append(follower)
    return follower


def calendar_of(district_id: UUID, on: date | None = None) -> Calendar:
    """On which days a district rests, as it counts on a day; without a day: today."""
    if on is not None:
        return calendar_history(district_id).on(on)
    district = db.session().get_one(District, district_id)
    return Calendar(frozenset(district.rest_weekdays), _dates(district.holidays))


def calendar_history(district_id: UUID) -> CalendarHistory:
    """A district's calendar since ever."""
    district = db.session().get_one(District, district_id)
    return CalendarHistory(tuple(timeline(_rows(district_id))), _dates(district.holidays))


def begin_calendar(district: District) -> None:
    """Note the calendar with which a district begins; it holds on the days before it too."""
    _write(district, number=1, counts_from=EVER_SINCE, by=None)


def change_calendar(
    district_id: UUID,
    by: Principal,
    *,
    rest_weekdays: Iterable[int] | None = None,
    holidays: Iterable[date] | None = None,
    counts_from: date | None = None,
) -> District:
    """Set on which weekdays and dates a district rests, from today on; what is not named stays.

    An earlier ``counts_from`` corrects days that have passed. Invalid when it lies ahead, or when a holiday that has passed
    is touched without it.
    """
    district = _locked(district_id, by)
    today = local_day(now())
    since = counts_from or today
    if since > today:
        message = _("must not lie in the future, today is {today}, was {value}")
        raise Invalid({"counts_from": [message.format(today=today.isoformat(), value=since.isoformat())]})
    rows = _rows(district_id)
    changed: dict[str, Any] = {}
    if rest_weekdays is not None:
        wished = sorted(set(rest_weekdays))
        line = timeline(rows)
        later = [each for each in line if each.counts_from > since]
        if any(each.rest_weekdays != wished for each in (holding(line, since), *later)):
            changed["rest_weekdays"] = wished
    touched = _touched_holidays(district, holidays, since)
    if holidays is not None and touched:
        changed["holidays"] = [day.isoformat() for day in sorted(set(holidays))]
    if not changed:
        return district
    for name, value in changed.items():
        setattr(district, name, value)
    # Rest weekdays that stay as they are go on as they are today, whatever day a holiday is corrected on
    weekdays_since = since if "rest_weekdays" in changed else today
    _write(district, number=len(rows) + 1, counts_from=weekdays_since, by=by)
    record(
        "district.changed",
        actor=by.actor,
        subject=f"district:{district.id}",
        at=now(),
        audience=Audience.OPERATIONS,
        district_id=district.id,
        counts_from=since.isoformat(),
        correction=since < today,
        **changed,
    )
    if "rest_weekdays" in changed or min(touched) <= today:
        db.session().flush()
        for follower in FOLLOWERS:
            follower(district.id)
    return district


def local_day(moment: datetime) -> date:
    """The city's day of a moment."""
    return moment.astimezone(ZoneInfo(settings().time_zone)).date()


def midnight(day: date) -> datetime:
    """When one of the city's days begins, in UTC."""
    return datetime.combine(day, time.min, ZoneInfo(settings().time_zone)).astimezone(UTC)


def _touched_holidays(district: District, wished: Iterable[date] | None, since: date) -> set[date]:
    """The dates that would be added or taken away; Invalid when one of them has passed by then."""
    if wished is None:
        return set()
    touched = set(wished) ^ _dates(district.holidays)
    if touched and min(touched) < since:
        message = _(
            "must stay as they were for days that have passed, was {value}: name that day as counts_from to correct it"
        )
        raise Invalid({"holidays": [message.format(value=min(touched).isoformat())]})
    return touched


def _locked(district_id: UUID, by: Principal) -> District:
    """A district that the principal may change, locked against other changes of it, not against rows that name it."""
    query = sa.select(District).where(District.id == district_id).with_for_update(key_share=True)
    district = db.session().scalar(query.execution_options(populate_existing=True))
    allowed = districts_for(by, "districts.change")
    if district is None or (allowed is not None and district_id not in allowed):
        raise NotFound(_("district"), district_id)
    return district


def _rows(district_id: UUID) -> list[DistrictCalendar]:
    query = sa.select(DistrictCalendar).where(DistrictCalendar.district_id == district_id)
    return list(db.session().scalars(query.order_by(DistrictCalendar.number)))


def _write(district: District, *, number: int, counts_from: date, by: Principal | None) -> None:
    db.session().add(
        DistrictCalendar(
            id=new_id(),
            district_id=district.id,
            number=number,
            counts_from=counts_from,
            rest_weekdays=district.rest_weekdays,
            holidays=district.holidays,
            set_by=by.user_id if by else None,
            set_at=now(),
        )
    )


def _dates(days: Iterable[str]) -> frozenset[date]:
    return frozenset(map(date.fromisoformat, days))
