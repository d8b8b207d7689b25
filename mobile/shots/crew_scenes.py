"""The crew's screens in the states that matter: a defect from the first look to «saved», a route with all that befalls it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from mobile.devices.compass import Heading, Silence
from mobile.devices.trouble import Trouble
from mobile.models.desk import Core
from mobile.models.navigation import Place
from mobile.shots.example_crew import crew_core
from mobile.shots.example_recorder import ExampleRecorder
from mobile.shots.example_routes import changed, haul_sheet, sheet, snow_sheet, turning_sheet
from mobile.shots.examples import HERE
from mobile.shots.scenes import Play, Scene, at_tab, enter, opened
from mobile.shots.stage import Stage
from shared.contracts import RouteSheet
from shared.geometry import Point
from shared.vocabulary import DefectKind, RouteState, SkipReason, StopState


def crew(*sheets: RouteSheet, **options: Any) -> Callable[[Path], Core]:
    """A maker of such cores."""
    return lambda reports: crew_core(reports, sheets, **options)


def recorded(
    route: RouteSheet | None = None, *, trouble: Trouble | None = None, **options: Any
) -> Callable[[Path], Core]:
    """A maker of cores whose driver is recorded, or should be."""
    driven = route or sheet()
    return crew(driven, recorder=ExampleRecorder(driven, trouble), **options)


def took_a_photo(stage: Stage) -> None:
    """At the description."""
    at_tab(Place.DEFECT)(stage)
    stage.desk.defect.shoot()
    stage.desk.defect.tick()


def described(stage: Stage) -> None:
    """Two photos and a guess."""
    took_a_photo(stage)
    stage.desk.defect.more()
    stage.desk.defect.shoot()
    stage.desk.defect.tick()
    stage.desk.defect.choose(DefectKind.POTHOLE.value)


def sized_up(stage: Stage) -> None:
    """A pile of snow with its size."""
    took_a_photo(stage)
    stage.desk.defect.choose(DefectKind.SNOW_PILE.value)
    stage.desk.defect.size("25")


def saved_two(stage: Stage) -> None:
    """Ready for the third one."""
    for _defect in range(2):
        took_a_photo(stage)
        stage.desk.defect.save()


def on_route(then: Callable[[Stage], None] = lambda _stage: None, place: Place = Place.ROUTE) -> Play:
    """At the route, with something done there."""

    def play(stage: Stage) -> None:
        at_tab(Place.ROUTE)(stage)
        then(stage)
        if place is Place.STOPS:
            stage.desk.navigation.open(Place.STOPS)

    return play


def skipped(stage: Stage) -> None:
    """The next one is skipped."""
    stage.desk.route.skip(SkipReason.PARKED_CARS.value)


def asked_to_skip(stage: Stage) -> None:
    """The question why."""
    stage.lay_out()
    stage.root.ids.screens.current_screen.ask_to_skip()


def asked_how_full(stage: Stage) -> None:
    """The question before a truckload is called unloaded."""
    stage.lay_out()
    stage.root.ids.screens.current_screen.finish_stop()


def looked_back(stage: Stage) -> None:
    """A stop that was skipped."""
    route = sheet()
    stage.desk.route.look_at(str(route.stops[5].id))


def proving(stage: Stage) -> None:
    """The camera for a proof, with one photo taken."""
    stage.desk.route.done()
    stage.desk.route.shoot()
    stage.desk.route.tick()


def follow(stage: Stage) -> None:
    """Me in the middle."""
    stage.lay_out()
    stage.desk.route.map.follow()


UNTOUCHED = replace(
    sheet(),
    state=RouteState.RELEASED,
    stops=tuple(replace(each, state=StopState.PLANNED, skip_reason=None) for each in sheet().stops),
)


def lost(stage: Stage) -> None:
    """Some ticks beside the planned way."""
    for _tick in range(3):
        stage.desk.route.tick()


BESIDE = Point(lat=HERE.lat + 0.001, lon=HERE.lon)
FINISHED = replace(sheet(), stops=tuple(replace(each, state=StopState.DONE) for each in sheet().stops))

CREW_SCENES: dict[str, Scene] = {
    "defect": (crew(heading=Heading(92.0)), at_tab(Place.DEFECT)),
    "defect-no-direction": (crew(heading=Heading(why=Silence.DISTURBED)), at_tab(Place.DEFECT)),
    "defect-no-place": (crew(at=None), at_tab(Place.DEFECT)),
    "defect-no-camera": (crew(no_camera=True), at_tab(Place.DEFECT)),
    "defect-photo": (crew(), took_a_photo),
    "defect-described": (crew(), described),
    "defect-pile": (crew(), sized_up),
    "defect-saved": (crew(), saved_two),
    "route": (crew(sheet(), snow_sheet()), on_route()),
    "route-fresh": (crew(UNTOUCHED), on_route()),
    "route-turn": (crew(turning_sheet()), on_route()),
    "route-beside": (crew(turning_sheet(), at=BESIDE), on_route(lost)),
    "route-follow": (crew(sheet(), heading=Heading(40.0)), on_route(follow)),
    "route-skipped": (crew(sheet()), on_route(skipped)),
    "route-skip-reasons": (crew(sheet()), on_route(asked_to_skip)),
    "route-changed": (crew(changed(sheet()), seen=1), on_route()),
    "route-proof": (crew(changed(sheet()), seen=2), on_route(proving)),
    "route-other-stop": (crew(sheet()), on_route(looked_back)),
    "route-snow": (crew(snow_sheet()), on_route()),
    "route-snow-working": (crew(snow_sheet(HERE)), on_route()),
    "route-hauling": (crew(haul_sheet()), on_route()),
    "route-unloading": (crew(haul_sheet()), on_route(asked_how_full)),
    "route-no-place": (crew(sheet(), at=None), on_route()),
    "route-withdrawn": (crew(sheet(), withdrawn=True), on_route()),
    "route-finished": (crew(FINISHED), on_route()),
    "route-none": (crew(), on_route()),
    "recording-today": (recorded(), enter),
    "recording-route": (recorded(), on_route()),
    "recording-changed": (recorded(changed(sheet()), seen=1), on_route()),
    "recording-not-allowed": (recorded(trouble=Trouble.NOT_ALLOWED), on_route()),
    "recording-settings": (recorded(), opened(Place.SETTINGS)),
    "stops": (crew(sheet(), snow_sheet()), on_route(skipped, Place.STOPS)),
    "stops-changed": (crew(changed(sheet()), seen=1), on_route(place=Place.STOPS)),
}
