"""Telling the order how much is credited, whenever something changes it: what stands, the order's terms, a calendar.

Verdicts and terms are one person's, so the order learns in their own transaction. A district's calendar is that of hundreds:
it only marks their orders as stale, and workers come for the marks, one person in a transaction.
"""

from __future__ import annotations

from uuid import UUID

from backend.attendance.hours.reckoning import local_day, reckon
from backend.attendance.spot_checks import service as spot_checks
from backend.attendance.standing import follow
from backend.clock import now
from backend.database import transaction
from backend.jobs import sweep, work
from backend.people import orders
from backend.people import service as people
from backend.people.followers import follow_terms

WORK = "hours.reckon"


@follow
@follow_terms
def refresh(person_id: UUID) -> None:
    """Tell orders how much is credited now: after every verdict, decision, sheet, spot check and change of terms.

    Spot checks follow first, for they follow from the check-ins that stand. The first presence under an order starts it.
    """
    people.lock(person_id)  # or two at once would each miss what the other has just seen
    spot_checks.reconsider(person_id)
    reckoning = reckon(person_id)
    today = orders.terms_on(person_id, local_day(now()))
    sums = reckoning.credited_by_order
    open_id = orders.open_order_id(person_id)
    if open_id is not None:  # also when no day that has presence is its own any more
        sums.setdefault(open_id, 0)
    if today is not None:
        last = max((local_day(each.came_at) for each in reckoning.stretches), default=None)
        then = orders.terms_on(person_id, last) if last is not None else None
        if then is not None and then.order_id == today.order_id:
            orders.started(person_id)
    for order_id, credited_min in sorted(sums.items()):
        orders.propose_completion(order_id, credited_min)


@work(WORK)
def reckon_anew(person_id: UUID) -> None:
    """Reckon what a calendar has made stale; the mark is taken first, so a change that comes meanwhile leaves another."""
    with transaction():
        people.lock(person_id)
        if orders.take_stale(person_id):
            refresh(person_id)


@sweep(WORK)
def stale_people() -> list[UUID]:
    """Whose hours a calendar has made stale; the sweep of every few seconds is their only wake-up."""
    with transaction(read_only=True):
        return orders.people_with_stale_credit()
