"""The crew's screen: map, next stop, «done» and «skip» at the thumb; and the list of all stops."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from kivy.app import App
from kivy.clock import Clock
from kivy.factory import Factory
from kivy.properties import ListProperty, ObjectProperty, StringProperty
from kivy.uix.floatlayout import FloatLayout
from kivy.uix.modalview import ModalView

import mobile.screens.map_canvas
import mobile.screens.pane
import mobile.screens.photo_frame  # noqa: F401  # the rules name their classes
from mobile.models.body_load import NO_QUESTION
from mobile.models.map import MapModel, MapView
from mobile.models.route import Route
from mobile.screens.bound import BoundScreen, load_rules
from mobile.screens.live import LiveScreen, draw


class MapPanel(FloatLayout):
    """The map with its buttons, north and scale."""

    model = ObjectProperty(None, allownone=True)
    view = ObjectProperty(MapView(), rebind=True)

    def on_model(self, _panel: MapPanel, model: MapModel) -> None:
        """Show this map from now on."""
        self.ids.map.watch(model)
        model.listen(self._read)
        self._read()

    def _read(self) -> None:
        assert self.model is not None
        self.view = self.model.view


class Reasons(ModalView):
    """One of a few reasons must be chosen; fires ``on_choose`` with it, «cancel» closes it without a consequence."""

    title = StringProperty("")
    cancel = StringProperty("")
    reasons = ListProperty()

    __events__ = ("on_choose",)

    def on_reasons(self, _question: Reasons, reasons: Sequence[tuple[str, str]]) -> None:
        """A button each."""
        self.ids.answers.clear_widgets()
        for value, words in reasons:
            button = Factory.PlainButton(text=words)
            button.bind(on_release=lambda _button, value=value: self._choose(value))
            self.ids.answers.add_widget(button)

    def _choose(self, value: str) -> None:
        self.dismiss(animation=False)
        self.dispatch("on_choose", value)

    def on_choose(self, value: str) -> None:
        """A reason was touched."""


def ask_why(title: str, cancel: str, reasons: Sequence[tuple[str, str]], then: Callable[[str], None]) -> None:
    """Go on with the reason that is chosen."""
    question = Reasons(title=title, cancel=cancel)
    question.reasons = reasons  # once its box is there
    question.bind(on_choose=lambda _question, value: then(value))
    question.open(animation=False)


class BodyQuestion(ModalView):
    """How full the body was, one touch; a ticket and its weight may be typed before. ``take`` says what is wrong, or nothing."""

    view = ObjectProperty(NO_QUESTION)
    cancel = StringProperty("")

    def __init__(self, take: Callable[[str, str, str], str], **settings: Any) -> None:
        super().__init__(**settings)
        self._take = take
        for value, words in self.view.shares:
            button = Factory.MainButton(text=words)
            button.bind(on_release=lambda _button, value=value: self._choose(value))
            self.ids.shares.add_widget(button)

    def _choose(self, share: str) -> None:
        wrong = self._take(share, self.ids.ticket.text, self.ids.weight.text)
        self.ids.weight.error = wrong
        if not wrong:
            self.dismiss(animation=False)


load_rules("route")


class RouteScreen(LiveScreen):
    """See mobile.models.route."""

    model: Route

    def __init__(self, model: Route, **settings: Any) -> None:
        super().__init__(model, **settings)
        self.ids.panel.model = model.map

    def look(self) -> None:
        """What the camera sees, while a proof is photographed."""
        if self.view.proving:
            draw(self.ids.frame, self.model.finder.preview())

    def finish_stop(self) -> None:
        """Done; where snow is unloaded, it is asked first how much."""
        if self.view.body.shares:
            question = BodyQuestion(self.model.unloaded, view=self.view.body, cancel=self.view.cancel)
            question.open(animation=False)
        else:
            self.model.done()

    def ask_to_skip(self) -> None:
        """A skipped stop needs a reason."""
        ask_why(self.view.skip_title, self.view.cancel, self.model.reasons, self.model.skip)


class StopsScreen(BoundScreen):
    """All stops of the route, and my other routes."""

    model: Route

    def read(self) -> Any:
        """The rows, under the route's title."""
        return self.model.view

    def show(self, key: str) -> None:
        """At the next stop."""
        super().show(key)
        stops = self.ids.stops
        stops.rows = self.model.rows
        Clock.schedule_once(lambda _dt: scroll_to(stops, self.model.next_row))

    def refresh(self) -> None:
        """Read the rows anew, if anybody sees them."""
        super().refresh()
        if self.manager is not None and self.manager.current_screen is self:
            self.ids.stops.rows = self.model.rows

    def ask_to_finish(self) -> None:
        """What is left needs a reason."""
        ask_why(self.view.finish_title, self.view.cancel, self.model.reasons, self.finish_early)

    def finish_early(self, reason: str) -> None:
        """And back to the route, which says that it is finished."""
        self.model.finish_early(reason)
        App.get_running_app().desk.back()

    def open(self, key: str) -> None:
        """Look at one of them on the route's own screen."""
        if key:
            self.model.look_at(key)
            App.get_running_app().desk.back()


def scroll_to(stops: Any, number: int) -> None:
    """Bring a row to the second line from the top."""
    heights = [each["row_size"][1] for each in stops.data]
    room = sum(heights) - stops.height
    if room > 0:
        stops.scroll_y = 1 - min(sum(heights[: max(number - 1, 0)]) / room, 1.0)
