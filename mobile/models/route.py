"""Driving a route: the next stop, done or skipped with a reason, proof by photo, and what a new plan has changed."""

from __future__ import annotations

from uuid import UUID

from mobile.mapping.streets import NoStreets, StreetMap
from mobile.models.background import Background
from mobile.models.body_load import NOTHING_SAID, BodyLoad, said
from mobile.models.driven_way import DrivenWay
from mobile.models.equipment import Equipment
from mobile.models.guiding import NO_TURN, Guiding
from mobile.models.map import MapModel
from mobile.models.observed import Observed
from mobile.models.place_words import fresh_fix
from mobile.models.ports import Clock, Facts, LocalRoutes, NoRecorder, Recorder, RouteMoves
from mobile.models.route_progress import changes_of, current_route, next_stop, number_of
from mobile.models.route_reports import RouteReports
from mobile.models.route_signs import SKIPS
from mobile.models.route_view import RouteView, Stand, route_row, route_view, stop_rows
from mobile.models.rows import Row
from mobile.models.viewfinder import Viewfinder
from mobile.models.words import Words
from mobile.models.working import Working
from mobile.sync.overlay import LocalRoute
from shared.contracts import Fix, RouteStop
from shared.geometry import Point
from shared.i18n import Message as _
from shared.vocabulary import RouteState, SkipReason, StopState

FINISHED = _("finished")
WHO = "route"  # for whom the receiver runs
EVERY_S = 2.0
SEEN_FACT = "route.seen"  # the version of each route that the driver has acknowledged
SEEN_MOST = 30


