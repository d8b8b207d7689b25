"""The crew's route without a screen: the next stop, reports, proofs, mistakes taken back, a new plan."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from mobile.devices.camera import NoCamera
from mobile.devices.compass import Heading
from mobile.keeping.disk import StoreFull
from mobile.models.desk import Core
from mobile.models.route import SEEN_FACT, Route
from mobile.models.route_progress import current_route, minutes_to, way_to_m
from mobile.models.words import Words
from mobile.outbox.ladder import ItemKind, NewItem
from mobile.shots.crew_scenes import UNTOUCHED
from mobile.shots.example_core import AtOnce
from mobile.shots.example_crew import crew_core
from mobile.shots.example_recorder import ExampleRecorder
from mobile.shots.example_routes import ROUTE_ID, changed, haul_sheet, sheet, snow_sheet, stop
from mobile.shots.examples import HERE, NOW
from mobile.sync.overlay import LocalRoute
from shared.contracts import StopReport, decode, parse_json
from shared.geometry import Point
from shared.vocabulary import Language, RouteState, SkipReason, StopState

LATER_MS = 5000


class Navigator:
    """Takes places, or does not."""

    def __init__(self, takes: bool) -> None:
        self.takes = takes
        self.asked: list[tuple[Point, str]] = []

    def open(self, point: Point, title: str = "") -> bool:
        """See mobile.devices.navigator."""
        self.asked.append((point, title))
        return self.takes


class SmallMemory:
    """Keeps so many items, and is full then."""

    def __init__(self, outbox: Any, room: int) -> None:
        self.outbox, self.room = outbox, room

    def put(self, item: NewItem) -> None:
        """See mobile.outbox.queue."""
        if not self.room:
            raise StoreFull
        self.room -= 1
        self.outbox.put(item)


def model(core: Core, background: Any = None) -> Route:
    """The tab, open, in English."""
    route = Route(
        core.routes,
        core.equipment,
        core.facts,
        core.move_route,
        background or AtOnce(),
        Words(Language.EN),
        now=core.now,
        streets=core.streets,
        recorder=core.recorder,
    )
    route.open()
    return route


def put(core: Core) -> list[NewItem]:
    """What was kept."""
    items: list[NewItem] = core.equipment.outbox.put_items  # type: ignore[attr-defined]
    return items


def reports(core: Core) -> list[StopReport]:
    """What was signed."""
    return [decode(StopReport, parse_json(item.manifest)) for item in put(core)]


def wait(core: Core) -> None:
    """So long that a touch is meant."""
    core.equipment.devices.boot_clock.ms += LATER_MS  # type: ignore[attr-defined]


@pytest.fixture
def core(tmp_path: Path) -> Core:
    """A driver's phone with a route of 38 stops, twelve of them behind him."""
    return crew_core(tmp_path, [sheet()])


@pytest.fixture
def with_plan(tmp_path: Path) -> Callable[..., Core]:
    """The same after a new plan; ``seen`` is the version that the driver knows."""

    def make(seen: int | None) -> Core:
        return crew_core(tmp_path, [changed(sheet())], seen=seen)

    return make


def test_the_next_stop_is_the_first_that_is_to_do(core: Core) -> None:
    """Large, with its number, what to do, and how far it is."""
    view = model(core).view
    assert ("Маршрут 4 · 12 of 38", "13", "➤") == (view.title, view.number, view.icon)
    assert "ул. Интернациональная, 27" == view.stop
    assert "collect · 2 × 1,1 м³" == view.detail
    assert "550 m · 2 min · planned 09:40" == view.away.replace("\N{NO-BREAK SPACE}", " ")


def test_done_is_shown_before_anything_is_sent(core: Core) -> None:
    """The next one follows; the report waits in the outbox."""
    route = model(core)
    route.done()
    assert ("Маршрут 4 · 13 of 38", "14") == (route.view.title, route.view.number)
    assert "1 report waits" in route.view.facts
    (report,) = reports(core)
    assert (ROUTE_ID, 1, StopState.DONE, None) == (
        report.route_id,
        report.route_version,
        report.state,
        report.skip_reason,
    )
    assert (sheet().stops[12].id, NOW, 6) == (report.stop_id, report.captured_at, len(report.fixes))
    (item,) = put(core)
    assert (ItemKind.STOP_REPORT, {"route": ROUTE_ID, "stop": report.stop_id}) == (
        item.kind,
        dict(item.about.subjects),
    )


