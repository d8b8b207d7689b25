"""A screen that looks through a device: it runs while the screen is seen and rests with it."""

from __future__ import annotations

from typing import Any, Protocol, cast

from kivy.app import App
from kivy.clock import Clock

from mobile.devices.camera import Preview
from mobile.screens.bound import BoundScreen
from mobile.screens.widgets import Question

EVERY_S = 0.1


class Live(Protocol):
    """What such a screen's model has."""

    def open(self) -> None: ...
    def close(self) -> None: ...
    def tick(self) -> None: ...


class LiveScreen(BoundScreen):
    """Opens its model when it is shown, closes it when it is left, and lets it look ten times a second."""

    _ticking: Any = None

    def __init__(self, model: Any, **settings: Any) -> None:
        super().__init__(model, **settings)
        App.get_running_app().bind(on_pause=self._rest, on_resume=self._go_on)

    def show(self, key: str) -> None:
        """Be opened."""
        super().show(key)
        self._start()

    def on_pre_leave(self, *_event: object) -> None:
        """Be left, or covered by the lock."""
        self._rest()

    def _start(self) -> None:
        self._live.open()
        self.look()
        self._ticking = self._ticking or Clock.schedule_interval(self._tick, EVERY_S)

    def _rest(self, *_event: object) -> None:
        """Also while Android has taken the app away: others may want the camera."""
        if self._ticking is not None:
            self._ticking.cancel()
            self._ticking = None
            self._live.close()

    def _go_on(self, *_event: object) -> None:
        if self.manager is not None and self.manager.current_screen is self:
            self._start()

    def ask_to_discard(self, number: int) -> None:
        """A glove touches what it did not mean to: ask first."""
        question = Question(title=self.view.discard, yes=self.view.yes, no=self.view.no)
        question.bind(on_confirm=lambda _question: self.model.discard(number))  # type: ignore[attr-defined]
        question.open(animation=False)

    def refresh(self) -> None:
        """Read the view anew, and draw what belongs to it."""
        super().refresh()
        if self._ticking is not None:
            self.look()

    @property
    def _live(self) -> Live:
        return cast(Live, self.model)

    def _tick(self, _dt: float) -> None:
        self._live.tick()
        self.look()

    def look(self) -> None:
        """Draw what the camera sees, where there is one."""


def draw(frame: Any, preview: Preview | None) -> None:
    """A new picture into a frame."""
    if preview is not None and (frame.preview is None or preview.number != frame.preview.number):
        frame.preview = preview
