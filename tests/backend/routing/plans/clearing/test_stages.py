"""Grit comes after the plough: stages of a night, and how their plans become one."""

from __future__ import annotations

from dataclasses import replace

from backend.routing.clearing.plan import Act, Cost, Leg, Plan, Tour
from backend.routing.plans.basics import Hours, Spot
from backend.routing.plans.clearing.night import (
    Night,
    NightDepot,
    NightHeld,
    NightMachine,
    NightRates,
    NightSpeed,
    NightWork,
)
from backend.routing.plans.clearing.stages import merged, stages_of
from shared.vocabulary import WinterWork

FIVE, EIGHT_PM, SEVEN = 29 * 3600, 20 * 3600, 31 * 3600


def work(segment_id: int, kind: WinterWork) -> NightWork:
    """One pass along a segment."""
    return NightWork(
        segment_id=segment_id,
        forward=True,
        work=kind,
        numbers=(1,),
        passes=1,
        metres=100,
        grit_kg=0,
        due_s=None,
        urgency=1.0,
        priority=1,
        street="Абая",
        district=None,
    )


def machine(name: str, *kinds: WinterWork, closes_s: int = SEVEN) -> NightMachine:
    """A machine that does some works from eight in the evening."""
    return NightMachine(
        id=name,
        vehicle_id=name,
        board=name,
        driver_ids=(),
        district=None,
        depot_id="depot",
        shift=Hours(opens_s=EIGHT_PM, closes_s=closes_s),
        rest=Hours(opens_s=23 * 3600, closes_s=26 * 3600),
        rest_s=1800,
        speeds=tuple(NightSpeed(work=kind, kmh=20.0) for kind in kinds),
        capacity_kg=5000,
        gross_t=None,
        height_m=None,
        cost_fixed=100.0,
        cost_per_km=1.0,
        cost_per_h=1.0,
    )


CLEAR, GRIT = WinterWork.CLEAR, WinterWork.GRIT
NIGHT = Night(
    works=(work(1, CLEAR), work(1, GRIT), work(2, GRIT)),
    depots=(NightDepot(id="depot", title="База", spot=Spot(lat=0, lon=0), stay_s=0, store=True),),
    vehicles=(machine("plough", CLEAR, closes_s=FIVE), machine("spreader", CLEAR, GRIT)),
    rates=NightRates(late_per_h=0, foreign_district=0, overtime_per_h=0, balanced_s=None, moved_task=0),
    grit_from_s=FIVE,
)


def test_what_is_cleared_is_gritted_from_five() -> None:
    """By spreaders that are home by then; icy streets without snow are gritted at any time."""
    first, second = stages_of(NIGHT)
    assert ["1+clear", "2+grit"] == [each.side for each in first.works]
    assert ["1+grit"] == [each.side for each in second.works]
    assert [FIVE, FIVE] == [each.shift.closes_s for each in first.vehicles]
    (spreader,) = second.vehicles
    assert (FIVE, SEVEN, None) == (spreader.shift.opens_s, spreader.shift.closes_s, spreader.rest)


def test_a_night_without_both_is_one_problem() -> None:
    """Nothing waits for nothing."""
    dry = replace(NIGHT, works=(work(1, GRIT), work(2, GRIT)))
    assert (dry,) == stages_of(dry)
    assert 1 == len(stages_of(replace(NIGHT, grit_from_s=None)))


def test_in_the_middle_of_a_night_what_is_locked_goes_to_its_stage() -> None:
    """A spreader that grits at six goes on where it stands."""
    held = (
        NightHeld(task_id="1+grit1", shift_id="spreader", after_id=None),
        NightHeld(task_id="1+clear1", shift_id="plough", after_id=None),
    )
    late = replace(
        NIGHT,
        held=held,
        vehicles=(
            replace(
                machine("spreader", CLEAR, GRIT),
                shift=Hours(opens_s=FIVE + 3600, closes_s=SEVEN),
                locked=("1+grit1",),
                under_way=True,
                load_kg=900,
            ),
        ),
    )
    first, second = stages_of(late)
    assert ((), ["1+clear1"]) == (first.vehicles, [each.task_id for each in first.held])
    assert (("1+grit1",), 900, True) == (
        second.vehicles[0].locked,
        second.vehicles[0].load_kg,
        second.vehicles[0].under_way,
    )


def test_a_spreader_is_never_in_two_stages_at_once() -> None:
    """After the hour, or shortly before it, it grits; one that is locked to a street clears it first and does nothing else."""
    for opens_s in (FIVE - 900, FIVE + 3600):
        spreader = replace(
            machine("spreader", CLEAR, GRIT), shift=Hours(opens_s=opens_s, closes_s=SEVEN), under_way=True
        )
        for locked in ((), ("1+clear1",), ("1+grit1",)):
            stages = stages_of(replace(NIGHT, vehicles=(replace(spreader, locked=locked),)))
            found = [len(stage.vehicles) for stage in stages]
            assert ([1, 0] if locked == ("1+clear1",) else [0, 1]) == found


def tour(name: str, begins_s: int, ends_s: int, task: str) -> Tour:
    """From the depot to one task and home."""
    legs = (
        Leg(Act.START, "", 0, begins_s, begins_s, begins_s, 5000),
        Leg(Act.TASK, task, 0, begins_s + 60, begins_s + 60, ends_s - 60, 4000),
        Leg(Act.END, "", 0, ends_s, ends_s, ends_s, 4000),
    )
    return Tour(name, legs, 100, 50, Cost(distance=1.0))


def test_two_stages_are_one_tour_with_a_refill_between() -> None:
    """It waits at home until its hour; metres and costs are those of both."""
    one = Plan(
        (tour("spreader", EIGHT_PM, FIVE - 600, "2+grit1"),), (), (), Cost(distance=1.0), late_ids=("a",)
    )
    two = Plan((tour("spreader", FIVE, SEVEN, "1+grit1"),), (), (), Cost(distance=1.0))
    whole = merged((one, two))
    (found,) = whole.tours
    assert ("2+grit1", "1+grit1") == found.task_ids
    refill = next(leg for leg in found.legs if leg.act is Act.REFILL)
    assert (FIVE - 600, FIVE, 5000) == (refill.arrives_s, refill.leaves_s, refill.load_kg)
    assert (200, 100, 2.0, ("a",)) == (found.worked_m, found.idle_m, whole.cost.total, whole.late_ids)
