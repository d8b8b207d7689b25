"""The app: its theme, its language and its shell, on whatever core it is given."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from kivy.app import App
from kivy.clock import Clock
from kivy.core.window import Window
from kivy.properties import ListProperty, ObjectProperty, StringProperty

from mobile.models.desk import Core, Desk
from mobile.models.navigation import Place
from mobile.models.settings import NAMES
from mobile.screens.shell import BUILT, Shell
from mobile.theme import Theme

Result = TypeVar("Result")
TICK_S = 5.0  # how fresh «2 мин» and the lock are
ESCAPE = 27  # Android's «back» comes as this key


class Threads:
    """Work in threads of its own; the end comes back through the clock."""

    def run(
        self,
        work: Callable[[], Result],
        done: Callable[[Result], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """See mobile.models.background."""

        def job() -> None:
            try:
                result = work()
            except Exception as error:
                Clock.schedule_once(partial(_call, failed, error))
            else:
                Clock.schedule_once(partial(_call, done, result))

        threading.Thread(target=job, name="background", daemon=True).start()


class QalaApp(App):
    """Binds models to screens; rules reach the theme and the ways between screens through it."""

    title = "Qala"
    theme = ObjectProperty(rebind=True)
    languages = ListProperty([(language.value, name) for language, name in NAMES.items()])
    language = StringProperty("")

    def __init__(self, core: Core, background: Any = None, **settings: Any) -> None:
        self.core = core
        self.desk = Desk(core, background or Threads(), BUILT)
        super().__init__(theme=Theme(dark=self.desk.settings.dark), **settings)
        self.use_kivy_settings = False
        self._read_news = Clock.create_trigger(lambda _dt: self.desk.news(), 0.1)  # many changes, one look

    # --- life ---------------------------------------------------------------------------------------

    def build(self) -> Shell:
        """The shell; the app opens where it was left, behind the lock."""
        desk = self.desk
        desk.words.listen(self._speak)
        desk.settings.listen(self._paint)
        self._speak()
        self._paint()
        for part in (self.core.outbox, self.core.tasks, self.core.worker, self.core.recorder):
            part.listen(self._read_news)  # on any thread: the trigger brings it to this one
        Window.softinput_mode = "below_target"  # the keyboard never covers the field that it writes to
        Window.bind(on_touch_down=self._touched, on_key_down=self._touched, on_keyboard=self._key)
        Clock.schedule_interval(self._tick, TICK_S)
        shell = Shell(desk)
        desk.start()
        return shell

    def on_pause(self) -> bool:
        """Android may take the app away: nothing is kept in memory alone, and the camera is let go."""
        if self.desk.stand.place is Place.CAMERA:
            self.desk.back()
        self.desk.in_hand(False)
        self.core.worker.foreground(False)
        return True

    def on_resume(self) -> None:
        """Back from the pocket: lock if it was long, and look what is new."""
        self._tick(0)
        self.desk.in_hand(True)
        self.core.worker.foreground(True)

    def on_stop(self) -> None:
        """Let go of the window, and of the receiver."""
        self.desk.in_hand(False)
        Window.unbind(on_touch_down=self._touched, on_key_down=self._touched, on_keyboard=self._key)
        Clock.unschedule(self._tick)

    # --- ways between screens -----------------------------------------------------------------------

    def go(self, place: str) -> None:
        """To a tab."""
        self.desk.navigation.go(Place(place))

    def open_task(self, task_id: str) -> None:
        """One task."""
        self.desk.navigation.open(Place.TASK, task_id)

    def open_person(self, task_id: object, person_id: str) -> None:
        """Check somebody in, where this version can."""
        self.open_camera(f"{task_id} {person_id}")

    def open_fault(self, fault_id: str) -> None:
        """One fault that a task repairs."""
        self.desk.navigation.open(Place.FAULT, fault_id)

    def open_camera(self, key: str) -> None:
        """The camera for a person of a task: both ids with a blank between."""
        if self.desk.navigation.has(Place.CAMERA):
            self.desk.navigation.open(Place.CAMERA, key)

    def go_back(self) -> None:
        """One screen back."""
        self.desk.back()

    def open_item(self, item_id: str) -> None:
        """One item of the outbox."""
        self.desk.navigation.open(Place.ITEM, item_id)

    def open_stops(self) -> None:
        """All stops of the route."""
        self.desk.navigation.open(Place.STOPS)

    def open_settings(self) -> None:
        """The settings, from everywhere."""
        self.desk.navigation.open(Place.SETTINGS)

    def sign_in_again(self) -> None:
        """The session has ended."""
        self.desk.navigation.open(Place.SIGN_IN)

    def use_password(self) -> None:
        """The PIN is forgotten."""
        self.desk.use_password()

    def lock_now(self) -> None:
        """By hand, before the phone is laid aside."""
        self.desk.lock.ask()

    def sign_out(self) -> None:
        """End the session on this phone."""
        self.desk.sign_out()

    def refresh(self) -> None:
        """Ask the server now."""
        self.core.worker.wake()

    def speak(self, language: str) -> None:
        """Another language, before anybody has signed in too."""
        self.desk.settings.choose_language(language)

    # --- what happens by itself ---------------------------------------------------------------------

    def _tick(self, _dt: float) -> None:
        self.desk.tick()
        self._paint()
        self.desk.changed()

    def _paint(self) -> None:
        if self.theme.dark is not self.desk.settings.dark:
            self.theme.dark = self.desk.settings.dark
            self.desk.changed()
        Window.clearcolor = self.theme.surface

    def _speak(self) -> None:
        self.language = self.desk.words.language.value

    def _touched(self, *_event: object) -> None:
        self.desk.lock.touched()

    def _key(self, _window: object, key: int, *_more: object) -> bool:
        return key == ESCAPE and self.desk.back()


def _call(then: Callable[[Any], None], value: Any, _dt: float) -> None:
    then(value)
