"""What a night's run found, as it is kept: tours as runs along streets with the ways between them, what is left out and why, by street. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Protocol

from backend.routing.clearing.plan import Act, Flaw, Leg, Plan, Undone
from backend.routing.plans.clearing import remedies
from backend.routing.plans.clearing.night import Night, NightMachine, NightWork, Posts, by_task, profile_of
from backend.routing.plans.clearing.runs import Item, Run, items_of, numbered
from backend.routing.plans.kept_words import kept_message
from shared.i18n import Message
from shared.vocabulary import WinterWork

SEGMENTS_NAMED = 40  # of what is left out for one reason in one street: so many segments are named


class Streets(Protocol):
    """What a result asks of the streets."""

    def legs(self, profile: str, pairs: Sequence[tuple[int, int]]) -> list[dict[str, Any] | None]:
        """The ways between posts."""

    def arc(self, segment_id: int, forward: bool) -> int:
        """The number of a direction of a segment."""

    def follows(self, arc: int, next_arc: int) -> bool:
        """Whether one arc begins where the other ends, without turning round."""

    def crossing(self, first: int, last: int) -> tuple[str, str]:
        """The names of the streets that cross where the first arc begins and where the last one ends; empty: none has a name."""

    def line(self, arcs: Sequence[int]) -> list[list[float]]:
        """Positions along arcs that follow each other."""


def written(
    plan: Plan,
    given: Night,
    night: Night,
    posts: Posts,
    on: Streets,
    apart: Iterable[Undone],
    *,
    streets: str,
) -> dict[str, Any]:
    """The plan as JSON; ``apart`` was taken out of ``given`` before the solver was asked."""
    works = by_task(given)
    numbers = numbered(plan.tours, works)
    machines = {each.id: each for each in night.vehicles}

    def meets(a: NightWork, a_forward: bool, b: NightWork, b_forward: bool) -> bool:
        return on.follows(on.arc(a.segment_id, a_forward), on.arc(b.segment_id, b_forward))

    tours = []
    for tour in plan.tours:
        machine = machines[tour.machine_id]
        items = items_of(tour, works, numbers, meets)
        legs = on.legs(profile_of(machine).name, _gaps(items, machine, posts))
        tours.append(
            {
                "shift_id": tour.machine_id,
                "distance_m": tour.worked_m + tour.idle_m,
                "worked_m": tour.worked_m,
                "idle_m": tour.idle_m,
                "duration_s": tour.duration_s,
                "cost": tour.cost.total,
                "items": [_item(item, way, on) for item, way in zip(items, [None, *legs], strict=True)],
            }
        )
    names = {each.id: each.board for each in night.vehicles} | {each.id: each.title for each in night.depots}
    late = set(plan.late_ids)
    return {
        "cost": {**asdict(plan.cost), "total": plan.cost.total},
        "bound": None,
        "gap": None,
        "distance_m": plan.worked_m + plan.idle_m,
        "worked_m": plan.worked_m,
        "idle_m": plan.idle_m,
        "served": sum(len(tour.task_ids) for tour in plan.tours),
        "late": len(late),
        "late_m": sum(works[id][0].metres for id in late),
        "seconds": round(plan.seconds, 2),
        "iterations": plan.iterations,
        "stopped_early": plan.stopped_early,
        "streets": streets,
        "tours": tours,
        "unserved": _by_street((*apart, *plan.undone), works, {each.subject: each for each in plan.flaws}),
        "flaws": [_flaw(each, names) for each in plan.flaws if each.subject not in works],
    }


def _gaps(items: Sequence[Item], machine: NightMachine, posts: Posts) -> list[tuple[int, int]]:
    """The posts that are left and entered between one item and the next; where a machine rests it stays."""
    pairs = []
    here = posts.start(machine)
    for item in items[1:]:
        entered, left = _ends_of(item, here, machine, posts)
        pairs.append((here, entered))
        here = left
    return pairs


def _ends_of(item: Item, here: int, machine: NightMachine, posts: Posts) -> tuple[int, int]:
    if isinstance(item, Run):
        first, last = item.passed[0], item.passed[-1]
        return (
            posts.enters(first.work.segment_id, first.forward),
            posts.leaves(last.work.segment_id, last.forward),
        )
    if item.act is Act.REST:
        return here, here
    depot = posts.depot(item.id or machine.depot_id)
    return depot, depot


def _item(item: Item, way: Mapping[str, Any] | None, on: Streets) -> dict[str, Any]:
    if isinstance(item, Leg):
        times = {"arrives_s": item.arrives_s, "begins_s": item.begins_s, "leaves_s": item.leaves_s}
        moves = item.act is not Act.REST
        return {
            "act": item.act.value,
            "id": item.id,
            **times,
            "load_kg": item.load_kg,
            "way": way if moves else None,
        }
    arcs = [on.arc(each.work.segment_id, each.forward) for each in item.passed]
    crossing = on.crossing(arcs[0], arcs[-1])
    return {
        "act": "run",
        "id": "",
        "arrives_s": item.arrives_s,
        "begins_s": item.passed[0].begins_s,
        "leaves_s": item.passed[-1].leaves_s,
        "load_kg": item.load_kg,
        "way": way if way is not None and way["metres"] >= 1 else None,
        "work": item.work.work.value,
        "street": item.work.street,
        "from": crossing[0],
        "to": crossing[1],
        "side": item.side.value,
        "number": item.passed[0].number,
        "passes": item.work.passes,
        "metres": item.metres,
        "grit_kg": sum(each.work.grit_kg for each in item.passed),
        "due_s": item.due_s,
        "late": item.late,
        "priority": min(each.work.priority for each in item.passed),
        "line": on.line(arcs),
        "segments": [
            {
                "id": each.work.segment_id,
                "forward": each.forward,
                "either": each.work.forward is None,
                "work": each.work.work.value,
                "pass": each.number,
                "passes": each.work.passes,
            }
            for each in item.passed
        ],
    }


def _by_street(
    undone: Iterable[Undone], works: Mapping[str, tuple[NightWork, int]], flaws: Mapping[str, Flaw]
) -> list[dict[str, Any]]:
    """What is left out, one entry for a street, a work and a reason, the most urgent first."""
    groups: dict[tuple[str, WinterWork, str], list[tuple[NightWork, Message, str]]] = {}
    for each in undone:
        work = works[each.task_id][0]
        words = remedies.words_of(each, work, flaws)
        groups.setdefault((work.street, work.work, words.source), []).append((work, words, each.why.value))
    found = []
    for (street, kind, _source), members in groups.items():
        segments = list(dict.fromkeys(work.segment_id for work, _, _ in members))
        found.append(
            {
                "site_id": "",
                "title": street,
                "work": kind.value,
                "why": members[0][2],
                "words": kept_message(members[0][1], {}),
                "segment_ids": segments[:SEGMENTS_NAMED],
                "segment_count": len(segments),
                "metres": sum(work.metres for work, _, _ in members),
                "priority": min(work.priority for work, _, _ in members),
            }
        )
    return sorted(found, key=lambda each: (each["priority"], each["title"], each["work"]))


def _flaw(flaw: Flaw, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "subject": flaw.subject,
        "title": names.get(flaw.subject, ""),
        "field": flaw.field,
        "value": flaw.value,
        "words": kept_message(flaw.words, names),
        "stop_ids": list(flaw.stop_ids),
    }