def test_a_route_is_begun_before_its_stops_are_done(tmp_path: Path) -> None:
    """One large button; it says what begins with it."""
    route = model(crew_core(tmp_path, [UNTOUCHED]))
    view = route.view
    assert ("Start the route", "", "") == (view.start, view.done, view.skip)
    assert "recorded" in view.detail
    route.start()
    assert ("", "Done") == (route.view.start, route.view.done)


def test_a_route_whose_stops_are_done_is_finished(tmp_path: Path) -> None:
    """Then it leaves the phone's screen."""
    done = replace(sheet(), stops=tuple(replace(each, state=StopState.DONE) for each in sheet().stops))
    core = crew_core(tmp_path, [done])
    route = model(core)
    assert ("Finish the route", "") == (route.view.finish, route.view.start)
    route.finish()
    assert [RouteState.CLOSED] == [each.sheet.state for each in core.routes.routes()]
    assert "" == route.view.finish


def test_a_skipped_stop_has_its_reason(core: Core) -> None:
    """The server refuses one without."""
    route = model(core)
    route.skip(SkipReason.BLOCKED.value)
    assert [(StopState.SKIPPED, SkipReason.BLOCKED)] == [
        (each.state, each.skip_reason) for each in reports(core)
    ]
    route.look_at(str(sheet().stops[12].id))
    assert "skipped · The way is blocked" == route.view.state


def test_a_second_touch_at_once_is_not_meant_for_the_next_stop(core: Core) -> None:
    """A glove bounces; later it is meant."""
    route = model(core)
    route.done()
    route.done()
    assert 1 == len(put(core))
    wait(core)
    route.done()
    assert 2 == len(put(core))


def test_a_mistake_is_taken_back(core: Core) -> None:
    """The stop is the next one again; a later report counts."""
    route = model(core)
    route.done()
    assert "Undo: ул. Интернациональная, 27" == route.view.take_back
    wait(core)
    route.take_back()
    assert "13" == route.view.number
    assert [StopState.DONE, StopState.PLANNED] == [report.state for report in reports(core)]
    assert "" == route.view.take_back


def test_an_older_stop_is_put_back_from_the_list(core: Core) -> None:
    """Touched there, looked at here."""
    route = model(core)
    skipped = sheet().stops[5]
    route.look_at(str(skipped.id))
    view = route.view
    assert ("6", "skipped · Parked cars", "Put it back to do", "To the next stop") == (
        view.number,
        view.state,
        view.take_back,
        view.to_next,
    )
    assert ("", "") == (view.done, view.skip)
    route.take_back()
    assert "6" == route.view.number
    assert "" == route.view.to_next


def test_a_stop_may_be_done_out_of_order(core: Core) -> None:
    """The driver knows the street; the next one stays."""
    route = model(core)
    route.look_at(str(sheet().stops[20].id))
    route.done()
    assert sheet().stops[20].id == reports(core)[0].stop_id
    assert "13" == route.view.number


def test_a_stop_that_wants_a_proof_is_done_with_its_photo(with_plan: Callable[..., Core]) -> None:
    """«Done» opens the camera; without a photo nothing is reported."""
    core = with_plan(seen=2)
    route = model(core)
    assert "Done, with a photo" == route.view.done
    route.done()
    assert route.view.proving
    route.prove()
    assert [] == put(core)
    route.shoot()
    route.tick()
    route.prove()
    (item,) = put(core)
    assert 1 == len(item.photos) == len(reports(core)[0].photos)
    assert not route.view.proving


def test_a_proof_that_is_not_taken_leaves_the_stop_to_do(with_plan: Callable[..., Core]) -> None:
    """And no photo for the next stop."""
    core = with_plan(seen=2)
    route = model(core)
    route.done()
    route.shoot()
    route.tick()
    route.stop_proving()
    assert ([], False, ()) == (put(core), route.view.proving, route.view.photos)


def test_without_a_camera_the_proof_says_so(with_plan: Callable[..., Core]) -> None:
    """The stop can still be skipped with a reason."""
    core = with_plan(seen=2)
    devices = replace(core.equipment.devices, camera=NoCamera())
    route = model(replace(core, equipment=replace(core.equipment, devices=devices)))
    route.done()
    assert "no camera" in route.view.trouble
    assert not route.view.may_shoot


