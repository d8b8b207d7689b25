"""The camera screen of a check-in: the person's face, one thing to do at a time, then the verdict over all of it."""

from __future__ import annotations

from typing import Any

from kivy.clock import Clock
from kivy.core.window import Window

from mobile.models.capture import CaptureModel
from mobile.screens.bound import BoundScreen, load_rules
from mobile.screens.check_in_note import NoteQuestion
from mobile.screens.check_in_picture import FacePicture
from mobile.screens.verdict import VerdictCover

__all__ = ["CameraScreen", "FacePicture", "VerdictCover"]

TICKS_S = 1 / 15  # as often as the guide wants to be called

load_rules("check_in_camera")


class CameraScreen(BoundScreen):
    """See mobile.models.capture; the camera is open exactly while this screen is."""

    model: CaptureModel

    def __init__(self, model: CaptureModel, **settings: Any) -> None:
        super().__init__(model, **settings)
        self._ticks: Any = None

    def show(self, key: str) -> None:
        """Open the camera for somebody."""
        self.on_leave()
        self.model.show(key)
        super().show(key)
        self._ticks = Clock.schedule_interval(self.tick, TICKS_S)
        Window.allow_screensaver = False

    def on_leave(self, *_event: object) -> None:
        """Let go of the camera, whichever way the screen is left."""
        if self._ticks is not None:
            self._ticks.cancel()
            self._ticks = None
            self.model.close()
            self.ids.picture.draw(None)
            self.ids.verdict.is_open = False
            Window.allow_screensaver = True

    def tick(self, _dt: float) -> None:
        """Time has passed."""
        self.model.tick()
        if self.view.verdict is None:
            self.ids.picture.draw(self.model.preview())

    def once_more(self) -> None:
        """Another try with the same person."""
        self.ids.verdict.is_open = False
        self.model.retake()

    def ask_for_note(self) -> None:
        """Choose a reason, add words."""
        question = NoteQuestion(view=self.model.note_view)
        question.bind(on_save=lambda _question, reason, text: self.model.annotate(reason, text))
        question.open(animation=False)