class Route(Observed):
    """The crew's tab: one route at a time."""

    def __init__(
        self, routes: LocalRoutes, equipment: Equipment, facts: Facts, move: RouteMoves,
        background: Background, words: Words,
        *, now: Clock, streets: StreetMap | None = None, recorder: Recorder | None = None,
    ) -> None:  # fmt: skip
        """``now`` is the server's time as far as the phone knows it: shifts are planned by it."""
        super().__init__()
        self._routes = routes
        self._location = equipment.devices.location
        self._navigator = equipment.devices.navigator
        self._time = equipment.time
        self._facts = facts
        self._words = words
        self._now = now
        self._is_open = False
        self._guiding = Guiding(equipment.devices.talker, facts, words)
        self._working = Working()
        self.finder = Viewfinder(equipment.devices.camera)
        self._compass = equipment.devices.compass
        self.map = MapModel(streets or NoStreets(), words, facing_deg=lambda: self._compass.facing().deg)
        self._driven = DrivenWay(self.map, recorder or NoRecorder(), background)
        self._route: LocalRoute | None = None
        self._others: tuple[LocalRoute, ...] = ()
        self._has_news = False  # a new plan that the driver has not acknowledged
        self._chosen: UUID | None = None  # another route than the one that is due
        self._looked_at: UUID | None = None  # another stop than the next one
        self._proving: UUID | None = None  # the stop whose proof is photographed
        self._load: tuple[UUID, BodyLoad] | None = None  # what was said of the snow that a stop unloads
        self._reports = RouteReports(
            equipment, move, background, words, kept=self._kept, changed=self.changed
        )
        words.listen(self.changed)

    # --- what the screen calls ----------------------------------------------------------------------

    def open(self) -> None:
        """The screen is seen: the receiver runs."""
        self._location.start(EVERY_S, WHO)
        self._compass.start(WHO)
        self.read()
        self._is_open = True
        self._guide()
        self.changed()

    def close(self) -> None:
        """It is left."""
        self._location.stop(WHO)
        self._compass.stop(WHO)
        self._is_open = False
        self._guiding.hush()
        self.finder.close()

    def tick(self) -> None:
        """Time has passed: where are we?"""
        self.map.place(self._fix())
        self.map.turn()
        self._draw_driven()
        self._guide()
        self.finder.tick()
        self.changed()

    def switch_voice(self) -> None:
        """Turns are said aloud, or not any more."""
        self._guiding.switch()
        self.changed()

    def read(self) -> None:
        """Take the route as the phone has it now, with the reports that are not sent yet."""
        routes = self._routes.routes()
        held = next((route for route in routes if route.sheet.id == self._chosen), None)
        route = held or current_route(routes, self._now())
        if route is not None and (self._route is None or route.sheet.id != self._route.sheet.id):
            self._looked_at = self._proving = None
            if self._seen(route) is None:
                self._see(route)  # there is no older plan in the driver's head
        self._route = route
        self._others = tuple(other for other in routes if route and other.sheet.id != route.sheet.id)
        self._has_news = route is not None and self._is_news(route)
        self._draw()

    def news(self) -> None:
        """The core has changed."""
        self.read()
        self.map.look_again()
        self._guide()
        self.changed()

    def look_at(self, key: str) -> None:
        """Show a stop that is not the next one, or another of my routes."""
        if any(str(other.sheet.id) == key for other in self._others):
            self._chosen = UUID(key)
            self.read()
            self.changed()
            return
        self._looked_at, self._reports.error = UUID(key), ""
        self._draw()
        if (stop := self.stop) is not None:
            self.map.look_at(Point(lat=stop.lat, lon=stop.lon))
        self.changed()

    def to_next(self) -> None:
        """Back to the next stop."""
        self._looked_at, self._reports.error = None, ""
        self._draw()
        self.map.follow()
        self.changed()

    def start(self) -> None:
        """The crew drives off: from now on its way is recorded, and the dispatcher sees that it has begun."""
        if self._route is not None and not self._reports.is_too_soon:
            self._reports.move_to(self._route.sheet, RouteState.DRIVING, _("begun"))

    def finish(self) -> None:
        """All is done or skipped: the route is closed."""
        if self._route is not None and not self._reports.is_too_soon:
            self._reports.move_to(self._route.sheet, RouteState.CLOSED, FINISHED)

    def finish_early(self, reason: str) -> None:
        """The shift is over before the stops are: what is open is skipped for one reason, and the route is closed."""
        if self._route is not None and not self._reports.is_too_soon:
            self._reports.skip_rest(self._route.sheet, self._open_stops(), SkipReason(reason), FINISHED)

    def done(self) -> None:
        """The stop is done; one that needs a proof asks for it first: the screen opens the camera then."""
        stop = self.stop
        if stop is None or self._reports.is_too_soon:
            return
        if stop.photo_needed and not self.finder.taken:
            self._proving = stop.id
            self.finder.open()
            self.changed()
            return
        self._report(stop, StopState.DONE)

    def unloaded(self, share: str, ticket: str = "", weight_t: str = "") -> str:
        """The snow is unloaded, so full was the body; what is wrong with the weight, or nothing: then the stop is done."""
        stop = self.stop
        if stop is None or self._reports.is_too_soon:
            return ""
        load = said(stop, share, ticket, weight_t)
        if not isinstance(load, BodyLoad):
            return self._words(load)
        self._load = (stop.id, load)
        self.done()
        return ""

    def stop_proving(self) -> None:
        """Back from the camera without a proof."""
        self._proving = None
        self.finder.close()
        self.finder.hand_over()
        self.changed()

    def shoot(self) -> None:
        """A photo as proof."""
        self.finder.shoot()
        self.changed()

    def discard(self, number: int) -> None:
        """Without this photo."""
        self.finder.discard(number)
        self.changed()

    def prove(self) -> None:
        """The photos are good: the stop is done."""
        stop = self.stop
        if stop is not None and self.finder.taken:
            self._proving = None
            self.finder.close()
            self._report(stop, StopState.DONE)

    def skip(self, reason: str) -> None:
        """The stop is skipped, and why."""
        if (stop := self.stop) is not None and not self._reports.is_too_soon:
            self._report(stop, StopState.SKIPPED, SkipReason(reason))

    def take_back(self) -> None:
        """A mistake: the stop is to do again; the one that is shown, or the last that was reported."""
        stop = self._stop_to_take_back()
        if stop is not None and not self._reports.is_too_soon:
            self._looked_at, self._reports.last = None, None
            self._report(stop, StopState.PLANNED)

    def save_again(self) -> None:
        """The report that could not be kept, once more."""
        self._reports.save_again()

    def acknowledge(self) -> None:
        """The driver has seen what the new plan changes."""
        if self._route is not None:
            self._see(self._route)
            self._has_news = False
            self.changed()

    def navigate(self) -> None:
        """Hand the stop over to the installed navigator."""
        stop = self.stop
        if stop is not None and not self._navigator.open(Point(lat=stop.lat, lon=stop.lon), stop.title):
            self._reports.error = _("No navigator took the place: install one, or drive by this map.")
            self.changed()

    # --- what the screens show ----------------------------------------------------------------------

    @property
    def stop(self) -> RouteStop | None:
        """The stop that is shown: the next one, unless another was chosen."""
        if self._route is None:
            return None
        sheet = self._route.sheet
        chosen = next((stop for stop in sheet.stops if stop.id == self._looked_at), None)
        return chosen or next_stop(sheet)

    @property
    def view(self) -> RouteView:
        """What the screen shows now."""
        stand = Stand(
            route=self._route,
            stop=self.stop,
            fix=self._fix(),
            has_news=self._has_news,
            take_back=self._stop_to_take_back(),
            proving=self._proving is not None and self.stop is not None and self._proving == self.stop.id,
            photos=self.finder.taken,
            taking=self.finder.is_taking,
            room=self.finder.has_room,
            trouble=self.finder.trouble,
            saving=self._reports.is_saving,
            unsaved=self._reports.has_unsaved,
            error=self._reports.error,
            turn=self._guiding.view() if self._guided() is self.stop else NO_TURN,
        )
        return route_view(stand, self._words, self._now())

    @property
    def rows(self) -> tuple[Row, ...]:
        """All stops, for the list."""
        if self._route is None:
            return ()
        rows = stop_rows(self._route, self._words, with_changes=self._has_news)
        return (*rows, *(route_row(other, self._words) for other in self._others))

    @property
    def next_row(self) -> int:
        """Which of the rows the driver looks for, from 0."""
        following = next_stop(self._route.sheet) if self._route else None
        return number_of(self._route.sheet, following.id) - 1 if self._route and following else 0

    @property
    def reasons(self) -> tuple[tuple[str, str], ...]:
        """Why a stop may be skipped: value and words."""
        return tuple((reason.value, self._words(words)) for reason, words in SKIPS.items())

    # --- how ----------------------------------------------------------------------------------------

    def _fix(self) -> Fix | None:
        return fresh_fix(self._location, self._time.now)

    def _guided(self) -> RouteStop | None:
        """The stop to which the driver drives: never one that is only looked at."""
        return next_stop(self._route.sheet) if self._route and not self._route.withdrawn else None

    def _guide(self) -> None:
        if not self._is_open:
            return
        if self._route is not None and self._has_news:
            self._guiding.tell_of_plan(self._route.sheet.id, self._route.sheet.version)
        stop = self._guided()
        is_driven = self._working.follow(stop, self._fix())
        self._guiding.follow(stop, self._fix(), self._working.now)
        if is_driven and stop is not None:
            self._driven_to_the_end(stop)

    def _driven_to_the_end(self, stop: RouteStop) -> None:
        """A run along a street needs no touch: it is done when it is driven, and can be taken back."""
        if stop.photo_needed or self._route is None or self._route.sheet.state is not RouteState.DRIVING:
            return
        self._report(stop, StopState.DONE)

    def _draw(self) -> None:
        stop = self.stop
        self.map.show(self._route.sheet if self._route else None, stop.id if stop else None)
        self.map.place(self._fix())
        self._draw_driven()

    def _draw_driven(self) -> None:
        self._driven.draw(self._route.sheet.id if self._route else None)

    def _stop_to_take_back(self) -> RouteStop | None:
        if self._route is None:
            return None
        wanted = self._looked_at
        last = self._reports.last
        if wanted is None and last is not None and last[0] == self._route.sheet.id:
            wanted = last[1]
        stop = next((stop for stop in self._route.sheet.stops if stop.id == wanted), None)
        return stop if stop is not None and stop.state is not StopState.PLANNED else None

    def _seen(self, route: LocalRoute) -> int | None:
        seen: dict[str, int] = self._facts.get(SEEN_FACT) or {}
        return seen.get(str(route.sheet.id))

    def _see(self, route: LocalRoute) -> None:
        seen: dict[str, int] = self._facts.get(SEEN_FACT) or {}
        kept = [(key, version) for key, version in seen.items() if key != str(route.sheet.id)]
        self._facts.put(SEEN_FACT, dict([*kept, (str(route.sheet.id), route.sheet.version)][-SEEN_MOST:]))

    def _is_news(self, route: LocalRoute) -> bool:
        if (self._seen(route) or 0) >= route.sheet.version:
            return False
        return changes_of(route.sheet).any or bool(route.sheet.changed_because)

    def _report(self, stop: RouteStop, state: StopState, reason: SkipReason | None = None) -> None:
        assert self._route is not None
        pictures = self.finder.hand_over() if state is StopState.DONE else ()
        load, self._load = self._load, None
        told = state is StopState.DONE and load is not None and load[0] == stop.id
        self._reports.stop(
            self._route.sheet, stop, state, reason, pictures, load[1] if told and load else NOTHING_SAID
        )

    def _open_stops(self) -> tuple[RouteStop, ...]:
        stops = self._route.sheet.stops if self._route else ()
        return tuple(stop for stop in stops if stop.state is StopState.PLANNED)

    def _kept(self) -> None:
        """Something lies in the outbox, or could not be laid there: the next stop comes up."""
        if not self._reports.error:
            self._looked_at = None
            self.map.follow()
        self.read()
        self._guide()
        self.changed()