def test_what_a_new_plan_changes_stays_until_it_is_seen(with_plan: Callable[..., Core]) -> None:
    """In words, and at the stops of the list."""
    core = with_plan(seen=1)
    route = model(core)
    assert (
        "The plan has changed. Ул. Жамбыла перекрыта: прорыв теплотрассы.\n"
        "Added: 1; moved: 1; removed: ул. Букетова, 43" == route.view.notice
    )
    assert ["added", "moved"] == [row.extra for row in route.rows if row.extra]
    assert "removed from the plan" == route.rows[-1].facts
    route.acknowledge()
    assert ("", "") == (route.view.notice, route.view.acknowledge)
    assert [] == [row.extra for row in route.rows if row.extra]
    assert "" == model(core).view.notice


def test_a_first_plan_is_no_news(with_plan: Callable[..., Core]) -> None:
    """Whatever its version: this driver has no older one in his head."""
    core = with_plan(seen=None)
    assert "" == model(core).view.notice
    assert {str(ROUTE_ID): 2} == core.facts.get(SEEN_FACT)


def test_a_new_plan_arrives_while_the_screen_is_open(core: Core) -> None:
    """The notice comes by itself; a report names the version that the driver had."""
    route = model(core)
    core.routes.sheets[0] = changed(sheet())  # type: ignore[attr-defined]
    route.news()
    assert route.view.notice
    route.skip(SkipReason.EMPTY.value)
    assert 2 == reports(core)[0].route_version


def test_a_withdrawn_route_can_be_read_and_not_driven(tmp_path: Path) -> None:
    """What was reported is safe, and that is said."""
    view = model(crew_core(tmp_path, [sheet()], withdrawn=True)).view
    assert "withdrawn" in view.notice
    assert ("", "", "") == (view.done, view.skip, view.take_back)


def test_a_route_is_finished_early_for_one_reason(core: Core) -> None:
    """The shift is over: every open stop is skipped, then the route is closed; what was done stays done."""
    route = model(core)
    assert ("Finish early…", "26 stops are open. Why are they left?") == (
        route.view.finish_early,
        route.view.finish_title,
    )
    route.finish_early("no_time")
    told = reports(core)
    assert 26 == len({each.stop_id for each in told}) == len(told)
    assert {(StopState.SKIPPED, SkipReason.NO_TIME)} == {(each.state, each.skip_reason) for each in told}
    assert [RouteState.CLOSED] == [each.sheet.state for each in core.routes.routes()]
    assert ("", "") == (route.view.finish_early, route.view.finish)


def test_a_full_memory_leaves_the_rest_open(core: Core) -> None:
    """Nothing is called finished that is not kept; the second try takes what is left."""
    small = SmallMemory(core.equipment.outbox, room=10)
    route = model(replace(core, equipment=replace(core.equipment, outbox=small)))
    route.finish_early("no_time")
    assert "full" in route.view.error
    assert (10, "16 stops are open. Why are they left?") == (len(put(core)), route.view.finish_title)
    assert [RouteState.DRIVING] == [each.sheet.state for each in core.routes.routes()]
    small.room = 26
    wait(core)
    route.finish_early("no_time")
    assert 26 == len({each.stop_id for each in reports(core)}) == len(put(core))


def test_a_finished_route_has_nothing_to_do(tmp_path: Path) -> None:
    """And no place to lead to."""
    done = replace(sheet(), stops=tuple(replace(each, state=StopState.DONE) for each in sheet().stops))
    view = model(crew_core(tmp_path, [done])).view
    assert ("All stops are done or skipped", "", "", "") == (view.stop, view.done, view.navigate, view.away)


def test_without_a_route_the_screen_says_so(tmp_path: Path) -> None:
    """It is no error."""
    view = model(crew_core(tmp_path)).view
    assert "No route is yours now. A new one appears here by itself." == view.empty
    assert "" == view.stop


def test_another_route_is_chosen_from_the_list(tmp_path: Path) -> None:
    """A night of snow after a day of waste."""
    later = replace(snow_sheet(), starts_at=NOW + timedelta(hours=8), ends_at=NOW + timedelta(hours=16))
    route = model(crew_core(tmp_path, [sheet(), later]))
    assert later.title == route.rows[-1].title
    route.look_at(route.rows[-1].key)
    assert later.title in route.view.title
    assert route.view.detail.startswith("clear of snow · right side · pass 2 of 2")


def test_a_stop_is_handed_to_the_navigator(core: Core) -> None:
    """By place and name; nobody there to take it is said."""
    for takes, error in (
        (True, ""),
        (False, "No navigator took the place: install one, or drive by this map."),
    ):
        navigator = Navigator(takes)
        devices = replace(core.equipment.devices, navigator=navigator)
        route = model(replace(core, equipment=replace(core.equipment, devices=devices)))
        route.navigate()
        wanted = sheet().stops[12]
        assert [(Point(wanted.lat, wanted.lon), wanted.title)] == navigator.asked
        assert error == route.view.error


