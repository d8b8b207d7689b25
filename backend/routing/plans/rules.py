"""What may be asked of a plan, and where it is in its life. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from backend.routing.rules.plans import Errors
from shared.i18n import Message
from shared.vocabulary import PlanState, RouteKind, WinterWork

_ = Message
SECONDS_MAX, REPLAN_SECONDS_MAX = 1800.0, 60.0
AHEAD_MAX = timedelta(days=31)
PLANNING, DRAFT, FAILED, RELEASED, DRIVING, CLOSED, DISCARDED = PlanState

MOVES: dict[PlanState, dict[PlanState, bool]] = {  # by dispatchers; True: a reason is needed
    PLANNING: {DISCARDED: False},
    DRAFT: {RELEASED: False, DISCARDED: False},
    FAILED: {DISCARDED: False},
    RELEASED: {CLOSED: True},
    DRIVING: {CLOSED: False},
}
REPLANNED = frozenset({RELEASED, DRIVING})  # what can be planned anew without losing what drivers have seen


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """What a dispatcher asks for: the day's kind, who works and who is served; empty sets mean everybody there is."""

    kind: RouteKind
    day: date
    district_id: UUID | None = None  # None: the whole city
    title: str = ""
    seconds: float = 30.0
    shift_ids: frozenset[UUID] = frozenset()
    site_ids: frozenset[UUID] = frozenset()
    fill_from: float = 0.5  # sites less full than this are left for another day
    must_from: float = 0.8  # sites at least this full must be served
    balanced_min: int | None = None  # shifts longer than this cost overtime
    works: frozenset[WinterWork] = frozenset(WinterWork)  # of a night by streets
    segment_ids: frozenset[int] = frozenset()  # of a night by streets, or of hauling: nothing but these
    pile_from_m3: float = 10.0  # of hauling: less snow beside a piece of street waits for another night


@dataclass(frozen=True, kw_only=True)
class Events:
    """What has happened since the release, and what must be planned anew because of it."""

    reason: str
    out_shift_ids: frozenset[UUID] = frozenset()  # broken down, ill, called away
    closed_segment_ids: frozenset[int] = frozenset()
    urgent_site_ids: frozenset[UUID] = frozenset()
    dropped_site_ids: frozenset[UUID] = frozenset()
    urgent_segment_ids: frozenset[int] = frozenset()  # to be done, or done again, before all others
    dropped_segment_ids: frozenset[int] = frozenset()
    new_snow: bool = (
        False  # what is needed, or lies there, is looked up anew: streets that are done may need it again
    )
    closed_dump_ids: frozenset[UUID] = frozenset()  # of hauling: full, or not to be reached any more
    seconds: float = 1.4  # with timing and ways a new plan is there within two


def wish_errors(wishes: Wishes, today: date) -> Errors:
    """What is wrong with a wish, by field."""
    errors: Errors = {}
    if not today - timedelta(days=1) <= wishes.day <= today + AHEAD_MAX:
        message = _("must lie between yesterday and {days} days ahead, was {value}")
        errors["day"] = [message.format(days=AHEAD_MAX.days, value=wishes.day.isoformat())]
    if wishes.must_from < wishes.fill_from:
        message = _("must not be below fill_from {least}, was {value}")
        errors["must_from"] = [message.format(least=wishes.fill_from, value=wishes.must_from)]
    return errors


def event_errors(events: Events, *, shift_ids: frozenset[UUID]) -> Errors:
    """What is wrong with events, given the shifts that drive the plan."""
    errors: Errors = {}
    if not events.reason.strip():
        errors["reason"] = [_("must say why the plan changes: drivers read it")]
    unknown = sorted(str(each) for each in events.out_shift_ids - shift_ids)
    if unknown:
        message = _("must be shifts of this plan, was {value}; see its routes")
        errors["out_shift_ids"] = [message.format(value=", ".join(unknown))]
    both = sorted(str(each) for each in events.urgent_site_ids & events.dropped_site_ids)
    if both:
        message = _("must not name a site that is urgent too: {value}")
        errors["dropped_site_ids"] = [message.format(value=", ".join(both))]
    twice = sorted(events.urgent_segment_ids & events.dropped_segment_ids)
    if twice:
        message = _("must not name a segment that is urgent too: {value}")
        errors["dropped_segment_ids"] = [message.format(value=", ".join(map(str, twice)))]
    return errors


def next_states(source: PlanState) -> list[PlanState]:
    """Where dispatchers can take a plan from a state."""
    return list(MOVES.get(source, {}))


def move_errors(source: PlanState, target: PlanState, reason: str) -> Errors:
    """What a move that exists still lacks."""
    if MOVES[source][target] and not reason.strip():
        message = _("must say why the plan goes from {source} to {target}")
        return {"reason": [message.format(source=source.value, target=target.value)]}
    return {}


def state_diagram() -> str:
    """The moves as a Mermaid state diagram, for the documentation."""
    lines = ["stateDiagram-v2", "    [*] --> planning"]
    by_itself = ((PLANNING, DRAFT), (PLANNING, FAILED), (RELEASED, DRIVING), (DRIVING, CLOSED))
    lines += [f"    {source.value} --> {target.value}: by itself" for source, target in by_itself]
    for source, targets in MOVES.items():
        for target, reason in targets.items():
            needs = ", needs reason" if reason else ""
            lines.append(f"    {source.value} --> {target.value}: dispatcher{needs}")
    return "\n".join([*lines, "    closed --> [*]", "    discarded --> [*]"]) + "\n"
