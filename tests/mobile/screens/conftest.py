"""A finger on the app's window, and the window itself: what tests of the screens ask for."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mobile.client.api_client import ApiClient
from mobile.models.background import Background
from mobile.models.desk import Core
from mobile.shots.example_core import AtOnce, example_core
from mobile.window import prepare_window
from shared.vocabulary import Language
from tests.conftest import missing

SIZE = (360, 800)
PIN = "2580"
PATIENCE_S = 300.0  # of a machine that has much else to do
NEWS_S = 0.15  # the app reads many changes with one look, a tenth of a second later


class OffScreenClient(ApiClient):
    """The app's client, which complains when it is asked on the screen's thread: a window would stand still meanwhile."""

    def _send(self, *arguments: Any, **options: Any) -> Any:
        assert threading.current_thread() is not threading.main_thread(), arguments[:2]
        return super()._send(*arguments, **options)


class Hand:
    """A finger on the app's window."""

    def __init__(self, core: Core, background: Background, size: tuple[int, int] = SIZE) -> None:
        from mobile.shots.stage import Stage

        self.core = core
        self.stage = Stage(core, background, size)
        self.stage.desk.settings.choose_language(Language.EN)
        self.stage.frames()

    def touch(self, text: str) -> None:
        """Touch what says this."""
        self.touch_widget(self.stage.find(text))

    def touch_widget(self, widget: Any, *, pull_px: float = 0) -> None:
        """Touch the middle of a widget, where the settled layout has it, and pull down before letting go."""
        from kivy.tests.common import UnitTestTouch

        self.stage.lay_out()
        touch = UnitTestTouch(*widget.to_window(*widget.center))
        touch.touch_down()
        self.stage.frames(1)
        for _part in range(4 if pull_px else 0):
            touch.touch_move(touch.x, touch.y - pull_px / 4)
            self.stage.frames(1)
        touch.touch_up()
        self.stage.settle(0.06)

    def write(self, field: str, text: str) -> None:
        """Touch a field of the sign-in form and type."""
        from kivy.core.window import Window

        self.touch_widget(self.screen.ids[field].ids.input)
        Window.dispatch("on_textinput", text)
        self.stage.frames()

    def enter_pin(self) -> None:
        """Choose a PIN on the pad: twice."""
        for _time in range(2):
            for digit in PIN:
                self.touch(digit)
            assert "●" * len(PIN) in self.texts(), f"a digit was not taken: {self.texts()}"
            self.touch("Next")

    def wait_for(self, done: Callable[[], bool], at_most_s: float = PATIENCE_S) -> None:
        """Let frames pass until it is so, and the screen shows it: models are ahead of what is drawn."""
        deadline = time.monotonic() + at_most_s
        while not done():
            assert time.monotonic() < deadline, f"not done after {at_most_s} s: {self.texts()}"
            self.stage.frames(1)
        self.stage.settle(NEWS_S)

    @property
    def screen(self) -> Any:
        """The open screen."""
        return self.stage.root.ids.screens.current_screen

    @property
    def place(self) -> str:
        """Its name."""
        return str(self.screen.name)

    def texts(self) -> list[str]:
        """Everything that can be read."""
        return [widget.text for widget in self.stage.widgets() if getattr(widget, "text", "")]


@pytest.fixture(scope="session")
def window(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Kivy's window, drawn in memory; one a process, as Kivy has it."""
    prepare_window(tmp_path_factory.mktemp("kivy"), size=SIZE, offscreen=True)
    from kivy.core.window import Window

    if Window is None:
        missing(
            "Kivy cannot open a window here: Mesa (libgl1-mesa-dri, libegl1, libgles2) is not on this machine"
        )


@pytest.fixture
def hand(window: None, tmp_path: Path) -> Iterator[Callable[..., Hand]]:
    """A maker of apps to touch: ``hand(user=None)``, ``hand(outbox=…)``."""
    made: list[Hand] = []

    def make(**parts: Any) -> Hand:
        made.append(Hand(example_core(tmp_path, **parts), AtOnce()))
        return made[-1]

    yield make
    for each in made:
        each.stage.close()