def test_an_unsaved_report_keeps_its_photos(with_plan: Callable[..., Core]) -> None:
    """Nobody is signed in for a moment; then it is saved after all."""
    core = with_plan(seen=2)
    who: list[Any] = [None]
    kept = replace(core.equipment, owner_id=lambda: who[0])
    route = model(replace(core, equipment=kept))
    route.done()
    route.shoot()
    route.tick()
    route.prove()
    assert ("Save again", []) == (route.view.again, put(core))
    who[0] = core.equipment.owner_id()
    route.save_again()
    assert ("", 1) == (route.view.again, len(put(core)[0].photos))


def test_the_route_of_this_shift_comes_before_others() -> None:
    """Then the next to begin, then the last; closed ones never."""
    running = sheet()
    tomorrow = replace(snow_sheet(), starts_at=NOW + timedelta(hours=20), ends_at=NOW + timedelta(hours=28))
    closed = replace(running, state=RouteState.CLOSED)
    found = current_route([LocalRoute(tomorrow), LocalRoute(running)], NOW)
    assert found is not None
    assert running == found.sheet
    coming = current_route([LocalRoute(closed), LocalRoute(tomorrow)], NOW)
    assert coming is not None
    assert tomorrow == coming.sheet
    assert current_route([LocalRoute(closed)], NOW) is None


def test_the_way_is_counted_along_the_street_while_on_it() -> None:
    """Beside it the straight line with a detour; without a place the whole planned way."""
    here = stop(0)
    north = [[here.lon, here.lat], [here.lon, here.lat + 0.009], [here.lon + 0.009, here.lat + 0.009]]
    target = stop(
        1, lat=here.lat + 0.009, lon=here.lon + 0.009, path={"type": "LineString", "coordinates": north}
    )
    assert pytest.approx(1577, abs=5) == way_to_m(target, Point(here.lat, here.lon))
    assert pytest.approx(1577, abs=5) == way_to_m(target, None)
    beside = way_to_m(replace(target, path=None), Point(here.lat, here.lon))
    assert pytest.approx(1.3 * 1155, abs=5) == beside
    assert 0.0 == way_to_m(target, Point(target.lat, target.lon))
    assert way_to_m(stop(0), None) is None
    assert 4 == minutes_to(1577)


def test_a_route_that_nobody_has_begun_is_shown_whole(tmp_path: Path) -> None:
    """One under way shows what comes next; whoever wants to sees all of it, also when the window gets another size."""
    fresh = model(crew_core(tmp_path, [UNTOUCHED]))
    under_way = model(crew_core(tmp_path, [sheet()]))
    for route in (fresh, under_way):
        route.map.resize(360, 300, 1.0)
    assert (False, True) == (fresh.map.view.follows, under_way.map.view.follows)
    assert under_way.map.viewport.m_per_px < fresh.map.viewport.m_per_px / 2
    under_way.map.whole()
    under_way.map.resize(360, 320, 1.0)
    assert not under_way.map.view.follows
    assert under_way.map.viewport.m_per_px > fresh.map.viewport.m_per_px / 2


def test_the_map_follows_the_driver_after_a_report(core: Core) -> None:
    """Also when the whole route was looked at before."""
    route = model(core)
    route.map.resize(360, 300, 1.0)
    route.map.whole()
    assert not route.map.view.follows
    drawing = route.map.drawing(route.map.viewport)
    assert {"line", "muted", "accent"} <= {stroke.colour for stroke in drawing.strokes}
    assert "13" == drawing.signs[-1].text
    assert drawing.me is not None
    route.done()
    assert route.map.view.follows
    me = route.map.drawing(route.map.viewport).me
    assert me is not None
    assert pytest.approx((180, 150), abs=1) == me.at


def test_the_map_stays_where_a_finger_left_it(core: Core) -> None:
    """Until the driver asks to be followed; a new size does not move it either."""
    route = model(core)
    route.map.resize(360, 300, 1.0)
    route.map.pan(-50, 20)
    centre = route.map.viewport.centre
    route.map.resize(360, 200, 1.0)
    route.tick()
    assert centre == route.map.viewport.centre
    route.map.nearer()
    assert centre == route.map.viewport.centre


def test_the_arrow_points_where_the_vehicle_drives(core: Core) -> None:
    """By its way over the last fixes; a trembling receiver has no direction."""
    route = model(core)
    latest = core.equipment.devices.location.latest
    assert latest is not None
    assert route.map.heading_deg() is None
    route.map.place(replace(latest, lon=HERE.lon + 0.00001))
    assert route.map.heading_deg() is None
    route.map.place(replace(latest, lon=HERE.lon + 0.001))
    assert pytest.approx(90, abs=0.5) == route.map.heading_deg()


