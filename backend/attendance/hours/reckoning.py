"""One person's hours reckoned anew from the rows: proofs, sheets, missed spot checks, decisions and orders.

Nothing of it is kept, so what is decided late, or delivered late by an offline phone, changes every sum at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from backend.accounts import service as accounts
from backend.adapters import settings
from backend.attendance.hours import rules
from backend.attendance.hours.models import GapDecision
from backend.attendance.models import CheckIn
from backend.attendance.paper import service as paper
from backend.attendance.spot_checks import rules as shift_rules
from backend.attendance.spot_checks import service as spot_checks
from backend.database import db
from backend.people import orders
from backend.tasks import service as tasks
from shared.vocabulary import OrderState, Outcome, SpotCheckState

ALWAYS = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))


@dataclass(frozen=True, kw_only=True)
class Reckoning:
    """Everything about one person's hours since ever."""

    facts: rules.Facts
    stretches: Sequence[rules.Stretch]
    gaps: Sequence[rules.Gap]
    days: Sequence[rules.Day]
    terms: dict[date, rules.Terms]

    @property
    def credited_by_order(self) -> dict[UUID, int]:
        """Credited minutes of each order in whose time there is presence."""
        return dict.fromkeys((terms.order_id for terms in self.terms.values()), 0) | rules.credited_by_order(
            self.days
        )


def reckon(person_id: UUID) -> Reckoning:
    """A person's hours as the rows say now."""
    city = zone()
    facts = facts_of(person_id)
    pieces = rules.pieces(facts, city)
    terms = terms_of(person_id, rules.days_of(pieces, city))
    return Reckoning(
        facts=facts,
        stretches=rules.stretches(facts, city),
        gaps=rules.gaps(facts, city),
        days=rules.credit(pieces, terms, city),
        terms=terms,
    )


def zone() -> ZoneInfo:
    """The city's clock."""
    return ZoneInfo(settings().time_zone)


def local_day(moment: datetime) -> date:
    """The city's day of a moment."""
    return moment.astimezone(zone()).date()


def facts_of(person_id: UUID) -> rules.Facts:
    """What is known of a person's presence."""
    proofs = [
        rules.Proof(
            check_in_id=row.id, task_id=row.task_id, kind=row.kind, at=row.captured_at, outcome=row.standing
        )
        for row in db.session().execute(
            sa.select(CheckIn.id, CheckIn.task_id, CheckIn.kind, CheckIn.captured_at, CheckIn.standing).where(
                CheckIn.person_id == person_id, CheckIn.standing == Outcome.ACCEPTED
            )
        )
    ]
    return rules.Facts(
        proofs=proofs,
        sheets=[
            rules.Sheet(
                sheet_id=each.sheet_id, task_id=each.task_id, came_at=each.came_at, left_at=each.left_at
            )
            for each in paper.approved_stretches(person_id, *ALWAYS)
        ],
        unanswered=[
            rules.Unanswered(
                spot_check_id=each.id,
                task_id=each.task_id,
                due_at=each.due_at,
                answer_by=each.answer_by,
                waiting=each.state is SpotCheckState.DRAWN,
            )
            for each in spot_checks.unanswered(person_id)
        ],
        decisions=[
            rules.Decision(
                decision_id=row.id,
                gap_id=row.gap_id,
                number=row.number,
                credited=row.credited,
                starts_at=row.starts_at,
                ends_at=row.ends_at,
                decided_at=row.decided_at,
            )
            for row in db.session().scalars(sa.select(GapDecision).where(GapDecision.person_id == person_id))
        ],
        long_task_ids=frozenset(
            shift.task_id
            for shift in tasks.shifts({proof.task_id for proof in proofs})
            if shift.ends_at - shift.starts_at > shift_rules.SHIFT_LONGEST
        ),
    )


def terms_of(person_id: UUID, days: Sequence[date]) -> dict[date, rules.Terms]:
    """The terms of each of the days as they counted then.

    Left out are days without an order in force, and those under an order that was suspended for the whole day: nothing of them
    is credited, as no check-in of them is in order.
    """
    return {
        day: rules.Terms(
            order_id=terms.order_id,
            hours_total_min=terms.hours_total_min,
            daily_cap_min=terms.daily_cap_min,
            weekly_cap_min=terms.weekly_cap_min,
            allowed_weekdays=terms.allowed_weekdays,
            holidays=accounts.calendar_of(terms.district_id).holidays,
        )
        for day, terms in orders.terms_on_days(person_id, days).items()
        if terms.state is not OrderState.SUSPENDED
    }
