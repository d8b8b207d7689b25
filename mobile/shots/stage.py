"""The app in a window without its main loop: frames are drawn when asked for, so that pictures and touches are repeatable."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kivy.app import App
from kivy.base import EventLoop
from kivy.clock import Clock
from kivy.core.window import Window

from mobile.app import QalaApp
from mobile.models.background import Background
from mobile.models.desk import Core, Desk

FRAMES = 4  # layouts settle after three; the fourth draws what they have settled on


class Stage:
    """One app on one core; close it before the next one."""

    def __init__(self, core: Core, background: Background, size: tuple[int, int] | None = None) -> None:
        EventLoop.ensure_window()
        if size is not None and tuple(Window.size) != size:
            Window.size = size
        self.app = QalaApp(core, background)
        App._running_app = self.app
        self.root = self.app.build()
        Window.add_widget(self.root)
        self.lay_out()

    @property
    def desk(self) -> Desk:
        """The models behind the screens."""
        return self.app.desk

    def frames(self, count: int = FRAMES) -> None:
        """Let so many frames pass."""
        for _frame in range(count):
            EventLoop.idle()

    def lay_out(self) -> None:
        """Let layouts settle without drawing, which is most of the work."""
        for _frame in range(FRAMES):
            Clock.tick()
            Clock.tick_draw()

    def settle(self, seconds: float) -> None:
        """Let clock events come that wait for so long, and draw what they change; frames pass also where the machine slept meanwhile."""
        until = Clock.get_boottime() + seconds
        while Clock.get_boottime() < until:
            EventLoop.idle()
        self.frames()

    def picture(self, path: Path) -> None:
        """Draw the window, questions in front included."""
        path.parent.mkdir(parents=True, exist_ok=True)
        drawn = next((child for child in Window.children if child is not self.root), None)
        self.root.export_to_png(str(path)) if drawn is None else _window_to_png(path)

    def widgets(self, root: Any = None) -> Iterator[Any]:
        """Every widget that can be seen, in drawing order."""
        for widget in [root] if root is not None else reversed(Window.children):
            yield from _seen(widget)

    def find(self, text: str) -> Any:
        """The first widget in sight with this text, the frontmost first; LookupError when there is none."""
        found = [widget for widget in self.widgets() if getattr(widget, "text", None) == text]
        if not found:
            texts = sorted({w.text for w in self.widgets() if getattr(w, "text", "")})
            raise LookupError(f"no widget in sight says {text!r}; there are {texts}")
        return found[-1]

    def close(self) -> None:
        """Leave the window empty."""
        for child in tuple(Window.children):
            Window.remove_widget(child)
        self.app.dispatch("on_stop")  # Kivy's «app» in the rules lets go of it, too
        App._running_app = None


def _seen(widget: Any) -> Iterator[Any]:
    if widget.opacity == 0 or widget.width <= 0 or widget.height <= 0:
        return
    yield widget
    shown = [widget.current_screen] if hasattr(widget, "current_screen") else reversed(widget.children)
    yield from itertools.chain.from_iterable(_seen(child) for child in shown if child is not None)


def _window_to_png(path: Path) -> None:
    """The whole window; its own «screenshot» numbers the file's name."""
    written = Path(Window.screenshot(name=str(path)))
    written.replace(path)