def test_the_arrow_of_a_driver_who_stands_is_the_compass_s(tmp_path: Path) -> None:
    """He gets out and turns round; once he drives, his way counts again."""
    core = crew_core(tmp_path, [sheet()], heading=Heading(200.0))
    route = model(core)
    route.tick()
    latest = core.equipment.devices.location.latest
    assert latest is not None
    assert pytest.approx(200.0) == route.map.heading_deg()
    seen = route.map.seen
    core.equipment.devices.compass.heading = Heading(204.0)  # type: ignore[attr-defined]
    route.tick()
    assert seen == route.map.seen
    for step in range(3):
        route.map.place(replace(latest, lon=HERE.lon + 0.001 * step, speed_mps=9.0))
    assert pytest.approx(90, abs=0.5) == route.map.heading_deg()


def test_the_way_that_was_recorded_lies_on_the_map(tmp_path: Path) -> None:
    """A thin line over the plan, growing while it is recorded; an older route's is read from the phone."""
    recorder = ExampleRecorder()
    core = crew_core(tmp_path, [sheet()], recorder=recorder)
    route = model(core)
    route.map.resize(400, 400, 1.0)

    def ends_at(route: Route) -> tuple[float, float]:
        drawing = route.map.drawing(route.map.viewport)
        (line,) = (line for stroke in drawing.strokes if stroke.colour == "text" for line in stroke.lines)
        return line[-1]

    before = ends_at(route)
    last = recorder.fixes[-1]
    moved = replace(last, lat=last.lat + 0.002, taken_at=last.taken_at + timedelta(seconds=5))
    recorder.fixes = (*recorder.fixes, moved)
    route.tick()
    assert ends_at(route)[1] > before[1]
    other = ExampleRecorder(snow_sheet())
    other.load = lambda _route_id: recorder.fixes  # type: ignore[method-assign]
    again = model(crew_core(tmp_path, [sheet()], recorder=other))
    again.map.resize(400, 400, 1.0)
    assert ends_at(route) == ends_at(again)


def test_a_segment_is_drawn_on_its_side_of_the_street(tmp_path: Path) -> None:
    """East of a street that is driven northward, when the right side is to clear."""
    route = model(crew_core(tmp_path, [snow_sheet()]))
    route.map.resize(400, 400, 1.0)
    view = route.map.viewport
    right = [s for s in route.map.drawing(view).strokes if s.width_px == 7.0]
    at = route.map.drawing(view).signs[-1].at
    assert [at[0] + 4] == pytest.approx([line[0][0] for stroke in right for line in stroke.lines])


def test_an_unloading_asks_how_full_the_body_is_and_reports_the_share(tmp_path: Path) -> None:
    """One touch; the ticket is optional."""
    core = crew_core(tmp_path, [haul_sheet()])
    route = model(core)
    assert "How full is the body?" == route.view.body.title
    assert "half · 8 m³" in [words for _share, words in route.view.body.shares]
    assert "" == route.unloaded("0.5", " К-17 ", "")
    report = reports(core)[-1]
    assert (8.0, None, "К-17", StopState.DONE) == (
        report.volume_m3,
        report.weight_kg,
        report.ticket,
        report.state,
    )


def test_a_weight_of_the_ticket_goes_along_and_a_wrong_one_is_said(tmp_path: Path) -> None:
    """In tonnes, with a comma or a point; nothing is reported before it is right."""
    core = crew_core(tmp_path, [haul_sheet()])
    route = model(core)
    for wrong in ("тонна", "-3", "0", "500"):
        assert "tonnes" in route.unloaded("1.0", "", wrong)
    assert [] == reports(core)
    assert "" == route.unloaded("1.0", "9", "6,72")
    report = reports(core)[-1]
    assert (16.0, 6720.0, "9") == (report.volume_m3, report.weight_kg, report.ticket)


def test_only_an_unloading_of_snow_asks_and_what_was_said_belongs_to_its_stop(
    tmp_path: Path,
) -> None:
    """The loading before it, a stop of waste: just done."""
    core = crew_core(tmp_path, [haul_sheet()])
    route = model(core)
    route.unloaded("0.25")
    wait(core)
    assert () == route.view.body.shares  # the next stop is a loading
    route.done()
    assert reports(core)[-1].volume_m3 is None
