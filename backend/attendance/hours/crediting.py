"""Telling the order how much is credited, whenever something changes it."""

from __future__ import annotations

from uuid import UUID

from backend.attendance.hours.reckoning import local_day, reckon
from backend.attendance.spot_checks import service as spot_checks
from backend.attendance.standing import follow
from backend.clock import now
from backend.people import orders
from backend.people import service as people


@follow
def refresh(person_id: UUID) -> None:
    """Tell orders how much is credited now: after every verdict, decision, sheet and spot check that changes it.

    Spot checks follow first, for they follow from the check-ins that stand. The first presence under an order starts it.
    """
    people.lock_for_biometrics(person_id)  # or two at once would each miss what the other has just seen
    spot_checks.reconsider(person_id)
    reckoning = reckon(person_id)
    today = orders.terms_on(person_id, local_day(now()))
    sums = reckoning.credited_by_order
    if today is not None:
        sums.setdefault(today.order_id, 0)
        last = max((local_day(each.came_at) for each in reckoning.stretches), default=None)
        then = orders.terms_on(person_id, last) if last is not None else None
        if then is not None and then.order_id == today.order_id:
            orders.started(person_id)
    for order_id, credited_min in sorted(sums.items()):
        orders.propose_completion(order_id, credited_min)
