"""Repairing faults of a road: the task's list, one fault from «to repair» to what its photo shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

from mobile.models.desk import Core
from mobile.models.navigation import Place
from mobile.shots.crew_scenes import crew
from mobile.shots.example_core import no_photo
from mobile.shots.example_faults import FAULTS, HATCH, NET, POTHOLE, REPAIR, checked, photo, repairing
from mobile.shots.scenes import Play, Scene, opened
from mobile.shots.stage import Stage
from mobile.sync.overlay import LocalFault
from shared.vocabulary import ProofCheck


def crew_with(*faults: LocalFault, **options: Any) -> Callable[[Path], Core]:
    """A maker of cores of a crew that repairs these."""
    return lambda reports: crew(tasks=repairing(*faults), **{"fault_photo": photo, **options})(reports)


def at_net(*steps: str, fault_id: UUID = NET) -> Play:
    """At the net of cracks that is being repaired, or at another fault, after these steps of the screen's model."""

    def play(stage: Stage) -> None:
        opened(Place.FAULT, str(fault_id))(stage)
        stage.lay_out()
        for step in steps:
            getattr(stage.desk.fault, step)()

    return play


AT_POTHOLE = opened(Place.FAULT, str(POTHOLE))
WITHDRAWN = replace(FAULTS[0], withdrawn=True)

FAULT_SCENES: dict[str, Scene] = {
    "fault-list": (crew_with(), opened(Place.TASK, str(REPAIR.id))),
    "fault-list-no-place": (crew_with(here=lambda: None), opened(Place.TASK, str(REPAIR.id))),
    "fault": (crew_with(), AT_POTHOLE),
    "fault-no-place": (crew_with(at=None, fault_photo=no_photo), AT_POTHOLE),
    "fault-repairing": (crew_with(), at_net()),
    "fault-camera": (crew_with(), at_net("go")),
    "fault-no-camera": (crew_with(no_camera=True), at_net("go")),
    "fault-photo": (crew_with(), at_net("go", "go", "tick")),
    "fault-photo-far": (crew_with(), at_net("go", "go", "tick", fault_id=HATCH)),
    "fault-saved": (crew_with(), at_net("go", "go", "tick", "go")),
    "fault-awaited": (crew_with(checked(ProofCheck.WAITING)), AT_POTHOLE),
    "fault-clean": (crew_with(checked(ProofCheck.CLEAN)), AT_POTHOLE),
    "fault-still-there": (crew_with(checked(ProofCheck.FAULTY)), AT_POTHOLE),
    "fault-unproven": (crew_with(checked(None)), AT_POTHOLE),
    "fault-withdrawn": (crew_with(WITHDRAWN), AT_POTHOLE),
}
