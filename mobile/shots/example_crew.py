"""A driver's phone for pictures and tests of screens: a road before the camera, a receiver at the park, routes in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from mobile.client.session import User
from mobile.devices.camera import NoCamera
from mobile.devices.compass import Heading, NoCompass, Silence
from mobile.models.desk import Core
from mobile.models.route import SEEN_FACT
from mobile.shots.example_core import ExampleFacts, ExampleOutbox, example_core
from mobile.shots.example_equipment import ExampleTime, example_equipment
from mobile.shots.example_routes import ROUTE_ID, ExampleRoutes, RoadCamera, streets
from mobile.shots.examples import HERE, USER
from shared.contracts import RouteSheet
from shared.geometry import Point
from shared.vocabulary import Role

NO_HEADING = Heading(why=Silence.MISSING)
DRIVER: User = replace(USER, role=Role.CREW)


class ExampleCompass(NoCompass):
    """One that says what it is told to."""

    def __init__(self, heading: Heading) -> None:
        self.heading = heading

    def camera(self) -> Heading:
        """See Compass."""
        return self.heading

    def facing(self) -> Heading:
        """See Compass."""
        return self.heading


def crew_core(
    reports: Path,
    sheets: Sequence[RouteSheet] = (),
    *,
    at: Point | None = HERE,
    seen: int | None = None,
    no_camera: bool = False,
    withdrawn: bool = False,
    heading: Heading = NO_HEADING,
    **parts: Any,
) -> Core:
    """A driver's phone; ``seen`` is the version of the route that he has acknowledged."""
    outbox, time = parts.pop("outbox", None) or ExampleOutbox(()), ExampleTime()
    made = example_equipment(reports, outbox, time=time, at=at)
    camera = NoCamera() if no_camera else RoadCamera(time)
    equipment = replace(made, devices=replace(made.devices, camera=camera, compass=ExampleCompass(heading)))
    routes, facts = ExampleRoutes(sheets, withdrawn=withdrawn), ExampleFacts()
    routes.keeper = equipment.outbox
    if seen is not None:
        facts.put(SEEN_FACT, {str(ROUTE_ID): seen})
    made_of = {"user": DRIVER, "outbox": outbox, "routes": routes, "facts": facts, "streets": streets()}
    return example_core(reports, equipment=equipment, **{**made_of, **parts})
